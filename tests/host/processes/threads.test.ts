import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

type Status = {
  readonly name: string;
  readonly NoNewPrivs: string;
  readonly SigBlk: string;
  readonly CapEff: string;
};
type Answer = { readonly before: Status[]; readonly after: Status[]; readonly worker: string };

test('a call for every thread reaches every thread: idle, busy, waiting in a worker, and blocking all signals', () => {
  const child = fileURLToPath(new URL('../../frame/host/threads-child.js', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [child], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(status, 0, stderr);
  const { before, after, worker }: Answer = JSON.parse(stdout);
  assert.ok(before.length > 6, `only ${before.length} threads`);
  assert.ok(
    before.some(({ SigBlk }) => /^f{6}/.test(SigBlk)),
    'no thread blocks all signals, so that the test proves less than it says',
  );
  assert.deepEqual(
    before.filter(({ NoNewPrivs }) => NoNewPrivs !== '0'),
    [],
  );
  assert.ok(after.length >= before.length);
  assert.deepEqual(
    after.filter(({ NoNewPrivs }) => NoNewPrivs !== '1'),
    [],
  );
  assert.deepEqual(
    after.filter(({ CapEff }) => BigInt(`0x${CapEff}`) !== 0n),
    [],
  );
  assert.equal(worker, 'still answers');
});

test('a call for every thread that fails on them says so', () => {
  const child = fileURLToPath(new URL('../../frame/host/threads-child.js', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [child, 'fail'], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(status, 0);
  assert.match(stdout, /^prctl on every thread: invalid argument \(EINVAL\)$/);
});
