import { Clockid } from '../../abi/generated/constants.ts';
import { PollEvents, poll } from '../../host/files/poll.ts';
import { NULL } from '../../host/libc.ts';
import { NativeMemory } from '../../host/memory.ts';
import { time } from '../../kernel/clocks.ts';
import { POLLFD_SIZE } from '../../linux/waiting.ts';

/** A host descriptor, and the events of poll(2) for which a call waits there. */
export type Awaited = { readonly host: number; readonly events: number };

/** The wait of a call: it can be made without waiting when one of these is ready, or the time has come. */
export type CallWait = {
  readonly awaited: readonly Awaited[];
  /** Nanoseconds of the monotonic clock; `undefined` for a wait without an end. */
  readonly deadline: bigint | undefined;
};

/** A call whose thread waits, or another wait of the supervisor. */
export type ParkedCall = CallWait & {
  /** The process that it ends with. */
  readonly owner: object;
  /** Called once, when it need not wait any more. */
  readonly ready: () => void;
};

/** More than these are not waited for at once, in descriptors. */
const MOST = 8192;

const TIMEOUT = (MOST + 1) * POLLFD_SIZE;
const SECOND = 1_000_000_000n;

/** Calls of threads that wait for descriptors, while others are served. */
export class ParkedCalls {
  readonly #listener: number;
  readonly #memory = new NativeMemory(TIMEOUT + 16);
  readonly #calls: ParkedCall[] = [];
  #count = 0;

  /** @param listener The host descriptor that is ready when there is another call. */
  constructor(listener: number) {
    this.#listener = listener;
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Forgets all calls of a process: their threads have ended. */
  clear(owner: object): void {
    for (const call of this.#calls.splice(0)) {
      if (call.owner === owner) this.#count -= call.awaited.length;
      else this.#calls.push(call);
    }
  }

  /** Takes a call that would wait; false if it need not, or if there is no room. */
  park(call: ParkedCall): boolean {
    if (this.#count + call.awaited.length > MOST) return false;
    if (call.deadline !== undefined && call.deadline <= time(Clockid.monotonic)) return false;
    this.#lay(call.awaited, 0);
    this.#setTimeout(0n);
    if (poll(this.#memory.address, call.awaited.length, this.#memory.at(TIMEOUT)) !== 0) return false;
    this.#calls.push(call);
    this.#count += call.awaited.length;
    return true;
  }

  /** Waits for something other than a call; called at once if it is ready already. */
  watch(wait: ParkedCall): void {
    if (!this.park(wait)) wait.ready();
  }

  /** Waits until there is another call, or one of these need not wait any more; returns those, which are no longer here. */
  wait(): readonly ParkedCall[] {
    if (this.isEmpty) return [];
    this.#lay([{ host: this.#listener, events: PollEvents.in }], 0);
    let at = 1;
    for (const { awaited } of this.#calls) {
      this.#lay(awaited, at);
      at += awaited.length;
    }
    const now = time(Clockid.monotonic);
    const ends = this.#calls.flatMap(({ deadline }) => (deadline === undefined ? [] : [deadline]));
    const first = ends.length === 0 ? undefined : ends.reduce((a, b) => (a < b ? a : b));
    if (first !== undefined) this.#setTimeout(first > now ? first - now : 0n);
    const ready = poll(this.#memory.address, at, first === undefined ? NULL : this.#memory.at(TIMEOUT));
    if (ready < 0) return [];
    return this.#take(time(Clockid.monotonic));
  }

  #take(now: bigint): readonly ParkedCall[] {
    const found: ParkedCall[] = [];
    let at = 1;
    for (const call of this.#calls.splice(0)) {
      const { awaited, deadline } = call;
      const isReady = awaited.some((_, index) => this.#eventsAt(at + index) !== 0);
      at += awaited.length;
      if (isReady || (deadline !== undefined && deadline <= now)) {
        found.push(call);
        this.#count -= awaited.length;
      } else {
        this.#calls.push(call);
      }
    }
    return found;
  }

  #lay(awaited: readonly Awaited[], from: number): void {
    const { view } = this.#memory;
    for (const [index, { host, events }] of awaited.entries()) {
      const at = (from + index) * POLLFD_SIZE;
      view.setInt32(at, host, true);
      view.setInt16(at + 4, events, true);
      view.setInt16(at + 6, 0, true);
    }
  }

  #eventsAt(index: number): number {
    return this.#memory.view.getInt16(index * POLLFD_SIZE + 6, true);
  }

  #setTimeout(nanoseconds: bigint): void {
    this.#memory.view.setBigInt64(TIMEOUT, nanoseconds / SECOND, true);
    this.#memory.view.setBigInt64(TIMEOUT + 8, nanoseconds % SECOND, true);
  }
}
