import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  ASSEMBLYSCRIPT_PAGE,
  HIDDEN,
  MODULES,
  UNKNOWN,
  withAmbientNames,
} from '../../src/toolchain/ambient-assemblyscript.ts';
import { compile } from '../frame/sdk/assemblyscript.ts';

test('a global that asks the host does not compile, and the compiler names what to use instead', async () => {
  const globals = [...HIDDEN, ...UNKNOWN];
  const uses = globals.map(({ name }, index) => `export function f${index}(): void { ${name}(); }\n`);
  const { status, messages } = await compile(uses.join(''));
  assert.equal(status, 1);
  for (const [index, { name, instead }] of globals.entries()) {
    assert.ok(messages.includes(`'${name}' is unavailable: ${instead}\n`), `${name}: ${messages}`);
    assert.ok(messages.includes(`in source.ts(${index + 1},`), `the line of ${name}`);
  }
  assert.match(messages, new RegExp(`FAILURE ${globals.length} compile error`));
});

test('a module of Node cannot be imported, and the compiler names what to use instead', async () => {
  for (const prefix of ['', 'node:']) {
    const imports = MODULES.map(({ name }, index) => `import * as m${index} from '${prefix}${name}';\n`);
    const { status, messages } = await compile(imports.join(''));
    assert.equal(status, 1);
    for (const { name, instead } of MODULES)
      assert.ok(messages.includes(`'${name}' is unavailable: ${instead}\n`), `${name}: ${messages}`);
  }
});

test('an import that a program declares itself is refused unless every program gets it', async () => {
  const declared = (module: string, name: string) =>
    `@external('${module}', '${name}') declare function reach(number: i32): i32;\nexport function f(): void { reach(1); }\n`;
  const refused = await compile(declared('env', 'reach'));
  assert.equal(refused.status, 1);
  assert.match(refused.messages, /The program imports function env\.reach, which no program gets; it may/);
  const through = await compile(
    "import { Date, process } from 'bindings/dom';\nexport function f(): f64 { return Date.now(); }\n".replace(
      ', process',
      '',
    ),
  );
  assert.equal(through.status, 1);
  assert.match(through.messages, /function env\.Date\.now, which no program gets/);
  const memory = await compile('export function f(): void {}\n', '--importMemory');
  assert.match(memory.messages, /memory env\.memory, which no program gets/);
  const twin = await compile(declared('cloudabi', 'thread_yield'));
  assert.deepEqual([twin.status, twin.messages], [0, '']);
});

test('code that only calculates compiles: dates, chance, and names of the program itself', async () => {
  const source = `class console { static log(text: string): i32 { return text.length; } }
export function f(): i32 {
  assert(Date.fromString('2001-12-14T21:59:43.1Z').getTime() == 1008367183100, 'a date');
  return console.log(new Date(0).toISOString()) + <i32>Math.random();
}
`;
  const { status, messages } = await compile(source);
  assert.deepEqual([status, messages], [0, '']);
});

test('the page lists what is refused', () => {
  const page = readFileSync(ASSEMBLYSCRIPT_PAGE, 'utf8');
  assert.ok(page === withAmbientNames(page), `${ASSEMBLYSCRIPT_PAGE} is stale: run 'npm run generate'`);
});
