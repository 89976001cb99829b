import assert from 'node:assert/strict';
import { Errno, Lock } from '../../../src/abi/generated/constants.ts';
import { Locks } from '../../../src/kernel/locks.ts';
import { Wait, WaitingRoom } from '../../../src/kernel/waiting.ts';

/** Addresses in the guest's memory of these tests. */
export const At = { lock: 64, condvar: 128, shared: 256 } as const;

export type LockWork = {
  readonly kind: 'locks';
  readonly what: 'writers' | 'readers and writers' | 'turns' | 'timeouts' | 'garbage' | 'destroyer';
  readonly thread: number;
  readonly room: SharedArrayBuffer;
  readonly memory: SharedArrayBuffer;
  readonly rounds: number;
};

const WRITTEN = Lock.wrlocked;

/** A thread with the guest's half of a lock: what the C library does without the kernel. */
export class GuestThread {
  readonly words: Int32Array;
  readonly locks: Locks;
  readonly tid: number;

  constructor({ room, memory, thread }: Pick<LockWork, 'room' | 'memory' | 'thread'>) {
    this.words = new Int32Array(memory);
    this.tid = thread + 1;
    const guest = {
      words: this.words,
      covers: (at: number, length: number) => at + length <= memory.byteLength,
    };
    this.locks = new Locks(guest, new WaitingRoom(thread, room), () => this.tid);
  }

  write(lock: number = At.lock, left?: () => bigint): number {
    const old = Atomics.compareExchange(this.words, lock / 4, 0, WRITTEN | this.tid);
    return old === 0 ? 0 : this.locks.take(Wait.writer, lock, left);
  }

  unwrite(lock: number = At.lock): void {
    const own = WRITTEN | this.tid;
    if (Atomics.compareExchange(this.words, lock / 4, own, 0) !== own)
      assert.equal(this.locks.unlock(lock), 0);
  }

  read(lock: number = At.lock, left?: () => bigint): number {
    const old = Atomics.load(this.words, lock / 4);
    const free = old >= 0 && (old & WRITTEN) === 0;
    if (free && Atomics.compareExchange(this.words, lock / 4, old, old + 1) === old) return 0;
    return this.locks.take(Wait.reader, lock, left);
  }

  unread(lock: number = At.lock): void {
    for (;;) {
      const old = Atomics.load(this.words, lock / 4);
      const last = old >>> 0 === (Lock.kernel_managed | 1) >>> 0;
      const next = last ? Lock.kernel_managed | WRITTEN | this.tid | 0 : old - 1;
      if (Atomics.compareExchange(this.words, lock / 4, old, next) !== old) continue;
      if (last) assert.equal(this.locks.unlock(lock), 0);
      return;
    }
  }
}

/** Nanoseconds from now, as calls of the kernel take them. */
export function within(nanoseconds: number): () => bigint {
  const end = process.hrtime.bigint() + BigInt(nanoseconds);
  return () => end - process.hrtime.bigint();
}

const cell = At.shared / 4;

/** Runs one thread of a test. */
export function useLocks(work: LockWork): void {
  const guest = new GuestThread(work);
  const { words } = guest;
  let random = work.thread * 7919 + 1;
  const chance = (of: number): number => {
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    return (random >>> 16) % of;
  };
  for (let round = 0; round < work.rounds; round++) {
    switch (work.what) {
      case 'writers':
        assert.equal(guest.write(), 0);
        // Not atomic on purpose: only the lock keeps additions from getting lost.
        words[cell] = (words[cell] ?? 0) + 1;
        guest.unwrite();
        break;
      case 'readers and writers':
        if (chance(3) === 0) {
          const deadline = chance(4) === 0 ? within(chance(200_000)) : undefined;
          if (guest.write(At.lock, deadline) !== 0) break;
          words[cell] = (words[cell] ?? 0) + 1;
          words[cell + 1] = (words[cell + 1] ?? 0) + 1;
          guest.unwrite();
        } else {
          const deadline = chance(4) === 0 ? within(chance(200_000)) : undefined;
          if (guest.read(At.lock, deadline) !== 0) break;
          assert.equal(words[cell], words[cell + 1]);
          guest.unread();
        }
        break;
      case 'turns':
        assert.equal(guest.write(), 0);
        while ((words[cell] ?? 0) % 2 !== work.thread) {
          assert.equal(guest.locks.waitFor(At.condvar, At.lock, undefined), 0);
        }
        words[cell] = (words[cell] ?? 0) + 1;
        if (Atomics.load(words, At.condvar / 4) !== 0) guest.locks.signal(At.condvar, 1);
        guest.unwrite();
        break;
      case 'timeouts': {
        // One thread signals a token at a time; the waiting thread gets it, or is late, and has the lock either way.
        assert.equal(guest.write(), 0);
        if (work.thread === 0) {
          words[cell] = (words[cell] ?? 0) + 1;
          guest.locks.signal(At.condvar, 1);
        } else {
          let answer = 0;
          const left = within(chance(400_000));
          while (words[cell] === 0 && answer === 0) answer = guest.locks.waitFor(At.condvar, At.lock, left);
          assert.ok(answer === 0 || answer === -Errno.timedout);
          assert.equal((words[At.lock / 4] ?? 0) & 0x7fffffff, WRITTEN | guest.tid);
          if ((words[cell] ?? 0) > 0) {
            words[cell] = (words[cell] ?? 0) - 1;
            words[cell + 1] = (words[cell + 1] ?? 0) + 1;
          }
        }
        guest.unwrite();
        break;
      }
      case 'destroyer':
        // Another thread of the guest that writes random values over its locks.
        Atomics.store(
          words,
          (chance(2) === 0 ? At.lock : At.condvar) / 4,
          [0, -1, 1 << 31, 1 << 30, random][chance(5)] ?? 0,
        );
        break;
      case 'garbage': {
        const left = within(chance(300_000));
        switch (chance(5)) {
          case 0:
            guest.locks.take(Wait.writer, At.lock, left);
            break;
          case 1:
            guest.locks.take(Wait.reader, At.lock, left);
            break;
          case 2:
            guest.locks.unlock(At.lock);
            break;
          case 3:
            guest.locks.signal(At.condvar, chance(3));
            break;
          default:
            // Taking the lock again has no end, so that this one goes without if it is not free.
            if (guest.locks.take(Wait.writer, At.lock, left) === 0) guest.locks.unlock(At.lock);
        }
        break;
      }
    }
  }
}
