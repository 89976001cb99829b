import { Condvar, Errno, Lock } from '../abi/generated/constants.ts';
import { syscall } from '../host/syscall.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { Result } from './result.ts';
import { Wait, type WaitingRoom } from './waiting.ts';

/*
 * Locks and condition variables (spec, "Threads and locks"). A lock is a word of the guest, which changes it by itself
 * as long as no thread waits. A thread that must wait sets the bit `kernel_managed` under the lock of the waiting room
 * and enters that; the last owner then finds the bit and comes here to give the lock up, which makes it free and wakes
 * the writer that waited longest, or all readers. A woken thread competes with running threads instead of receiving the
 * lock, which avoids context switches. So that no waiting thread is forgotten meanwhile, a thread that takes a lock
 * here sets the bit if another still waits.
 *
 * Guest words may change at any moment to anything. Each look copies the word, and each change is one of exactly the
 * value that was looked at.
 */

const WRITTEN = Lock.wrlocked;
const MANAGED = Lock.kernel_managed;
const COUNT = 0x3fffffff;

/** The number of times that a word may change during a call before other threads get a turn. */
const ATTEMPTS = 100;

const SCHED_YIELD = callNumberOf('sched_yield');

/** The guest's memory, as 32-bit words. */
export type LockMemory = {
  /** All of memory, a word at address 4n having index n. */
  readonly words: Int32Array;
  /** True when `length` bytes from `pointer` lie in memory; brings `words` up to date. */
  covers(pointer: number, length: number): boolean;
};

/** The time to wait: nanoseconds that are left; without it, for ever. */
export type TimeLeft = (() => bigint) | undefined;

/** Locks and condition variables, as one thread uses them. Addresses are aligned and lie in memory. */
export class Locks {
  readonly #memory: LockMemory;
  readonly #room: WaitingRoom;
  readonly #tid: () => number;
  readonly #alone: boolean;

  /**
   * @param tid The number of the thread that is running here now.
   * @param alone True if there can be no other thread, so that waiting without an end would have none.
   */
  constructor(memory: LockMemory, room: WaitingRoom, tid: () => number, alone = false) {
    this.#memory = memory;
    this.#room = room;
    this.#tid = tid;
    this.#alone = alone;
  }

  #load(word: number): number {
    return Atomics.load(this.#memory.words, word >>> 2) >>> 0;
  }

  #change(word: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#memory.words, word >>> 2, from | 0, to | 0) >>> 0 === from;
  }

  /**
   * Takes a lock for writing, or for reading.
   *
   * @returns 0; `-timedout`; `-deadlk` when this thread has the lock for writing, or is alone, and would wait for ever;
   *   `-again` when it has as many readers as a word can count.
   */
  take(kind: typeof Wait.reader | typeof Wait.writer, word: number, left: TimeLeft): Result {
    for (;;) {
      const result = this.#room.during(() => this.#tryOrEnter(kind, word, left === undefined));
      if (result === BUSY) {
        syscall(SCHED_YIELD);
        continue;
      }
      if (result !== ENTERED) return result;
      if (this.#room.sleep(left)) this.#room.during(() => this.#room.leave());
      else if (this.#room.during(() => this.#giveUp(word)) !== 0) return -Errno.timedout;
      // A woken thread may not just leave, even if time ran out: it must look once more, because it alone was told that
      // the lock is free.
    }
  }

  /** Under the lock of the room: takes the lock if it is free, or marks it as waited for and enters. */
  #tryOrEnter(kind: typeof Wait.reader | typeof Wait.writer, word: number, forEver: boolean): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const old = this.#load(word);
      const bit = this.#room.anybody(word) ? MANAGED : 0;
      if ((old & ~MANAGED) === 0) {
        const mine = kind === Wait.writer ? (WRITTEN | this.#tid() | bit) >>> 0 : (1 | bit) >>> 0;
        if (this.#change(word, old, mine)) return 0;
        continue;
      }
      const forReading = (old & WRITTEN) === 0;
      if (kind === Wait.reader && forReading && this.#room.first(Wait.writer, word) < 0) {
        if ((old & COUNT) === COUNT) return -Errno.again;
        if (this.#change(word, old, ((old & COUNT) + 1) | bit)) return 0;
        continue;
      }
      if (forEver && (this.#alone || (old & ~MANAGED) >>> 0 === this.#owned())) return -Errno.deadlk;
      if ((old & MANAGED) === 0 && !this.#change(word, old, (old | MANAGED) >>> 0)) continue;
      this.#room.enter(kind, word);
      return ENTERED;
    }
    return BUSY;
  }

  /** The word of a lock that this thread has for writing, without the bit for waiting threads. */
  #owned(): number {
    return (WRITTEN | this.#tid()) >>> 0;
  }

  /** Under the lock of the room, when time ran out: 0 if woken in the last moment. */
  #giveUp(word: number): number {
    const kind = this.#room.leave();
    // Readers that stood behind this writer need not stand any longer.
    if (kind === Wait.writer && this.#room.first(Wait.writer, word) < 0) this.#wakeReaders(word);
    return kind;
  }

  #wakeReaders(word: number): void {
    for (let reader = this.#room.first(Wait.reader, word); reader >= 0; ) {
      this.#room.wake(reader);
      reader = this.#room.first(Wait.reader, word);
    }
  }

  /** lock_unlock: 0, or `-perm` when this thread does not have the lock for writing. */
  unlock(word: number): Result {
    return this.#room.during(() => this.#release(word));
  }

  #release(word: number): Result {
    const owned = this.#owned();
    const old = this.#load(word);
    // Other threads may set the bit for waiting threads only under the lock of the room, and change nothing else.
    if ((old & ~MANAGED) >>> 0 !== owned || !this.#change(word, old, Lock.unlocked)) return -Errno.perm;
    const writer = this.#room.first(Wait.writer, word);
    if (writer >= 0) this.#room.wake(writer);
    else this.#wakeReaders(word);
    return 0;
  }

  /**
   * Gives a lock up, waits until a condition variable is signalled, and takes the lock again.
   *
   * @returns 0; `-timedout`, with the lock taken again; `-perm` when this thread does not have the lock for writing;
   *   `-deadlk` when it is alone and would wait for ever.
   */
  waitFor(condvar: number, lock: number, left: TimeLeft): Result {
    const room = this.#room;
    if (this.#alone && left === undefined) return -Errno.deadlk;
    const begun = room.during(() => {
      // Before the lock is given up: the next owner must see that a thread waits.
      room.enter(Wait.condvar, condvar, lock);
      Atomics.compareExchange(this.#memory.words, condvar >>> 2, Condvar.has_no_waiters, SOMEBODY);
      const released = this.#release(lock);
      if (released < 0) this.#leaveCondvar(condvar);
      return released;
    });
    if (begun < 0) return begun;
    let result: Result = 0;
    if (!room.sleep(left)) {
      const kind = room.during(() => {
        const waiting = room.waitsFor;
        if (waiting === Wait.condvar) {
          this.#leaveCondvar(condvar);
        }
        return waiting;
      });
      if (kind === Wait.condvar) result = -Errno.timedout;
      // Signalled already, and in line for the lock: that has no end.
      else room.sleep();
    }
    room.during(() => room.leave());
    const taken = this.take(Wait.writer, lock, undefined);
    return taken < 0 ? taken : result;
  }

  /** Under the lock of the room: this thread waits no longer for a condition variable. */
  #leaveCondvar(condvar: number): void {
    this.#room.leave();
    if (!this.#room.anybody(condvar)) {
      Atomics.store(this.#memory.words, condvar >>> 2, Condvar.has_no_waiters);
    }
  }

  /** condvar_signal: wakes up to `count` threads that wait for a condition variable. */
  signal(condvar: number, count: number): void {
    const room = this.#room;
    room.during(() => {
      let left = count;
      for (let place = room.first(Wait.condvar, condvar); place >= 0 && left > 0; left--) {
        if (this.#isFree(room.lockWord(place))) room.wake(place);
        else room.moveToLock(place);
        place = room.first(Wait.condvar, condvar);
      }
      if (!room.anybody(condvar)) {
        Atomics.store(this.#memory.words, condvar >>> 2, Condvar.has_no_waiters);
      }
    });
  }

  /**
   * Under the lock of the room: whether a lock is free. If it is not, it is marked as waited for, so that its owner
   * comes here when it gives it up.
   */
  #isFree(lock: number): boolean {
    if (!this.#memory.covers(lock, 4)) return true;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const old = this.#load(lock);
      if ((old & ~MANAGED) === 0) return true;
      if ((old & MANAGED) !== 0 || this.#change(lock, old, (old | MANAGED) >>> 0)) return false;
    }
    return true;
  }
}

/** Values that are no results of a call: the thread waits now; the word changed too often. */
const ENTERED = 1;
const BUSY = 2;

/** The value of a condition variable while a thread waits. */
const SOMEBODY = 1;
