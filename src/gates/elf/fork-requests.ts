import { randomInt } from 'node:crypto';
import type { DescriptorTable } from '../../kernel/descriptors.ts';
import type { GuestProcess } from './guest-process.ts';

/** The largest token; it fits the result of a call. */
const MOST = 2 ** 47;

/**
 * The way of a copy: it has been asked for, Linux has been let make it, and then its process begins before or after the other
 * one waits for that, with the call that is to be answered. One that was given up has failed, or was never heard of.
 */
export type ForkState =
  | { readonly is: 'asked' | 'made' | 'given up' }
  | { readonly is: 'awaited'; readonly call: bigint }
  | { readonly is: 'begun'; readonly number: number };

/** A copy of a process that has been asked for. */
export type ForkRequest = {
  readonly token: number;
  readonly parent: GuestProcess;
  /** The descriptors of the process when it asked, which the new one begins with. */
  readonly descriptors: DescriptorTable;
  /** The first page of its window then: the descriptors that lie in the process itself. */
  readonly head: Uint8Array;
  state: ForkState;
};

/**
 * Copies of processes that have been asked for and have not begun. A token is known to the thread that has asked and to the
 * process that it makes: no other process can pretend to be the new one.
 */
export class ForkRequests {
  readonly #requests = new Map<number, ForkRequest>();

  /** Copies that count as processes already: nothing shows of one that was given up that Linux has not made it. */
  get size(): number {
    return this.#requests.size;
  }

  add(parent: GuestProcess, descriptors: DescriptorTable, head: Uint8Array): ForkRequest {
    let token = randomInt(1, MOST);
    while (this.#requests.has(token)) token = randomInt(1, MOST);
    const request: ForkRequest = {
      token,
      parent,
      descriptors,
      head,
      state: { is: 'asked' },
    };
    this.#requests.set(token, request);
    return request;
  }

  find(token: number): ForkRequest | undefined {
    return this.#requests.get(token);
  }

  /** A request of this process for which Linux has not been let make a copy yet. */
  unmade(parent: GuestProcess): ForkRequest | undefined {
    return [...this.#requests.values()].find((one) => one.parent === parent && one.state.is === 'asked');
  }

  of(parent: GuestProcess): readonly ForkRequest[] {
    return [...this.#requests.values()].filter((one) => one.parent === parent);
  }

  remove({ token }: ForkRequest): void {
    this.#requests.delete(token);
  }
}
