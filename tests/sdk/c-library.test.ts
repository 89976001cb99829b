// Tests in C and C++ of the C library's functions: those of tests/sdk/c, which are compiled to one program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { remembering } from '../../src/toolchain/remember.ts';
import { command, executable } from '../frame/cli/commands.ts';
import { makeLog } from '../frame/services/log-socket.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-c-'));
after(() => rmSync(scratch, { recursive: true }));
const clang = remembering(await loadClang());
const STRICT = ['-std=gnu11', '-Wall', '-Wextra', '-Werror'];

/** Compiles the sources to a program and gives its path. */
async function build(name: string, sources: readonly string[], flags: readonly string[]): Promise<string> {
  let messages = '';
  const io = { clang, stderr: (text: string) => (messages += text) };
  const objects: string[] = [];
  for (const source of sources) {
    const object = join(scratch, `${name}-${source.replaceAll('/', '-')}.o`);
    const language = source.endsWith('.c') ? STRICT : ['-Wall', '-Wextra', '-Werror'];
    const status = await cc([...language, ...flags, '-c', source, '-o', object], io);
    assert.equal(status, 0, messages);
    objects.push(object);
  }
  const program = join(scratch, `${name}.wasm`);
  assert.equal(await cc([...flags, ...objects, '-o', program], { ...io, cxx: true }), 0, messages);
  return program;
}

/** The Node of this test, and a second one that OTHER_NODE names. */
const { OTHER_NODE } = process.env;
const nodes = [process.execPath, ...(OTHER_NODE === undefined ? [] : [OTHER_NODE])];

/** Runs a program of tests and gives what it says about each. */
function run(node: string, program: string): Map<string, string> {
  const folder = join(scratch, 'folder');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const input = `output: !fd stdout\nfolder: !file {path: ${folder}, rights: [read, write, create, remove]}\n`;
  const { status, stdout, stderr } = spawnSync(node, [executable('cloudabi-run'), program], {
    input,
    encoding: 'utf8',
    // A test that waits for ever shall not cost more than this.
    timeout: 60_000,
  });
  const results = new Map<string, string>();
  let said = '';
  for (const line of stdout.split('\n')) {
    const [, word, name = ''] = /^(start|ok|not ok) (\w+)$/.exec(line) ?? [];
    if (word === undefined) said += `${line}\n`;
    else results.set(name, word === 'start' ? `did not end: ${stderr}` : word === 'ok' ? '' : said);
    if (word !== undefined) said = '';
  }
  if (status !== 0) results.set('the program ends by itself', `status ${status}: ${stderr}${said}`);
  return results;
}

const all = readdirSync('tests/sdk/c', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(c|cc)$/.test(name))
  .map((name) => join('tests/sdk/c', name));
const threads = (name: string): boolean => name.includes('/threads/') || name.endsWith('/main.c');

for (const [name, sources, flags] of [
  ['plain', all.filter((source) => !source.includes('/threads/')), []],
  ['threads', all.filter(threads), ['-pthread']],
] as const) {
  if (sources.length < 2) continue;
  const program = await build(name, sources, flags);
  for (const node of nodes)
    for (const [title, failure] of run(node, program))
      test(`${name}: ${title.replaceAll('_', ' ')}`, () => assert.equal(failure, ''));
}

test('a failed assert ends the program with its text', async () => {
  const source = join(scratch, 'assert.c');
  writeFileSync(
    source,
    '#include <assert.h>\n#include <program.h>\nvoid program_main(const argdata_t *ad) { assert(ad == 0 && "why"); }\n',
  );
  const program = await build('assert', [source], []);
  const { status, stderr } = command('cloudabi-run', [program], { input: 'log: !fd stderr\n' });
  assert.notEqual(status, 0);
  assert.match(stderr, /Assertion failed: ad == 0 && "why" \(.*assert\.c: program_main: 3\)/);
});

const THROWERS = [
  ['throw std::runtime_error("why")', 'uncaught exception of type std::runtime_error: why'],
  ['throw std::bad_alloc()', 'uncaught exception of type std::bad_alloc: std::bad_alloc'],
  ['throw 1', 'uncaught exception of type int'],
  ['throw "text"', 'uncaught exception of type const char *'],
  ['throw inner::Own()', 'uncaught exception of type inner::Own'],
  ['throw std::vector<int>()', 'uncaught exception of type NSt3__26vectorIiNS_9allocatorIiEEEE'],
  ['[]() noexcept { throw 1L; }()', 'uncaught exception of type long'],
  ['struct D { ~D() { throw 1.5; } } d', 'uncaught exception of type double'],
  ['std::terminate()', 'std::terminate was called'],
  ['try { throw 2; } catch (...) { std::terminate(); }', 'uncaught exception of type int'],
  ['throw', 'std::terminate was called'],
  ['std::set_terminate([] { exit(7); }); throw 1', undefined],
] as const;

test('an exception that nothing catches ends the program with its type and text', async () => {
  const cases = THROWERS.map(([code], index) => `    case ${index}: { ${code}; } break;\n`).join('');
  const source = join(scratch, 'uncaught.cc');
  const text = (signature: string, which: string): string => `#include <cloudabi.h>
#include <cstdlib>
#include <exception>
#include <program.h>
#include <stdexcept>
#include <vector>
namespace inner { struct Own {}; }
${signature} {
  long long which = 0;
  ${which}
  switch (which) {
${cases}  }
  exit(3);
}
`;
  writeFileSync(
    source,
    text(
      'void program_main(const argdata_t *ad)',
      'argdata_map_iterator_t it; const argdata_t *value; if (program_argument(ad, "which", &it, &value) == 0) argdata_get_int(value, &which);',
    ),
  );
  const quiet = ['-Wno-exceptions'];
  const program = await build('uncaught', [source], quiet);
  const ordinary = join(scratch, 'ordinary.cc');
  const byArguments = text('int main(int argc, char **argv)', 'which = atoi(argv[argc - 1]);');
  writeFileSync(ordinary, byArguments.replace('#include <program.h>\n', ''));
  const main = await build('ordinary', [ordinary], quiet);
  for (const [index, [code, reason]] of THROWERS.entries()) {
    const { status, stderr } = command('cloudabi-run', [program], {
      input: `log: !fd stderr\nwhich: ${index}\n`,
    });
    assert.equal(status, reason === undefined ? 7 : 134, code);
    if (reason !== undefined) assert.ok(stderr.includes(`trapped: ${reason}\n`), `${code}: ${stderr}`);
    const input = `!command\narguments: ["${index}"]\nstderr: !fd stderr\n`;
    const other = command('cloudabi-run', [main], { input });
    assert.equal(other.status, reason === undefined ? 7 : 134, code);
    if (reason !== undefined) assert.ok(other.stderr.startsWith(`${reason}\n`), `${code}: ${other.stderr}`);
  }
});

test('a program without exceptions has none of their code', async () => {
  const source = join(scratch, 'without.cc');
  writeFileSync(
    source,
    '#include <program.h>\n#include <string>\nint length;\nvoid program_main(const argdata_t *) { length = (int)std::to_string(length).size(); }\n',
  );
  const size = async (flags: readonly string[]): Promise<number> =>
    statSync(await build('without', [source], flags)).size;
  const without = await size(['-fno-exceptions']);
  assert.ok(without < 55_000, `${without} bytes`);
  assert.ok((await size([])) - without < 40_000);
  assert.ok(!readFileSync(join(scratch, 'without.wasm')).includes('dynamic_cast'));
});

test('syslog.h asks the service syslog, which writes to the log of the host', async (t) => {
  const { path, next } = makeLog(t);
  const source = join(scratch, 'log.c');
  writeFileSync(
    source,
    `#include <cloudabi.h>
#include <program.h>
#include <syslog.h>
void program_main(const argdata_t *ad) {
  int log = -1;
  program_argument_fd(ad, "log", &log);
  syslog_channel(log);
  openlog("name", 0, LOG_DAEMON);
  syslog(LOG_WARNING, "number %d", 7);
}
`,
  );
  const program = await build('log', [source], []);
  const input = `log: !service { syslog: { socket: ${path} } }\n`;
  const { status, stderr } = command('cloudabi-run', [program], { input });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(next(), /^<28>.* name: number 7$/);
});
