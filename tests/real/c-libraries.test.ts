// Libraries in C from Debian's source archive, compiled with `cloudabi cc` and run behind the walls: npm run real:c
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const skip = process.env['REAL'] !== 'all' && 'wants the network: REAL=all';

/** Fetches a source package and unpacks it; gives the folder of the sources. */
async function fetchSources(t: TestContext, place: string): Promise<string> {
  const folder = makeFolder(t);
  const answer = await fetch(`https://deb.debian.org/debian/pool/main/${place}`);
  assert.equal(answer.status, 200, place);
  writeFileSync(join(folder, 'source.tar'), Buffer.from(await answer.arrayBuffer()));
  const unpacked = spawnSync('tar', ['xf', 'source.tar'], { cwd: folder, encoding: 'utf8' });
  assert.equal(unpacked.status, 0, unpacked.stderr);
  const [name] = readdirSync(folder).filter((entry) => entry !== 'source.tar');
  return join(folder, name ?? '');
}

function compile(cwd: string, args: readonly string[]): void {
  const { status, stderr } = command('cloudabi', ['cc', '-Wno-everything', ...args], { cwd });
  assert.equal(status, 0, stderr);
}

test('zlib compiles as it is, and its own test passes in a granted directory', { skip }, async (t) => {
  const cwd = await fetchSources(t, 'z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2');
  const sources = readdirSync(cwd).filter((name) => name.endsWith('.c'));
  compile(cwd, ['-DHAVE_UNISTD_H', '-I.', ...sources, 'test/example.c', '-o', 'example.wasm']);
  const work = join(cwd, 'work');
  mkdirSync(work);
  const input = `!command
arguments: [/work/foo.gz]
directories:
  /work: !file {path: ${work}, rights: [read, write, create, remove]}
stdout: !fd stdout
stderr: !fd stderr
`;
  const { status, stdout, stderr } = command('cloudabi-run', [join(cwd, 'example.wasm')], { input });
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
  assert(io.open("/etc/passwd") == nil and os.getenv("HOME") == nil and not os.execute())
  say(_VERSION)
`;

test('Lua compiles with two functions that it cannot have, and its errors and coroutines work', {
  skip,
}, async (t) => {
  const cwd = join(await fetchSources(t, 'l/lua5.4/lua5.4_5.4.4.orig.tar.gz'), 'src');
  const sources = readdirSync(cwd).filter((name) => /^l.*(?<!^luac?)\.c$/.test(name));
  const own = ['lua.c', 'absent.c'].map((name) => resolve('tests/real/c', name));
  const temporary = ['-Dlua_tmpnam(b,e)={e=1;}', '-DLUA_TMPNAMBUFSIZE=32'];
  compile(cwd, [...temporary, '-I.', ...sources, ...own, '-o', 'run.wasm']);
  const input = `output: !fd stdout\nscript: ${JSON.stringify(script)}\n`;
  const { status, stdout, stderr } = command('cloudabi-run', [join(cwd, 'run.wasm')], { input });
  assert.deepEqual([status, stdout], [0, 'Lua 5.4\n'], stderr);
});
