import { type Address, addressOf } from '../host/libc.ts';
import { futexWait, futexWake } from '../host/processes/futex.ts';

const FREE = 0;
const HELD = 1;
/** Held, and a thread may sleep. */
const CONTENDED = 2;

/**
 * A lock between the threads of a process, for what they share on our side: one word of shared memory. It is held for
 * a few instructions and never during a call that waits.
 */
export class SharedMutex {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #address: Address;

  /** @param words Shared memory, zero at first; `index` is the word's. */
  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
    this.#address = (addressOf(words) + index * 4) as Address;
  }

  lock(): void {
    if (Atomics.compareExchange(this.#words, this.#index, FREE, HELD) === FREE) return;
    while (Atomics.exchange(this.#words, this.#index, CONTENDED) !== FREE) {
      futexWait(this.#address, CONTENDED);
    }
  }

  unlock(): void {
    if (Atomics.exchange(this.#words, this.#index, FREE) === CONTENDED) futexWake(this.#address, 1);
  }

  /** Holds the lock during `action`. */
  during<Value>(action: () => Value): Value {
    this.lock();
    try {
      return action();
    } finally {
      this.unlock();
    }
  }
}
