import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../cli/commands.ts';
import { makeFolder } from '../run/programs.ts';

const page = readFileSync('docs/assemblyscript-sdk.md', 'utf8');
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/```(\w+)\n(.*?)```/gs)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code ?? '');

const NOTCAPABLE = 'the descriptor lacks the rights for this (notcapable)';

test('the commands of the page compile and run its first program', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'hello.ts'), blocks(page, 'ts')[0] ?? '');
  const [, compile = '', run = ''] = (blocks(page, 'sh')[0] ?? '').split('\n');
  assert.match(compile, /^npx cloudabi asc /);
  const compiled = command('cloudabi', compile.split(' ').slice(2), { cwd });
  assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
  const [, input, program] = /^echo '(.*)' \| npx cloudabi-run (.*)$/.exec(run) ?? [];
  assert.ok(input !== undefined && program !== undefined, run);
  const ran = command('cloudabi-run', [program], { cwd, input: `${input}\n` });
  assert.deepEqual(ran, { status: 0, stdout: 'Hello, world\n', stderr: '' });
});

test('the other programs of the page do what it says', (t) => {
  const outputs = ['There are no settings yet\ncolour: blue\n', '64\n', `Cannot write: ${NOTCAPABLE}\n`];
  for (const [index, source] of blocks(page, 'ts').slice(1).entries()) {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'root'));
    writeFileSync(join(cwd, 'program.ts'), source);
    const compiled = command('cloudabi', ['asc', 'program.ts', '-o', 'program.wasm'], { cwd });
    assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
    const input = 'output: !fd stdout\nroot: !file {path: root, rights: [read, write, create]}\n';
    const ran = command('cloudabi-run', ['program.wasm'], { cwd, input });
    assert.deepEqual(ran, { status: 0, stdout: outputs[index], stderr: '' });
  }
});

test('the message of the page is what the compiler says', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(
    join(cwd, 'hello.ts'),
    '\n\nexport function hello(): void {\n  console.log("Hello");\n}\nhello();\n',
  );
  const { status, stderr } = command('cloudabi', ['asc', 'hello.ts', '-o', 'hello.wasm'], { cwd });
  const [message = ''] = blocks(page, 'text');
  assert.ok(stderr.startsWith(message), stderr);
  assert.equal(status, 1);
});

test('the program of the README in AssemblyScript compiles and says hello', (t) => {
  const cwd = makeFolder(t);
  const sources = blocks(readFileSync('README.md', 'utf8'), 'ts').filter((text) =>
    text.includes("'cloudabi/assemblyscript'"),
  );
  assert.equal(sources.length, 1);
  writeFileSync(join(cwd, 'hello.ts'), sources[0] ?? '');
  const compiled = command('cloudabi', ['asc', '-O', 'hello.ts', '-o', 'hello.wasm'], { cwd });
  assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
  const ran = command('cloudabi-run', ['hello.wasm'], { cwd, input: 'output: !fd stdout\n' });
  assert.deepEqual(ran, { status: 0, stdout: 'Hello, world\n', stderr: '' });
});
