import { Errno } from '../abi/generated/constants.ts';
import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import type { Result } from './result.ts';

/**
 * The memory of a guest, as the calls of the kernel use it. It may be part of this process, as a module's is, or belong
 * to another process. So no call uses an address of the guest: it asks for the bytes there and gets their place, an
 * offset into `bytes`, which is memory of ours.
 *
 * In memory of ours, a place is the guest's address and nothing is copied. For another process, `bytes` is a window:
 * `take` copies to it and `give` copies back from it. One place is in use at a time; the next `take` or `room` may use
 * the window anew, and the guest's memory may grow in between, so that `bytes` is fetched again after either.
 *
 * Locks and condition variables are words that the guest itself changes (locks.ts), and no matter of this interface.
 */
export interface Memory {
  /** The most bytes of one place, at least 4096: a call moves longer pieces in several steps. */
  readonly most: number;
  /** The memory of ours in which all places lie. */
  readonly bytes: Uint8Array;
  /** Gives the place of `length` bytes of the guest, as a copy or as they are; `-fault` where it has none. */
  take(at: number, length: number): Result;
  /** Gives the place for a result of up to `length` bytes, which holds anything now; `-fault` where the guest has no room. */
  room(at: number, length: number): Result;
  /** Hands the first `length` bytes of that place to the guest; returns `length`, or `-fault`. */
  give(at: number, length: number): Result;
  /** The host's address of a place, for calls of the host. It lasts as long as the place. */
  addressOf(place: number): Address;
}

/** Memory of ours in the place of a guest's, for callers of the kernel that are no guests. Addresses count from 0. */
export class OwnMemory extends NativeMemory implements Memory {
  readonly most: number = Number.POSITIVE_INFINITY;

  take(at: number, length: number): Result {
    return at + length <= this.length ? at : -Errno.fault;
  }

  room(at: number, length: number): Result {
    return this.take(at, length);
  }

  give(_at: number, length: number): Result {
    return length;
  }

  addressOf(place: number): Address {
    return this.at(place);
  }
}
