import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/assemblyscript-sdk.md');
const hello = page.block('ts', /^\/\/ hello\.ts/);
const commands = page.block('sh');
const asking = page.block('ts', /findUser/);
const others = page.blocks('ts', /^import (?!.*\bChannel\b).*\b(Access|ArgdataMap)\b/);
const message = page.block('text');
const settings = page.block('json');

const NOTCAPABLE = 'the descriptor lacks the rights for this (notcapable)';

test('the commands of the page compile and run its first program, and its settings let editors check it', (t) => {
  const { cwd, run } = makeDesk(t, { 'hello.ts': hello, 'tsconfig.json': settings });
  const { status, stdout, stderr } = run(commands);
  assert.deepEqual([status, stdout, stderr], [0, 'Hello, world\n', '']);
  install(cwd, 'assemblyscript');
  const checked = run(`node '${resolve('node_modules/typescript/bin/tsc')}' --noEmit -p .`);
  // AssemblyScript's own declarations are made for an older TypeScript; what counts is the reader's file.
  assert.doesNotMatch(checked.stdout, /^hello\.ts|TS2307|TS5\d{3}|TS6053/m);
  const wrong = run(
    `echo 'argdata.nothing;' >> hello.ts; node '${resolve('node_modules/typescript/bin/tsc')}' --noEmit -p .`,
  );
  assert.match(wrong.stdout, /^hello\.ts/m);
});

test('the other programs of the page do what it says', (t) => {
  const outputs = ['There are no settings yet\ncolour: blue\n', '64\n', `Cannot write: ${NOTCAPABLE}\n`];
  for (const [index, source] of others.entries()) {
    const { cwd, run } = makeDesk(t, { 'program.ts': source });
    mkdirSync(join(cwd, 'root'));
    const input = 'output: !fd stdout\nroot: !file {path: root, rights: [read, write, create]}\n';
    const ran = run('cloudabi asc program.ts -o program.wasm\ncloudabi-run program.wasm', input);
    assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, outputs[index], '']);
  }
});

test('the program of the page asks a service, and narrows its channel', (t) => {
  const { run } = makeDesk(t, { 'program.ts': asking });
  const input = 'output: !fd stdout\nusers: !service { pwd: { users: [root] } }\n';
  const ran = run('cloudabi asc program.ts -o program.wasm\ncloudabi-run program.wasm', input);
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, '/root\n', '']);
});

test('the message of the page is what the compiler says', (t) => {
  const { run } = makeDesk(t, {
    'hello.ts': '\n\nexport function hello(): void {\n  console.log("Hello");\n}\nhello();\n',
  });
  const { status, stderr } = run('cloudabi asc hello.ts -o hello.wasm');
  assert.ok(stderr.startsWith(message), stderr);
  assert.equal(status, 1);
});

page.end();
