import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Errno, Lock } from '../../src/abi/generated/constants.ts';
import { Locks } from '../../src/kernel/locks.ts';
import { Wait, WaitingRoom } from '../../src/kernel/waiting.ts';
import { At, GuestThread, type LockWork, within } from '../frame/kernel/locks-work.ts';
import { onThreads } from '../frame/kernel/threads.ts';

const WRITTEN = Lock.wrlocked;
const MANAGED = Lock.kernel_managed;

/** Lets several threads do the same to one lock and one condition variable; returns the guest's memory afterwards. */
async function together(
  works: readonly (readonly [LockWork['what'], rounds: number])[],
): Promise<Int32Array> {
  const memory = new SharedArrayBuffer(1024);
  const { buffer: room } = new WaitingRoom(0);
  await onThreads(
    works.map(([what, rounds], thread): LockWork => ({ kind: 'locks', what, thread, room, memory, rounds })),
  );
  return new Int32Array(memory);
}

const same = (count: number, what: LockWork['what'], rounds: number): [LockWork['what'], number][] =>
  Array.from({ length: count }, () => [what, rounds]);

describe('a lock', () => {
  test('keeps writers apart, and is free and unmanaged when all are done', async () => {
    const words = await together(same(4, 'writers', 20_000));
    assert.equal(words[At.shared / 4], 80_000);
    assert.equal((words[At.lock / 4] ?? 0) & ~MANAGED, 0);
  });

  test('keeps readers and writers apart, when any of them runs out of time', async () => {
    const words = await together(same(4, 'readers and writers', 8000));
    assert.equal(words[At.shared / 4], words[At.shared / 4 + 1]);
    assert.ok((words[At.shared / 4] ?? 0) > 1000);
    assert.equal((words[At.lock / 4] ?? 0) & ~MANAGED, 0);
  });

  test('ends waiting in time, and says so', () => {
    const room = new WaitingRoom(0);
    const memory = new SharedArrayBuffer(1024);
    const first = new GuestThread({ room: room.buffer, memory, thread: 0 });
    const second = new GuestThread({ room: room.buffer, memory, thread: 1 });
    assert.equal(first.write(), 0);
    const start = process.hrtime.bigint();
    assert.equal(second.write(At.lock, within(20_000_000)), -Errno.timedout);
    assert.equal(second.read(At.lock, within(20_000_000)), -Errno.timedout);
    assert.ok(process.hrtime.bigint() - start >= 40_000_000n);
    assert.equal(second.locks.unlock(At.lock), -Errno.perm);
    // The owner finds that a thread waited, and gives the lock up with the kernel.
    assert.equal((first.words[At.lock / 4] ?? 0) >>> 0, (MANAGED | WRITTEN | 1) >>> 0);
    first.unwrite();
    assert.equal(first.words[At.lock / 4], 0);
    assert.equal(second.read(At.lock), 0);
    assert.equal(first.write(At.lock, within(0)), -Errno.timedout);
    second.unread();
    assert.equal(first.words[At.lock / 4], 0);
  });

  test('that its own thread would wait for without an end is a deadlock', () => {
    const guest = new GuestThread({
      room: new WaitingRoom(0).buffer,
      memory: new SharedArrayBuffer(1024),
      thread: 0,
    });
    assert.equal(guest.write(), 0);
    assert.equal(guest.write(), -Errno.deadlk);
    assert.equal(guest.read(), -Errno.deadlk);
  });

  test('of a program with one thread is never waited for without an end', () => {
    const words = new Int32Array(256);
    const locks = new Locks({ words, covers: () => true }, new WaitingRoom(0), () => 1, true);
    assert.equal(locks.take(Wait.reader, At.lock, undefined), 0);
    assert.equal(locks.take(Wait.writer, At.lock, undefined), -Errno.deadlk);
    assert.equal(locks.take(Wait.writer, At.lock, within(1_000_000)), -Errno.timedout);
    words[At.lock / 4] = WRITTEN | 1;
    assert.equal(locks.waitFor(At.condvar, At.lock, undefined), -Errno.deadlk);
    assert.equal(locks.waitFor(At.condvar, At.lock, within(1_000_000)), -Errno.timedout);
    assert.equal(words[At.lock / 4], WRITTEN | 1);
    assert.equal(words[At.condvar / 4], 0);
    assert.equal(locks.unlock(At.lock), 0);
    assert.equal(locks.waitFor(At.condvar, At.lock, within(0)), -Errno.perm);
  });

  test('with as many readers as it can count takes no more', () => {
    const guest = new GuestThread({
      room: new WaitingRoom(0).buffer,
      memory: new SharedArrayBuffer(1024),
      thread: 0,
    });
    guest.words[At.lock / 4] = 0x3fffffff;
    assert.equal(guest.locks.take(Wait.reader, At.lock, undefined), -Errno.again);
  });
});

describe('a condition variable', () => {
  test('loses no signal: two threads take turns', async () => {
    const words = await together(same(2, 'turns', 8000));
    assert.equal(words[At.shared / 4], 16_000);
    assert.equal(words[At.condvar / 4], 0);
  });

  test('gives each signal to one waiting thread, and the lock to each, also when time runs out meanwhile', async () => {
    const words = await together([['timeouts', 3000], ...same(3, 'timeouts', 1000)]);
    assert.equal((words[At.shared / 4] ?? 0) + (words[At.shared / 4 + 1] ?? 0), 3000);
    assert.equal(words[At.condvar / 4], 0);
  });
});

test('a guest that overwrites its own locks hangs and crashes no other thread', async () => {
  await together([
    ['destroyer', 300_000],
    ['garbage', 4000],
    ['garbage', 4000],
    ['garbage', 4000],
  ]);
});
