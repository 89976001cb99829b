// The table of functions, sdk/c/functions.txt, says what compiles and links, and each function has a test.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { type FunctionState, readFunctionTable } from '../../src/toolchain/function-table.ts';
import { FUNCTIONS_PAGE, FUNCTIONS_TABLE, functionsPage } from '../../src/toolchain/functions-page.ts';
import { remembering } from '../../src/toolchain/remember.ts';

/** A function and what the table says of it. */
type Row = {
  readonly header: string;
  readonly threads: boolean;
  readonly state: FunctionState;
  readonly name: string;
};

const table = readFileSync(FUNCTIONS_TABLE, 'utf8');
const rows = readFunctionTable(table).flatMap(({ header, threads, groups }) =>
  groups.flatMap(({ state, names }) => names.map((name): Row => ({ header, threads, state, name }))),
);
const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-functions-'));
after(() => rmSync(cwd, { recursive: true }));
const clang = remembering(await loadClang());

/** Compiles a source that refers to each function on a line of its own; gives the status and the messages. */
async function compile(
  name: string,
  wanted: readonly Row[],
  more: readonly string[] = [],
): Promise<[number, string]> {
  const headers = [...new Set(wanted.map(({ header }) => header))];
  const source = [
    ...headers.map((header) => `#include <${header}>`),
    '#include <program.h>',
    ...wanted
      .filter(({ state }) => state === 'macro')
      .map((row) => `#ifndef ${row.name}\n#error ${row.name} is not defined\n#endif`),
    'typedef void any(void);',
    'extern any *volatile all[];',
    'any *volatile all[] = {',
    ...wanted.filter(({ state }) => state !== 'macro').map((row) => `(any *)${row.name},`),
    '};',
    'void program_main(const argdata_t *ad) { (void)ad; (void)all[0]; }',
    '',
  ].join('\n');
  writeFileSync(join(cwd, `${name}.c`), source);
  let messages = '';
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-ferror-limit=0', '-Wno-cast-function-type', ...more];
  const io = { cwd, clang, stderr: (text: string) => (messages += text) };
  return [await cc([...flags, `${name}.c`, '-o', `${name}.wasm`], io), messages];
}

const there = rows.filter(({ state }) => state !== 'refused');

test('every function that works or differs compiles and links', async () => {
  const plain = there.filter(({ threads }) => !threads);
  assert.ok(plain.length > 300);
  assert.deepEqual(await compile('there', plain), [0, '']);
});

test('every function that wants threads compiles and links with them', async () => {
  const threads = there.filter((row) => row.threads);
  assert.ok(threads.length > 20);
  assert.deepEqual(await compile('threads', threads, ['-pthread']), [0, '']);
});

test('every function that is refused does not compile', async () => {
  const absent = rows.filter(({ state }) => state === 'refused');
  const [status, messages] = await compile('absent', absent);
  assert.equal(status, 1);
  for (const { name } of absent)
    assert.ok(messages.includes(`'${name}' is unavailable: `), `${name} is refused`);
});

test('no function stands in the table twice', () => {
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});

test('every function that differs or is refused has its reason, and what is refused a replacement', () => {
  for (const { header, groups } of readFunctionTable(table))
    for (const { state, names, reason } of groups)
      if (state === 'differs') assert.ok(reason !== undefined, `${header}: ${names.join(' ')}`);
  for (const { name } of rows.filter(({ state }) => state === 'refused'))
    assert.match(
      readFileSync(FUNCTIONS_PAGE, 'utf8'),
      new RegExp(`^\\| refused \\|.*\`${name}\`.*\\| \\S.* \\|$`, 'm'),
      name,
    );
});

test('the page of functions is made of the table', () => {
  assert.equal(readFileSync(FUNCTIONS_PAGE, 'utf8'), functionsPage(table));
});

test('every function that works or differs is called by a test in C or C++', () => {
  const sources = readdirSync('tests/sdk/c', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(c|cc)$/.test(name))
    .map((name) => readFileSync(join('tests/sdk/c', name), 'utf8'));
  const called = new Set(sources.flatMap((text) => text.match(/\b\w+\b/g) ?? []));
  // These are called by other programs: tests/sdk/uv.test.ts, tests/programs, examples.
  const elsewhere = ['uv_listen', 'program_exec'];
  const untested = there
    .map(({ name }) => name)
    .filter((name) => !called.has(name) && !elsewhere.includes(name));
  assert.deepEqual(untested, []);
});
