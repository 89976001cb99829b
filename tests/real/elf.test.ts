// Executables with the C library of musl's sources, which are fetched: npm run real:elf
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MUSL_ARCHIVE } from '../../src/toolchain/musl-sources.ts';
import { command } from '../frame/cli/commands.ts';
import { noExecutables } from '../frame/elf/executables.ts';
import { makeFolder } from '../frame/programs.ts';

const skip = noExecutables ?? (process.env['REAL'] !== 'all' && 'wants the network: REAL=all');

/** Fetches a source package into a folder. */
async function fetchArchive(place: string, path: string): Promise<void> {
  const answer = await fetch(`https://deb.debian.org/debian/pool/main/${place}`);
  assert.equal(answer.status, 200, place);
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
}

/** A folder with the library's archive, and a compiler that uses it. */
async function makeDesk(t: TestContext) {
  const folder = makeFolder(t);
  const libc = join(folder, MUSL_ARCHIVE);
  await fetchArchive(`m/musl/${MUSL_ARCHIVE}`, libc);
  const compile = (cwd: string, ...args: string[]): void => {
    const all = ['cc', '--native', `--libc=${libc}`, '-Wno-everything', ...args];
    const { status, stderr } = command('cloudabi', all, { cwd });
    assert.equal(status, 0, stderr);
  };
  const unpack = async (place: string): Promise<string> => {
    const own = join(folder, place.replaceAll('/', '-'));
    mkdirSync(own);
    await fetchArchive(place, join(own, 'source.tar'));
    assert.equal(spawnSync('tar', ['xf', 'source.tar'], { cwd: own }).status, 0);
    const [name] = readdirSync(own).filter((entry) => entry !== 'source.tar');
    return join(own, name ?? '');
  };
  return { folder, compile, unpack };
}

test("zlib's own test passes as an executable in a granted directory", { skip }, async (t) => {
  const { compile, unpack } = await makeDesk(t);
  const cwd = await unpack('z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2');
  const sources = readdirSync(cwd).filter((name) => name.endsWith('.c'));
  const main = resolve('tests/real/elf/main.c');
  compile(cwd, '-DHAVE_UNISTD_H', '-I.', ...sources, 'test/example.c', main, '-o', 'example');
  const work = join(cwd, 'work');
  mkdirSync(work);
  const input = `- !fd stdin
- !fd stdout
- !fd stderr
- !file {path: ${work}, rights: [read, write, create, remove]}
`;
  const { status, stdout, stderr } = command('cloudabi-run', [join(cwd, 'example')], { input });
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /large_inflate\(\): OK\nafter inflateSync\(\): hello, hello!\ninflate with dictionary: hello, hello!\n$/,
  );
});

const script = `
  local ok, thrown = pcall(function() error({ code = 5 }) end)
  assert(not ok and thrown.code == 5)
  local next = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
  assert(next() + next() + next() == 6)
  local t = {}
  for i = 1, 100000 do t[i] = tostring(i) end
  table.sort(t)
  assert(#table.concat(t) == 488895)
  assert(string.format("%g %.17g %5.3f %a", 1 / 3, 0.1, math.pi, 1.5) == "0.333333 0.10000000000000001 3.142 0x1.8p+0")
  assert(math.sin(1e22) == -0.8522008497671888 and tonumber("1e308") == 1e308 and 2 ^ 0.5 == 1.4142135623730951)
  assert(io.open("/etc/passwd") == nil and os.getenv("HOME") == nil and not os.execute())
  say(_VERSION)
`;

test('Lua compiles to an executable, and its errors, coroutines and numbers work', { skip }, async (t) => {
  const { compile, unpack } = await makeDesk(t);
  const cwd = join(await unpack('l/lua5.4/lua5.4_5.4.4.orig.tar.gz'), 'src');
  const sources = readdirSync(cwd).filter((name) => /^l.*(?<!^luac?)\.c$/.test(name));
  const own = ['lua.c', 'absent.c'].map((name) => resolve('tests/real/c', name));
  compile(cwd, '-Dlua_tmpnam(b,e)={e=1;}', '-DLUA_TMPNAMBUFSIZE=32', '-I.', ...sources, ...own, '-o', 'run');
  const input = `output: !fd stdout\nscript: ${JSON.stringify(script)}\n`;
  const { status, stdout, stderr } = command('cloudabi-run', [join(cwd, 'run')], { input });
  assert.deepEqual([status, stdout], [0, 'Lua 5.4\n'], stderr);
});

test('the examples give the same as modules and as executables', { skip }, async (t) => {
  const { compile, folder } = await makeDesk(t);
  const both = (name: string, source: string, grants: string): void => {
    const module = resolve('examples', source.replace(/\.c$/, '.wasm'));
    compile(folder, resolve('examples', source), '-o', name);
    const outputs = [module, join(folder, name)].map((path) => {
      const { status, stdout } = command('cloudabi-run', [path], { input: grants });
      return { status, stdout };
    });
    assert.deepEqual(outputs[1], outputs[0], name);
    assert.equal(outputs[0]?.status, 0);
    assert.notEqual(outputs[0]?.stdout, '');
  };
  const site = resolve('examples/webserver/site');
  both('ls', 'ls/ls.c', `directory: !file {path: ${site}, rights: read}\noutput: !fd stdout\nlong: true\n`);
  both(
    'writer',
    'fixed-message/writer.c',
    'message: a text\noutputs: [!fd stdout, !fd stdout, !fd stdout]\n',
  );
  both('hello', 'hello/hello.c', 'output: !fd stdout\nmessage: a text\n');
});

test('a path without a directory does not compile, or ends with ENOTCAPABLE', { skip }, async (t) => {
  const { compile, folder } = await makeDesk(t);
  writeFileSync(
    join(folder, 'paths.c'),
    `#include <argdata.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
void program_main(const argdata_t *ad) {
  (void)ad;
  struct stat info;
  if (open("/etc/passwd", O_RDONLY) != -1 || errno != ENOTCAPABLE) exit(1);
  if (openat(AT_FDCWD, "/etc/passwd", O_RDONLY) != -1 || errno != ENOTCAPABLE) exit(2);
  if (fopen("/etc/passwd", "r") || errno != ENOTCAPABLE) exit(3);
  if (stat("/", &info) != -1 || errno != ENOTCAPABLE) exit(4);
  if (unlink("/tmp/x") != -1 || errno != ENOTCAPABLE) exit(5);
  exit(0);
}
`,
  );
  compile(folder, 'paths.c', '-o', 'paths');
  const { status, stderr } = command('cloudabi-run', [join(folder, 'paths')], { input: '[]\n' });
  assert.equal(status, 0, stderr);
  writeFileSync(
    join(folder, 'refused.c'),
    '#include <fcntl.h>\n#include <program.h>\nvoid program_main(const argdata_t *ad) { (void)ad; open("x", 0); }\n',
  );
  assert.throws(() => compile(folder, 'refused.c', '-o', 'refused'), /use openat\(directory, path, flags\)/);
});
