import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, HostClock } from '../../src/host/clocks.ts';

/** Milliseconds. */
const SPAN = 20;

test("the system's time is the one that Date tells, and never runs backwards unless it is set", () => {
  const end = Date.now() + SPAN;
  for (let last = 0n; Date.now() < end; ) {
    const before = BigInt(Date.now()) * 1_000_000n;
    const time = clockTime(HostClock.realtime);
    const after = BigInt(Date.now() + 1) * 1_000_000n;
    assert.ok(before <= time && time <= after, `${before} <= ${time} <= ${after}`);
    assert.ok(time >= last, `${time} comes after ${last}`);
    last = time;
  }
});
