import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/c-sdk.md');
const sources = ['hello', 'less', 'first'].map(
  (name) => [`${name}.c`, page.block('c', new RegExp(`^/\\* ${name}\\.c`))] as const,
);
const helloCommands = page.block('sh', /hello\.c/);
const lessCommands = page.block('sh', /less\.c/);
const message = page.block('text', /is unavailable/);
const fragment = page.block('text', /argdata_serialize\(/);
const channel = page.block('text', /argdata_writer_set\(/);
const successor = page.block('yaml', /next:/);
const packages = page.block('text', /^apt-get/);

test('the programs of docs/c-sdk.md compile without a warning and print what it says', (t) => {
  const { cwd, run } = makeDesk(t, Object.fromEntries(sources));
  const strict = (commands: string): string => commands.replace('cloudabi cc', 'cloudabi cc -Wall -Wextra');
  const hello = run(strict(helloCommands));
  assert.deepEqual([hello.status, hello.stdout, hello.stderr], [0, 'Hello, world\n', '']);
  const [, printed = ''] = /# (.*)$/m.exec(lessCommands) ?? [];
  const less = run(strict(lessCommands));
  assert.deepEqual(
    [less.status, less.stdout, less.stderr],
    [0, `${printed.replace(',', ', then').replace('then then', 'then')}\n`, ''],
  );

  // The program that makes a tree is a part of one; here the function beside the program that hands its place on.
  const travel = `int error;\nargdata_writer_t *writer = argdata_writer_create();\nargdata_reader_t *reader = argdata_reader_create(length, count);\nint socket = output;\n${channel}(void)value; (void)error;`;
  const part = `#include <program.h>\n#include <stdlib.h>\nsize_t part(int output);\nsize_t part(int output) {\n${fragment}${travel} return used; }\n`;
  writeFileSync(join(cwd, 'part.c'), part);
  writeFileSync(join(cwd, 'next.yaml'), successor);
  const first = run(
    strict('cloudabi cc first.c part.c -o first.wasm && cloudabi-run --config next.yaml first.wasm'),
  );
  assert.deepEqual([first.status, first.stdout, first.stderr], [0, 'Hello, world\n', '']);
});

test('the refusal of docs/c-sdk.md is what the compiler says', (t) => {
  const { run } = makeDesk(t, {
    'hello.c':
      '#include <stdio.h>\n#include <program.h>\nvoid program_main(const argdata_t *ad) {\n  printf("%d", ad != 0);\n}\n',
  });
  const { status, stderr } = run('cloudabi cc -c hello.c');
  assert.equal(status, 1);
  assert.ok(stderr.startsWith(message), stderr);
});

test('the packages of docs/c-sdk.md are those that CI installs', () => {
  const script = readFileSync('.ci/run', 'utf8');
  const names = packages
    .replaceAll(/apt-get install|#.*$/gm, '')
    .split(/\s+/)
    .filter(Boolean);
  assert.ok(names.length > 4);
  for (const name of names) assert.match(script, new RegExp(` ${name.replaceAll('+', '\\+')}\\b`));
});

page.end();
