// The table of functions says what compiles and links, and no more.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { loadClang } from '../../src/toolchain/clang.ts';
import { remembering } from '../../src/toolchain/remember.ts';

/** One function of the table. */
type Row = { readonly header: string; readonly state: string; readonly name: string };

function readTable(text: string): Row[] {
  let header = '';
  return text.split('\n').flatMap((line): Row[] => {
    const [, state, names = ''] = /^ {2}(works|differs|refused|missing) (.*)$/.exec(line) ?? [];
    if (state !== undefined) return names.split(' ').map((name) => ({ header, state, name }));
    if (line !== '' && !/^ *#/.test(line)) {
      assert.match(line, /^[\w/]+\.h$/, 'a line is a header, or a state and names');
      header = line;
    }
    return [];
  });
}

const rows = readTable(readFileSync('sdk/c/functions.txt', 'utf8'));
const cwd = mkdtempSync(join(tmpdir(), 'cloudabi-functions-'));
after(() => rmSync(cwd, { recursive: true }));
const clang = remembering(await loadClang());

/** Compiles a source that refers to each function on a line of its own; gives the status and the messages. */
async function compile(name: string, wanted: readonly Row[]): Promise<[number, string]> {
  const headers = [...new Set(wanted.map(({ header }) => header))];
  const source = [
    ...headers.map((header) => `#include <${header}>`),
    '#include <program.h>',
    'typedef void any(void);',
    'extern any *volatile all[];',
    'any *volatile all[] = {',
    ...wanted.map((row) => `(any *)${row.name},`),
    '};',
    'void program_main(const argdata_t *ad) { (void)ad; (void)all[0]; }',
    '',
  ].join('\n');
  writeFileSync(join(cwd, `${name}.c`), source);
  let messages = '';
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-ferror-limit=0', '-Wno-cast-function-type'];
  const io = { cwd, clang, stderr: (text: string) => (messages += text) };
  return [await cc([...flags, `${name}.c`, '-o', `${name}.wasm`], io), messages];
}

test('every function that works or differs compiles and links', async () => {
  const there = rows.filter(({ state }) => state === 'works' || state === 'differs');
  assert.ok(there.length > 150);
  assert.deepEqual(await compile('there', there), [0, '']);
});

test('every function that is refused or missing does not compile', async () => {
  const absent = rows.filter(({ state }) => state === 'refused' || state === 'missing');
  const [status, messages] = await compile('absent', absent);
  assert.equal(status, 1);
  for (const { name, state } of absent) {
    const refusal = state === 'refused' ? `'${name}' is unavailable: ` : `undeclared identifier '${name}'`;
    assert.ok(messages.includes(refusal), `${name} is ${state}`);
  }
});

test('no function stands in the table twice', () => {
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});
