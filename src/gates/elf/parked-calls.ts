import { Clockid } from '../../abi/generated/constants.ts';
import { PollEvents, poll } from '../../host/files/poll.ts';
import { NULL } from '../../host/libc.ts';
import { NativeMemory } from '../../host/memory.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { time } from '../../kernel/clocks.ts';
import { RLIMIT_NOFILE } from '../../linux/processes.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
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

/** More descriptors than these are not waited for at once by calls. */
const MOST = 8192;

/** Bytes of a timeout, which lies in front of the descriptors. */
const TIMEOUT_SIZE = 16;
const SECOND = 1_000_000_000n;

/** The most descriptors that this process may have, and poll(2) may be given. */
function openLimit(): number {
  const limits = new NativeMemory(16);
  check(syscall(callNumberOf('prlimit64'), 0, RLIMIT_NOFILE, 0, limits.at(0)), 'prlimit64');
  return Number(limits.view.getBigUint64(0, true));
}

/** Calls of threads that wait for descriptors, while others are served. */
export class ParkedCalls {
  readonly #listener: number;
  #memory = new NativeMemory(TIMEOUT_SIZE + 64 * POLLFD_SIZE);
  readonly #calls: ParkedCall[] = [];
  /** Those that need not wait any more, and were not taken yet. */
  readonly #ready: ParkedCall[] = [];
  /** Half of what poll(2) takes; the rest is for other waits, each of which has descriptors of its own. */
  readonly #most = Math.min(MOST, Math.floor(openLimit() / 2));
  readonly #watches = new WeakSet<ParkedCall>();
  /** The descriptors of calls. */
  #count = 0;

  /** @param listener The host descriptor that is ready when there is another call. */
  constructor(listener: number) {
    this.#listener = listener;
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Forgets all calls of a process, those that are ready among them: their threads have ended. */
  clear(owner: object): void {
    for (const list of [this.#calls, this.#ready])
      for (const call of list.splice(0)) if (call.owner !== owner) list.push(call);
    this.#recount();
  }

  /** Takes a call that would wait; false if it need not, or if there is no room. */
  park(call: ParkedCall): boolean {
    if (this.#count + call.awaited.length > this.#most) return false;
    if (call.deadline !== undefined && call.deadline <= time(Clockid.monotonic)) return false;
    this.#lay([call.awaited]);
    this.#setTimeout(0n);
    if (poll(this.#memory.at(TIMEOUT_SIZE), call.awaited.length, this.#memory.at(0)) !== 0) return false;
    this.#calls.push(call);
    this.#count += call.awaited.length;
    return true;
  }

  /** Waits for something other than a call, for which there is always room. It is never ready before `wait`. */
  watch(wait: ParkedCall): void {
    this.#calls.push(wait);
    this.#watches.add(wait);
  }

  /** Waits until there is another call, or one of these need not wait any more, which `take` returns then. */
  wait(): void {
    if (this.isEmpty) return;
    const count = this.#lay([
      [{ host: this.#listener, events: PollEvents.in }],
      ...this.#calls.map(({ awaited }) => awaited),
    ]);
    const now = time(Clockid.monotonic);
    const ends = this.#calls.flatMap(({ deadline }) => (deadline === undefined ? [] : [deadline]));
    const first = ends.length === 0 ? undefined : ends.reduce((a, b) => (a < b ? a : b));
    if (first !== undefined) this.#setTimeout(first > now ? first - now : 0n);
    const timeout = first === undefined ? NULL : this.#memory.at(0);
    if (poll(this.#memory.at(TIMEOUT_SIZE), count, timeout) >= 0) this.#sort(time(Clockid.monotonic));
  }

  /** The next one that need not wait any more, which is no longer here. */
  take(): ParkedCall | undefined {
    return this.#ready.shift();
  }

  #sort(now: bigint): void {
    let at = 1;
    for (const call of this.#calls.splice(0)) {
      const { awaited, deadline } = call;
      const isReady = awaited.some((_, index) => this.#eventsAt(at + index) !== 0);
      at += awaited.length;
      (isReady || (deadline !== undefined && deadline <= now) ? this.#ready : this.#calls).push(call);
    }
    this.#recount();
  }

  #recount(): void {
    this.#count = 0;
    for (const call of this.#calls) if (!this.#watches.has(call)) this.#count += call.awaited.length;
  }

  /** Lays descriptors out for poll(2); returns their number. */
  #lay(lists: readonly (readonly Awaited[])[]): number {
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    const size = TIMEOUT_SIZE + count * POLLFD_SIZE;
    if (size > this.#memory.bytes.length) this.#memory = new NativeMemory(2 * size);
    const { view } = this.#memory;
    let at = TIMEOUT_SIZE;
    for (const list of lists)
      for (const { host, events } of list) {
        view.setInt32(at, host, true);
        view.setInt16(at + 4, events, true);
        view.setInt16(at + 6, 0, true);
        at += POLLFD_SIZE;
      }
    return count;
  }

  #eventsAt(index: number): number {
    return this.#memory.view.getInt16(TIMEOUT_SIZE + index * POLLFD_SIZE + 6, true);
  }

  #setTimeout(nanoseconds: bigint): void {
    this.#memory.view.setBigInt64(0, nanoseconds / SECOND, true);
    this.#memory.view.setBigInt64(8, nanoseconds % SECOND, true);
  }
}
