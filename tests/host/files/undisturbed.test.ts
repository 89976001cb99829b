import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undisturbed } from '../../../src/host/files/undisturbed.ts';

const EAGAIN = 11;
const ENOENT = 2;

/** A lookup that is disturbed some times, and then gives a result. */
function disturbed(times: number, result: number): () => number {
  let calls = 0;
  return () => (calls++ < times ? -EAGAIN : result);
}

test('a lookup that is disturbed a thousand times gives its result in the end', () => {
  assert.equal(undisturbed(disturbed(0, 5)), 5);
  assert.equal(undisturbed(disturbed(1000, 6)), 6);
  assert.equal(undisturbed(disturbed(1000, -ENOENT)), -ENOENT);
});

test('one that is always disturbed ends', () => {
  assert.equal(
    undisturbed(() => -EAGAIN),
    -EAGAIN,
  );
});
