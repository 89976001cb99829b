import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];

test('an ordinary user runs Linux programs just as root does', (context) => {
  if (process.getuid?.() !== 0) return context.skip('the tests run as an ordinary user already');
  const suites = ['running', 'plan'].map((name) =>
    fileURLToPath(new URL(`${name}.test.js`, import.meta.url)),
  );
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
    { encoding: 'utf8', timeout: 600_000, cwd: tmpdir(), env: { ...env, HOME: tmpdir() } },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass [1-9]\d+$/m);
});
