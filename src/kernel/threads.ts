import { Errno } from '../abi/generated/constants.ts';
import { type Address, addressOf } from '../host/libc.ts';
import { futexWait, futexWake } from '../host/processes/futex.ts';
import { SharedMutex } from './mutex.ts';
import type { Result } from './result.ts';
import { MOST_THREADS } from './waiting.ts';

/** The most threads that a process may have at once unless its limit says otherwise, the first included. */
export const DEFAULT_THREADS = 64;

/** The number of the first thread (spec, `tid`). */
export const FIRST_TID = 1;

/** Numbers of threads stay below: two bits of a lock word are needed otherwise, and C libraries take a third. */
const TID_END = 0x1fffffff;

/** Words of the head. */
const LOCK = 0;
const ENDED = 1;
const RUNNING = 2;
const NEXT_TID = 3;
const SPEAKING = 4;
const HEAD = 16;

/** Words of a worker. */
const WORKER = 16;
const STATE = 0;
const TID = 1;
const JOB = 2;

const ABSENT = 0;
const WAITS = 1;
const HAS_JOB = 2;
const RUNS = 3;

/** Words of a job, whose meaning is the gate's. */
export type Job = readonly [number, number, number, number];

/** A job on its way: the thread's number, and the worker that must be made for it if there was none to spare. */
export type Assigned = { readonly tid: number; readonly newWorker: number | undefined };

/**
 * The threads of a process: which of its workers run one, and which wait for the next. A worker is a thread of the
 * host with all that it takes to run the program; it outlives the program's thread that it was made for, because
 * making another costs a thousand times more than waking it.
 *
 * Each worker has an object of its own over the same memory; the first is that of the process's first thread.
 */
export class Threads {
  /** The memory that other threads' objects are made of. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #address: Address;
  readonly #lock: SharedMutex;
  readonly #worker: number;
  /** Held by the thread that reports something about the process. */
  readonly speaking: SharedMutex;
  /** The most threads that there may be. */
  readonly #limit: number;
  #tid = 0;

  /**
   * @param limit The most threads that there may be at once, the first included.
   * @param worker Number of this worker, from 0.
   * @param buffer That of the process's first thread; without it, this is the first.
   */
  constructor(limit: number = DEFAULT_THREADS, worker = 0, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer((HEAD + MOST_THREADS * WORKER) * 4);
    this.#words = new Int32Array(this.buffer);
    this.#address = addressOf(this.#words);
    this.#lock = new SharedMutex(this.#words, LOCK);
    this.speaking = new SharedMutex(this.#words, SPEAKING);
    this.#limit = Math.min(limit, MOST_THREADS);
    this.#worker = worker;
    if (buffer !== undefined) return;
    this.#tid = FIRST_TID;
    this.#words[RUNNING] = 1;
    this.#words[NEXT_TID] = FIRST_TID + 1;
    this.#words[this.#place(0) + STATE] = RUNS;
    this.#words[this.#place(0) + TID] = FIRST_TID;
  }

  #place(worker: number): number {
    return HEAD + worker * WORKER;
  }

  #get(at: number): number {
    return this.#words[at] ?? 0;
  }

  /** The number of the program's thread that runs here now. */
  get tid(): number {
    return this.#tid;
  }

  /** Number of this worker. */
  get worker(): number {
    return this.#worker;
  }

  /** Gives a job to a worker that waits, or to a new one that the caller must then make. Returns `-again` at the limit. */
  assign(job: Job): Assigned | Result {
    return this.#lock.during(() => {
      if (this.#get(RUNNING) >= this.#limit) return -Errno.again;
      const waiting = this.#find(WAITS);
      const worker = waiting ?? this.#find(ABSENT);
      if (worker === undefined) return -Errno.again;
      const tid = this.#newTid();
      const place = this.#place(worker);
      this.#words[place + TID] = tid;
      this.#words.set(job, place + JOB);
      this.#words[RUNNING] = this.#get(RUNNING) + 1;
      Atomics.store(this.#words, place + STATE, HAS_JOB);
      if (waiting !== undefined) futexWake((this.#address + (place + STATE) * 4) as Address, 1);
      return { tid, newWorker: waiting === undefined ? worker : undefined };
    });
  }

  /** Takes an assignment back: its worker could not be made. */
  withdraw(worker: number): void {
    this.#lock.during(() => {
      this.#words[this.#place(worker) + STATE] = ABSENT;
      this.#words[RUNNING] = this.#get(RUNNING) - 1;
    });
  }

  #find(state: number): number | undefined {
    for (let worker = 0; worker < MOST_THREADS; worker++) {
      if (this.#get(this.#place(worker) + STATE) === state) return worker;
    }
    return undefined;
  }

  /** A number that no thread has. They are given out in a circle, so that an old one is not met again soon. */
  #newTid(): number {
    for (;;) {
      const tid = this.#get(NEXT_TID);
      this.#words[NEXT_TID] = tid + 1 < TID_END ? tid + 1 : FIRST_TID + 1;
      if (!this.#isTaken(tid)) return tid;
    }
  }

  #isTaken(tid: number): boolean {
    for (let worker = 0; worker < MOST_THREADS; worker++) {
      const place = this.#place(worker);
      if (this.#get(place + TID) === tid && this.#get(place + STATE) >= HAS_JOB) return true;
    }
    return false;
  }

  /**
   * Waits until a new worker has begun its first job.
   *
   * @param patience Nanoseconds.
   * @returns False when it has not.
   */
  awaitStart(worker: number, patience: bigint): boolean {
    const state = this.#place(worker) + STATE;
    const end = process.hrtime.bigint() + patience;
    while (Atomics.load(this.#words, state) === HAS_JOB) {
      const left = end - process.hrtime.bigint();
      if (left <= 0n) return false;
      futexWait((this.#address + state * 4) as Address, HAS_JOB, left);
    }
    return true;
  }

  /** On a worker: sleeps until there is a job, and begins it. */
  nextJob(): Job {
    const place = this.#place(this.#worker);
    while (Atomics.load(this.#words, place + STATE) !== HAS_JOB) {
      futexWait((this.#address + (place + STATE) * 4) as Address, WAITS);
    }
    Atomics.store(this.#words, place + STATE, RUNS);
    futexWake((this.#address + (place + STATE) * 4) as Address, 1);
    this.#tid = this.#get(place + TID);
    const [a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(place + JOB, place + JOB + 4);
    return [a, b, c, d];
  }

  /**
   * The program's thread that runs here is over. This worker can be given the next job from now on, but for the
   * first, which has no way to begin one.
   *
   * @returns True when it was the last one.
   */
  finish(): boolean {
    return this.#lock.during(() => {
      if (this.#worker !== 0) Atomics.store(this.#words, this.#place(this.#worker) + STATE, WAITS);
      this.#words[RUNNING] = this.#get(RUNNING) - 1;
      return this.#get(RUNNING) === 0;
    });
  }

  /**
   * Claims the end of the process. Only the first to do so may end it, and is the last to report something; all others
   * sleep for ever.
   */
  claimEnd(): void {
    if (Atomics.compareExchange(this.#words, ENDED, 0, 1) !== 0) this.sleepForEver();
    this.speaking.lock();
  }

  /** For a thread that is over and may not return, such as the process's first: it ends with the process. */
  sleepForEver(): never {
    for (;;) futexWait((this.#address + ENDED * 4) as Address, Atomics.load(this.#words, ENDED));
  }
}
