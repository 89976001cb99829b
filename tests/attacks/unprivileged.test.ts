import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const NOBODY = '65534';
const asNobody = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'];

test('every attack comes to nothing for an ordinary user, too', (context) => {
  if (process.getuid?.() !== 0) return context.skip('the tests run as an ordinary user already');
  const suites = [
    'capability-mode',
    'messages',
    'threads',
    'races',
    'capsicum',
    'node',
    'node-world',
    '../run/linux/launch',
  ].map((name) => fileURLToPath(new URL(`${name}.test.js`, import.meta.url)));
  accessSync(tmpdir(), constants.W_OK);
  const probe = spawnSync('setpriv', [
    ...asNobody,
    process.execPath,
    '-e',
    `require('node:fs').readFileSync(${JSON.stringify(suites[0])})`,
  ]);
  if (probe.status !== 0) return context.skip('no setpriv here, or an ordinary user cannot read these files');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(
    'setpriv',
    [...asNobody, process.execPath, '--test', '--test-concurrency=1', '--test-reporter=tap', ...suites],
    { encoding: 'utf8', timeout: 600_000, env: { ...env, HOME: tmpdir() } },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass [1-9]\d+$/m);
});
