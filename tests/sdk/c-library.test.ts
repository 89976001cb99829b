// Tests in C and C++ of the C library's functions: those of tests/sdk/c, which are compiled to one program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { remembering } from '../../src/toolchain/remember.ts';
import { command, executable } from '../frame/cli/commands.ts';

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

/** Runs a program of tests and gives what it says about each. */
function run(program: string): Map<string, string> {
  const folder = join(scratch, 'folder');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const input = `output: !fd stdout\nfolder: !file {path: ${folder}, rights: [read, write, create, remove]}\n`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [executable('cloudabi-run'), program], {
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
  const results = run(await build(name, sources, flags));
  for (const [title, failure] of results)
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
