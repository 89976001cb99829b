import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { build } from 'esbuild';
import { command } from '../cli/commands.ts';
import { folderWith } from '../program/sources.ts';

const page = readFileSync('docs/typescript-programs.md', 'utf8');

/** The only block of a language that matches. */
function block(language: string, pattern: RegExp, text = page): string {
  const blocks = [...text.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, name]) => name === language);
  const [found, ...more] = blocks.map(([, , body = '']) => body).filter((body) => pattern.test(body));
  assert.ok(found !== undefined && more.length === 0, `one block of ${language} that matches ${pattern}`);
  return found;
}

/** A folder in which our packages are installed. */
function project(t: TestContext, files: Record<string, string>): string {
  const folder = folderWith(t, { 'package.json': '{ "type": "module" }', ...files });
  mkdirSync(join(folder, 'node_modules/@hono'), { recursive: true });
  for (const name of ['hono', 'zod', '@hono/node-server', 'koffi', '@koromix', 'yaml', 'esbuild'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  return folder;
}

test('the first program of the page and of the README says hello', (t) => {
  const hello = /message: text\(\)/;
  const readme = readFileSync('README.md', 'utf8');
  assert.equal(block('ts', hello, readme), block('ts', hello));
  const cwd = project(t, { 'hello.ts': block('ts', hello) });
  const ran = command('cloudabi-run', ['hello.ts'], {
    cwd,
    input: block('yaml', /^output: !fd stdout\nmessage/),
  });
  assert.deepEqual(ran, { status: 0, stdout: 'Hello, world\n', stderr: '' });
});

test('the directories of the page do what it says', (t) => {
  const cwd = project(t, { 'data.ts': block('ts', /reports\/today/), 'data/unused': '' });
  const ran = command('cloudabi-run', ['data.ts'], { cwd, input: block('yaml', /remove/) });
  assert.match(ran.stdout, /^all is well\n\ntoday\.txt file\n12 .*\nall is well\n$/);
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
});

test('the schema of another library on the page works', (t) => {
  const cwd = project(t, { 'list.ts': block('ts', /z\.int\(\)/) });
  const ran = command('cloudabi-run', ['list.ts'], {
    cwd,
    input: 'data: !file {path: .}\nlimit: 9\nout: !fd stdout\n',
  });
  assert.match(ran.stdout, /'list\.ts'/);
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
});

test('the server of the page passes the test of the page', async (t) => {
  const cwd = project(t, {
    'server.ts': block('ts', /new Hono/),
    'server.test.ts': block('ts', /temporaryDirectory/),
  });
  await build({
    entryPoints: ['server.ts', 'server.test.ts'],
    absWorkingDir: cwd,
    outdir: cwd,
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  const built = readFileSync(join(cwd, 'server.test.js'), 'utf8').replace('./server.ts', './server.js');
  writeFileSync(join(cwd, 'server.test.js'), built);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', 'server.test.js'], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    timeout: 60_000,
  });
  assert.equal(status, 0, stdout + stderr);
});
