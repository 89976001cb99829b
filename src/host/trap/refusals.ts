import type { NativeMemory } from '../memory.ts';
import { RECORDS, RefusalRecord, State } from './layout.ts';

/** One refusal as the handler noted it. */
export type NotedRefusal = {
  /** Counts from 0. */
  readonly number: number;
  /** Id of the thread. */
  readonly thread: number;
  /** Number of the system call. */
  readonly call: number;
  /** Its answer: `-errno`. */
  readonly result: number;
  readonly arguments: readonly bigint[];
  /** The path, where there is one; at most 216 bytes are kept. */
  readonly path?: string;
  /** The second path of renaming and linking, or the bytes of an address (`struct sockaddr`). */
  readonly second?: Uint8Array;
};

/** Reads the notes of the handler. */
export class RefusalReader {
  readonly #state: NativeMemory;
  readonly #counter: Uint32Array;
  #read = 0;

  constructor(state: NativeMemory) {
    this.#state = state;
    this.#counter = new Uint32Array(state.bytes.buffer, State.taken, 1);
  }

  /** The number of refusals so far; changes as soon as there is another. */
  get count(): number {
    return this.#counter[0] ?? 0;
  }

  /**
   * The refusals since the last look, in order.
   *
   * @returns Those that are complete; `lost` of them were overwritten before they were read.
   */
  take(): { readonly refusals: readonly NotedRefusal[]; readonly lost: number } {
    const end = this.count;
    const lost = Math.max(0, end - this.#read - RECORDS);
    const refusals: NotedRefusal[] = [];
    this.#read += lost;
    while (this.#read < end) {
      const refusal = this.#at(this.#read);
      if (refusal === undefined) break;
      refusals.push(refusal);
      this.#read++;
    }
    return { refusals, lost };
  }

  #at(number: number): NotedRefusal | undefined {
    const { bytes, view } = this.#state;
    const at = State.ring + (number % RECORDS) * RefusalRecord.size;
    if (view.getUint32(at + RefusalRecord.complete, true) !== number + 1) return undefined;
    const text = at + RefusalRecord.text;
    const length = view.getUint32(at + RefusalRecord.length, true);
    const second = view.getUint32(at + RefusalRecord.second, true);
    const hasSecond = second > 0 || (second === 0 && length > 0 && this.#isAddress(at));
    const pathEnd = hasSecond ? second : length;
    return {
      number,
      thread: view.getUint32(at + RefusalRecord.thread, true),
      call: view.getUint32(at + RefusalRecord.call, true),
      result: view.getInt32(at + RefusalRecord.result, true),
      arguments: Array.from({ length: 6 }, (_, index) =>
        view.getBigUint64(at + RefusalRecord.arguments + index * 8, true),
      ),
      ...(pathEnd > 0 ? { path: Buffer.from(bytes.subarray(text, text + pathEnd)).toString() } : {}),
      ...(hasSecond ? { second: bytes.slice(text + second, text + length) } : {}),
    };
  }

  /** Text without a path before it is an address: the handler notes no empty path. */
  #isAddress(at: number): boolean {
    return this.#state.view.getInt32(at + RefusalRecord.result, true) === -1;
  }
}
