import { type Address, addressOf } from '../host/libc.ts';
import { futexWait, futexWake } from '../host/processes/futex.ts';
import { SharedMutex } from './mutex.ts';

/** The most threads that a process can have under any limit. */
export const MOST_THREADS = 512;

/** Kinds of things that a thread waits for. */
export const Wait = { reader: 1, writer: 2, condvar: 3 } as const;
export type Wait = (typeof Wait)[keyof typeof Wait];

/** Words of the head: the lock, and a counter by which waiters stand in a line. */
const LOCK = 0;
const NEXT_TICKET = 1;
/** The end of the places that any thread has taken so far. */
const END = 2;
const HEAD = 16;

/** Words of a thread's place; a cache line, so that threads do not disturb each other. */
const PLACE = 16;
const STATE = 0;
const KIND = 1;
const WORD = 2;
const LOCK_WORD = 3;
const TICKET = 4;

const IDLE = 0;
const WAITING = 1;
const WOKEN = 2;

/**
 * The room in which the threads of a process wait: a place for each thread, with the object it waits for. All changes of
 * places, and of the guest's lock words that go with them, happen under one lock (`during`); only sleeping does not. A
 * thread that is woken is told so under that lock, exactly once, so that a wake-up can neither get lost nor count
 * twice, even if a wait times out at the same time.
 *
 * Each thread has an object of its own over the same memory.
 */
export class WaitingRoom {
  /** The memory that other threads' objects are made of. */
  readonly buffer: SharedArrayBuffer;
  /** The lock of all places. */
  readonly lock: SharedMutex;
  readonly #words: Int32Array;
  readonly #address: Address;
  /** The start of this thread's place. */
  readonly #own: number;
  /** Places to wake once the lock is free. */
  readonly #waking: number[] = [];

  /**
   * @param thread Number of this thread's place, from 0.
   * @param buffer That of the process's first thread; without it, this is the first.
   */
  constructor(thread: number, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer((HEAD + MOST_THREADS * PLACE) * 4);
    this.#words = new Int32Array(this.buffer);
    this.#address = addressOf(this.#words);
    this.#own = HEAD + thread * PLACE;
    this.lock = new SharedMutex(this.#words, LOCK);
    this.lock.during(() => {
      this.#words[END] = Math.max(this.#words[END] ?? 0, this.#own + PLACE);
    });
  }

  #get(place: number, field: number): number {
    return this.#words[place + field] ?? 0;
  }

  /** Under the lock: this thread waits from now on, at the end of the line. `word` and `lockWord` are guest addresses. */
  enter(kind: Wait, word: number, lockWord = 0): void {
    const own = this.#own;
    const ticket = this.#words[NEXT_TICKET] ?? 0;
    this.#words[NEXT_TICKET] = ticket + 1;
    this.#words[own + KIND] = kind;
    this.#words[own + WORD] = word;
    this.#words[own + LOCK_WORD] = lockWord;
    this.#words[own + TICKET] = ticket;
    Atomics.store(this.#words, own + STATE, WAITING);
  }

  /** Under the lock: this thread waits no longer. Returns the object it waited for last; 0 when it had been woken. */
  leave(): Wait | 0 {
    const waiting = this.#get(this.#own, STATE) === WAITING;
    const kind = this.#get(this.#own, KIND);
    Atomics.store(this.#words, this.#own + STATE, IDLE);
    if (!waiting) return 0;
    return kind === Wait.reader || kind === Wait.writer ? kind : Wait.condvar;
  }

  /** Under the lock: the object that this thread waits for; 0 when it has been woken. */
  get waitsFor(): number {
    return this.#get(this.#own, STATE) === WAITING ? this.#get(this.#own, KIND) : 0;
  }

  /**
   * Sleeps until this thread is woken. Call it without the lock.
   *
   * @param left Tells how many nanoseconds are left; without it, there is no end.
   * @returns False when time ran out: whether the thread was woken meanwhile, `leave` tells.
   */
  sleep(left?: () => bigint): boolean {
    const state = (this.#address + (this.#own + STATE) * 4) as Address;
    while (Atomics.load(this.#words, this.#own + STATE) === WAITING) {
      const nanoseconds = left?.();
      if (nanoseconds !== undefined && nanoseconds <= 0n) return false;
      futexWait(state, WAITING, nanoseconds);
    }
    return true;
  }

  /** Under the lock: finds the thread that has waited longest for a word, as this kind; -1 for none. */
  first(kind: Wait, word: number): number {
    let found = -1;
    for (let place = HEAD; place < this.#get(0, END); place += PLACE) {
      if (!this.#isWaiting(place, word) || this.#get(place, KIND) !== kind) continue;
      if (found < 0 || ((this.#get(place, TICKET) - this.#get(found, TICKET)) | 0) < 0) found = place;
    }
    return found;
  }

  /** Under the lock: tells whether any thread waits for a word. */
  anybody(word: number): boolean {
    for (let place = HEAD; place < this.#get(0, END); place += PLACE) {
      if (this.#isWaiting(place, word)) return true;
    }
    return false;
  }

  #isWaiting(place: number, word: number): boolean {
    return this.#get(place, STATE) === WAITING && this.#get(place, WORD) === word;
  }

  /** Under the lock: the lock word that goes with a place that waits for a condition variable. */
  lockWord(place: number): number {
    return this.#get(place, LOCK_WORD);
  }

  /** Under the lock: a thread that waited for a condition variable waits for its lock from now on, and sleeps on. */
  moveToLock(place: number): void {
    this.#words[place + WORD] = this.#get(place, LOCK_WORD);
    this.#words[place + KIND] = Wait.writer;
  }

  /** Under the lock: wakes a place once the lock is free. */
  wake(place: number): void {
    Atomics.store(this.#words, place + STATE, WOKEN);
    this.#waking.push(place);
  }

  /** Holds the lock during `action`, and wakes afterwards whom it said. */
  during<Value>(action: () => Value): Value {
    const value = this.lock.during(action);
    for (let place = this.#waking.pop(); place !== undefined; place = this.#waking.pop()) {
      futexWake((this.#address + (place + STATE) * 4) as Address, 1);
    }
    return value;
  }
}
