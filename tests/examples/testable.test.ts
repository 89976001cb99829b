import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const example = resolve('examples/webserver');

test('a C program tests the web server by handing it a pair of sockets and a temporary directory', (t) => {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'scratch'));
  const input = readFileSync(join(example, 'test-grants.yaml'), 'utf8');
  const program = join(example, 'server_test.wasm');
  const { status, stdout, stderr } = command('cloudabi-run', [program], { cwd, input });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, stdout);
  assert.match(stdout, /^(ok \d+ - .*\n){12}1\.\.12\n$/);
  assert.deepEqual(readdirSync(join(cwd, 'scratch')), []);
});

test('a TypeScript program tests it by launching it with a connection and a temporary directory', () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--test', 'server.test.js'], {
    cwd: example,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^[#ℹ] pass 1$/m);
});
