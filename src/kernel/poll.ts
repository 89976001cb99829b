import { Errno, Filetype } from '../abi/generated/constants.ts';
import { countReadable } from '../host/files/files.ts';
import { PollEvents, poll } from '../host/files/poll.ts';
import { type Address, NULL } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import { type HostProcessEnd, isToldOfEnd, processEnd } from '../host/processes/process-info.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { POLLFD_SIZE } from '../linux/waiting.ts';
import { isClock, time } from './clocks.ts';
import { resolveType } from './files.ts';
import type { KernelProcess } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { R } from './rights.ts';

/** The most subscriptions that one call may have. */
export const MOST_SUBSCRIPTIONS = 8192;

/** The outcome of one subscription. */
export type PollOutcome = {
  /** `Errno` of the subscription; `success` when it occurred. */
  readonly error: Errno;
  /** Bytes that can be read without waiting; 1 for writing, where the host does not say. */
  readonly bytes: number;
  /** The peer has closed or disconnected. */
  readonly hangup: boolean;
  /** The end of the process that was waited for. */
  readonly end?: HostProcessEnd;
};

type Wanted = {
  readonly index: number;
  readonly host: number;
  /** The events that are waited for; none for a process, whose end is a hangup. */
  readonly events: number;
  readonly isProcess?: true;
};
type Timer = { readonly index: number; readonly clock: number; readonly deadline: bigint };

/**
 * One call of poll: collect subscriptions, wait, then ask for each outcome. A subscription that cannot be waited
 * for (closed descriptor, missing right, unknown clock) has occurred already, with its error.
 */
export class Poll {
  readonly #process: KernelProcess;
  readonly #wanted: Wanted[] = [];
  readonly #timers: Timer[] = [];
  readonly #outcomes = new Map<number, PollOutcome>();

  constructor(process: KernelProcess) {
    this.#process = process;
  }

  /** A subscription that cannot be waited for: it occurs at once, with this error. */
  fail(index: number, error: Errno): void {
    this.occur(index, error);
  }

  /** Notes that a subscription has occurred, or failed. */
  occur(index: number, error: Errno): void {
    this.#outcomes.set(index, { error, bytes: 0, hangup: false });
  }

  /** The outcomes so far, by index of the subscription in their order. */
  get outcomes(): ReadonlyMap<number, PollOutcome> {
    return new Map([...this.#outcomes].sort(([a], [b]) => a - b));
  }

  /** True if waiting ends at some time in any case. */
  get hasEnd(): boolean {
    return this.#timers.length > 0 || this.#outcomes.size > 0;
  }

  /** Nanoseconds until then, or less than that. Precondition: `hasEnd`. */
  timeLeft(): bigint {
    return this.#outcomes.size > 0 ? 0n : (this.#leastLeft() ?? 0n);
  }

  /** That time has come: the clocks have occurred, unless something had failed before. */
  runOut(): void {
    if (this.#outcomes.size > 0) return;
    for (const { index } of this.#timers) this.occur(index, Errno.success);
  }

  /** Subscribes to a clock reaching `timeout` nanoseconds, absolutely or from now. */
  addClock(index: number, clock: number, timeout: bigint, absolute: boolean): void {
    if (!isClock(clock)) this.fail(index, Errno.inval);
    else this.#timers.push({ index, clock, deadline: absolute ? timeout : time(clock) + timeout });
  }

  /** Subscribes to a descriptor being readable or writable. */
  addDescriptor(index: number, fd: number, forWriting: boolean): void {
    const { descriptors } = this.#process;
    const type = resolveType(this.#process, fd);
    // A regular file is always ready, so that there is nothing to wait for.
    const wait = type === Filetype.regular_file ? 0 : R.poll_fd_readwrite;
    const host = descriptors.require('poll', fd, wait | (forWriting ? R.fd_write : R.fd_read));
    if (host < 0) {
      this.fail(index, host === -Errno.badf ? Errno.badf : Errno.notcapable);
    } else if (type === Filetype.regular_file) {
      this.#outcomes.set(index, {
        error: Errno.success,
        bytes: forWriting ? 1 : bytesReadable(host),
        hangup: false,
      });
    } else {
      this.#wanted.push({
        index,
        host,
        events: forWriting ? PollEvents.out : PollEvents.in | PollEvents.peerHangup,
      });
    }
  }

  /**
   * Subscribes to the end of a process. It occurs when the parent has waited for that, so that its exit code is known.
   */
  addProcess(index: number, fd: number): void {
    const host = this.#process.descriptors.require('poll', fd, R.poll_proc_terminate);
    if (host < 0) this.fail(index, host === -Errno.badf ? Errno.badf : Errno.notcapable);
    else if (this.#process.descriptors.type(fd) !== Filetype.process) this.fail(index, Errno.inval);
    else this.#wanted.push({ index, host, events: 0, isProcess: true });
  }

  /**
   * Waits until at least one subscription has occurred.
   *
   * @returns The outcomes by index of the subscription, in the order of subscription; or an error.
   */
  wait(): ReadonlyMap<number, PollOutcome> | Result {
    const memory = room(this.#wanted.length);
    this.#wanted.forEach(({ host, events }, position) => {
      memory.view.setInt32(DESCRIPTORS + position * POLLFD_SIZE, host, true);
      memory.view.setInt16(DESCRIPTORS + position * POLLFD_SIZE + 4, events, true);
    });
    for (;;) {
      const timeout = this.#outcomes.size > 0 ? storeTimeout(memory, 0n) : this.#nextTimeout(memory);
      const ready = poll(memory.at(DESCRIPTORS), this.#wanted.length, timeout);
      if (ready < 0 && ready !== -LinuxErrno.EINTR) return fromHost(ready);
      if (ready > 0) this.#collect(memory);
      this.#expire();
      if (this.#outcomes.size > 0) break;
    }
    return this.outcomes;
  }

  #nextTimeout(memory: NativeMemory): Address {
    const least = this.#leastLeft();
    return least === undefined ? NULL : storeTimeout(memory, least < 0n ? 0n : least);
  }

  /** Nanoseconds until the first clock occurs; `undefined` when none is waited for. */
  #leastLeft(): bigint | undefined {
    let least: bigint | undefined;
    for (const { clock, deadline } of this.#timers) {
      const left = deadline - time(clock);
      if (least === undefined || left < least) least = left;
    }
    return least;
  }

  #expire(): void {
    for (const { index, clock, deadline } of this.#timers) {
      if (time(clock) >= deadline) this.occur(index, Errno.success);
    }
  }

  #collect(memory: NativeMemory): void {
    this.#wanted.forEach(({ index, host, events, isProcess }, position) => {
      const returned = memory.view.getInt16(DESCRIPTORS + position * POLLFD_SIZE + 6, true);
      if (returned === 0) return;
      if (isProcess) {
        const end = processEnd(host);
        if (end === undefined && isToldOfEnd(host)) return;
        // Linux tells how it has ended since 6.15.
        if (end === undefined) this.fail(index, Errno.notsup);
        else this.#outcomes.set(index, { error: Errno.success, bytes: 0, hangup: false, end });
        return;
      }
      const gone = PollEvents.hangup | PollEvents.error | PollEvents.peerHangup;
      this.#outcomes.set(index, {
        error: returned & PollEvents.invalid ? Errno.badf : Errno.success,
        bytes: events & PollEvents.out ? 1 : bytesReadable(host),
        hangup: (returned & gone) !== 0,
      });
    });
  }
}

const TIMESPEC = 0;
const DESCRIPTORS = 16;
let scratch = new NativeMemory(DESCRIPTORS + 64 * POLLFD_SIZE);

function room(count: number): NativeMemory {
  if (scratch.length < DESCRIPTORS + count * POLLFD_SIZE)
    scratch = new NativeMemory(DESCRIPTORS + count * POLLFD_SIZE);
  return scratch;
}

function storeTimeout(memory: NativeMemory, nanoseconds: bigint): Address {
  const longest = 2n ** 62n;
  const capped = nanoseconds > longest ? longest : nanoseconds;
  memory.view.setBigInt64(TIMESPEC, capped / 1_000_000_000n, true);
  memory.view.setBigInt64(TIMESPEC + 8, capped % 1_000_000_000n, true);
  return memory.at(TIMESPEC);
}

const count = new NativeMemory(4);

/**
 * Counts the bytes that can be read without waiting; 0 where the host does not say (a listening socket, for example).
 */
function bytesReadable(host: number): number {
  return countReadable(host, count.address) < 0 ? 0 : count.view.getInt32(0, true);
}
