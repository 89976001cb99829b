import { Clockid, Errno, signalActions } from '../../abi/generated/constants.ts';
import { CallListener } from '../../host/notifications/listener.ts';
import { raiseSignal } from '../../host/processes/own-process.ts';
import { reapIfEnded, sendSignal, waitShortly } from '../../host/processes/spawn.ts';
import { time } from '../../kernel/clocks.ts';
import { type KernelRefusal, reportRefusals } from '../../kernel/new-process.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { SIGABRT, SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { hostSignals } from '../wasm/cloudabi/signals.ts';
import type { GuestPlace } from './backtrace.ts';
import { endByFault, endBySignal, inFunctions, stoppedPlace } from './ends.ts';
import type { GuestExit } from './exit.ts';
import { Family, type FamilyParts } from './family.ts';
import { readFaultRecord } from './fault-record.ts';
import { SLOT_SIZE, STOPPED, WINDOW_HEAD, WINDOW_SLOTS } from './guest-layout.ts';
import type { GuestProcess, GuestStop, NumberedCall } from './guest-process.ts';
import { handedCalls, NOTIFIED } from './handed-calls.ts';
import { ParkedCalls } from './parked-calls.ts';
import { signalName } from './signal-name.ts';
import { mayMap, resultOf } from './slot-calls.ts';
import { placeSuccessor } from './successor.ts';
import { fixClocks, waitOf } from './waiting-calls.ts';

const CLONE = callNumberOf('clone');
const EXECVEAT = callNumberOf('execveat');
const EXIT = callNumberOf('exit');
const PROC_EXIT = handedCalls.indexOf('proc_exit');
const PROC_EXEC = handedCalls.indexOf('proc_exec');
const PROC_FORK = handedCalls.indexOf('proc_fork');
const PROC_RAISE = handedCalls.indexOf('proc_raise');
const MEM_MAP = handedCalls.indexOf('mem_map');
const LAST_WORDS = handedCalls.indexOf('last_words');
const POLL = handedCalls.indexOf('poll');

/** The time in which a process that is stopped tells from where, in nanoseconds. */
const PATIENCE = 10_000_000_000n;

/** Signals by which a process reports a fault of its own. */
const FAULTS: readonly number[] = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP];

/** Those whose handler is there once. */
const REPEATED: readonly number[] = [SIGFPE, SIGILL, SIGTRAP];

/** A refusal, and the place in the program where it is known. */
export type GuestRefusal = KernelRefusal & Partial<GuestPlace>;

/** Parts of a supervisor. */
export type GuestSupervisorParts = {
  /** The process that was started. */
  readonly first: GuestProcess;
  readonly listener: number;
  readonly family: Omit<FamilyParts, 'first' | 'listener' | 'parked' | 'onRefused'>;
  /** Called for every refusal; for that at which it was stopped, with its place. */
  readonly onRefused: ((refusal: GuestRefusal) => void) | undefined;
  /** True if the program is stopped at its first refusal. */
  readonly traps: boolean;
  /** True if another executable may take its place. */
  readonly executes: boolean;
  readonly threadLimit: number;
};

/** Answers the calls of an executable, one after the other, until its first process has ended. */
export class GuestSupervisor {
  readonly #parts: GuestSupervisorParts;
  readonly #listener: CallListener;
  readonly #parked: ParkedCalls;
  readonly #family: Family;

  /** A stop of which the process has not told the place in time. */
  #overdue: GuestStop | undefined;

  constructor(parts: GuestSupervisorParts) {
    const { first, family, listener, onRefused, traps } = parts;
    this.#parts = parts;
    this.#listener = new CallListener(listener);
    this.#parked = new ParkedCalls(listener);
    const refused = (process: GuestProcess, refusal: KernelRefusal): void => {
      if (traps) process.stop ??= { by: 'refusal', refusal };
      else onRefused?.(refusal);
    };
    const listens = traps || onRefused !== undefined;
    if (listens) reportRefusals(first.kernel, (refusal) => refused(first, refusal));
    const own = { first, listener: this.#listener, parked: this.#parked };
    this.#family = new Family({ ...family, ...own, onRefused: listens ? refused : undefined });
  }

  /** Serves the program to its end. */
  run(): GuestExit {
    for (;;) {
      this.#parked.wait();
      // One that is ready may end a process, whose own calls are forgotten then.
      for (let call = this.#parked.take(); call !== undefined; call = this.#parked.take()) call.ready();
      if (this.#overdue !== undefined) return this.#stopped(this.#overdue, undefined);
      const notification = this.#listener.next(this.#parked.isEmpty ? undefined : 0);
      if (notification === 'late') continue;
      if (notification === 'ended') return this.#end();
      const { call, thread } = notification;
      const process = this.#family.processOf(thread);
      if (process === undefined) this.#answerStranger(call, thread);
      else {
        const exit = this.#answer(process, call, thread);
        if (exit !== undefined) return exit;
      }
    }
  }

  /** A process that has not said yet that it is there has one thing to say, and may end. */
  #answerStranger(call: number, thread: number): void {
    if (call === EXIT) this.#listener.goOn();
    else if (call === NOTIFIED + PROC_FORK) this.#family.begin(thread);
    else this.#listener.refuse(LinuxErrno.EPERM);
  }

  #answer(process: GuestProcess, call: number, thread: number): GuestExit | undefined {
    if (this.#parts.executes) process.meet(thread);
    if (call === CLONE) {
      if (this.#listener.int(0) === SIGCHLD) this.#family.make(process);
      else this.#startThread(process);
    } else if (call === EXIT) {
      process.leave(thread);
      this.#listener.goOn();
    } else if (call === EXECVEAT) {
      this.#succeed(process);
    } else {
      return this.#make(process, call - NOTIFIED);
    }
    return undefined;
  }

  #startThread(process: GuestProcess): void {
    if (this.#family.threads >= this.#parts.threadLimit) {
      this.#listener.refuse(LinuxErrno.EAGAIN);
    } else {
      process.threads++;
      this.#listener.goOn();
    }
  }

  /**
   * Lets the image be executed that was put there, and nothing else. The other threads end with that, but it may fail by the
   * program's doing: they are counted until the kernel says that they are gone.
   */
  #succeed(process: GuestProcess): void {
    if (process.successor === undefined) {
      this.#listener.refuse(LinuxErrno.EPERM);
      return;
    }
    process.program = process.successor;
    process.successor = undefined;
    this.#parked.clear(process);
    process.mayHaveExecuted = true;
    this.#listener.goOn();
  }

  #placeSuccessor(process: GuestProcess, slot: number): number {
    const { kernel, view, window } = process;
    if (!this.#parts.executes) return Errno.notcapable;
    const word = (at: number): number => view.getUint32(slot + 8 * at, true);
    const words = { fd: word(0), data: word(1), length: word(2), fds: word(3), count: word(4) };
    const parts = {
      process: kernel,
      listener: this.#listener,
      window: window.bytes,
      windowFile: window.file,
      traps: this.#parts.traps,
    };
    const placed = placeSuccessor(parts, words);
    process.successor = typeof placed === 'number' ? undefined : placed;
    return typeof placed === 'number' ? placed : Errno.success;
  }

  /** Makes a call of CloudABI; returns the end of the program if that was it. */
  #make(process: GuestProcess, number: number): GuestExit | undefined {
    if (number === PROC_FORK) {
      this.#family.step(process);
      return undefined;
    }
    if (number === LAST_WORDS) return this.#lastWords(process);
    const slot = this.#listener.argument(0);
    const index = (slot - WINDOW_HEAD) / SLOT_SIZE;
    if (!Number.isInteger(index) || index < 0 || index >= WINDOW_SLOTS) {
      this.#listener.refuse(LinuxErrno.EFAULT);
      return undefined;
    }
    if (number === PROC_EXIT) return this.#exit(process, process.view.getUint32(slot, true));
    if (number === PROC_RAISE) {
      this.#reply(process, this.#raise(process, process.view.getUint32(slot, true)));
      return undefined;
    }
    if (number === PROC_EXEC) {
      this.#reply(process, this.#placeSuccessor(process, slot));
      return undefined;
    }
    if (number === MEM_MAP) {
      this.#reply(process, mayMap(process, slot));
      return undefined;
    }
    const call = process.calls[number];
    if (call === undefined) {
      this.#listener.refuse(LinuxErrno.ENOSYS);
      return undefined;
    }
    // The calls of other threads must not wait with this one.
    if (this.#family.isAlone || !this.#park(process, call, slot)) {
      this.#reply(process, resultOf(process, call, slot));
    } else if (number === POLL) {
      fixClocks(process.view, slot);
    }
    return undefined;
  }

  /** Answers a call; one that was refused stops the process, if it is to be stopped. */
  #reply(process: GuestProcess, result: number, id: bigint = this.#listener.id): void {
    const { stop } = process;
    if (stop === undefined || process.hasStopped) {
      this.#listener.answerTo(id, result);
      return;
    }
    process.hasStopped = true;
    const ready = (): void => {
      this.#overdue = stop;
    };
    const deadline = time(Clockid.monotonic) + PATIENCE;
    this.#parked.watch({ awaited: [], deadline, owner: this, ready });
    this.#listener.answerTo(id, STOPPED);
  }

  /** A process has told of its last instruction, and waits for its end. */
  #lastWords(process: GuestProcess): GuestExit | undefined {
    if (process.stop !== undefined) return this.#stopped(process.stop, stoppedPlace(process));
    if (process === this.#parts.first || this.#parts.traps) return endByFault(process);
    const { signal } = readFaultRecord(process.window);
    // A signal that was sent is gone now; faults of memory end the process by themselves.
    if (REPEATED.includes(signal)) sendSignal(process.host, signal);
    this.#listener.answer(0);
    return undefined;
  }

  #stopped(stop: GuestStop, place: GuestPlace | undefined): GuestExit {
    if (stop.by === 'refusal') this.#parts.onRefused?.({ ...stop.refusal, ...place });
    const what =
      stop.by === 'refusal'
        ? `it was stopped at its first refusal, ${stop.refusal.call}`
        : `it raised ${signalName(stop.signal)}`;
    return { kind: 'trapped', message: `${what}${place === undefined ? '' : inFunctions(place)}`, place };
  }

  /** Puts a call aside that would wait. */
  #park(process: GuestProcess, call: NumberedCall, slot: number): boolean {
    const wait = waitOf(process.kernel, call.name, process.view, slot);
    if (wait === undefined) return false;
    const { id } = this.#listener;
    const ready = (): void => this.#reply(process, resultOf(process, call, slot), id);
    return this.#parked.park({ ...wait, owner: process, ready });
  }

  /** The end of the first process is that of the program. Another one ends by itself, and this is noted. */
  #exit(process: GuestProcess, code: number): GuestExit | undefined {
    if (process === this.#parts.first) return { kind: 'exited', code };
    process.code = code;
    this.#listener.answer(Errno.success);
    return undefined;
  }

  #raise(process: GuestProcess, signal: number): number {
    const action = signalActions.get(signal);
    if (action === undefined) return Errno.inval;
    const host = hostSignals.get(signal);
    if (host !== undefined && this.#parts.traps && FAULTS.includes(host)) {
      process.stop ??= { by: 'signal', signal: host };
      return Errno.success;
    }
    // The supervisor stands for the first process.
    if (host !== undefined && process === this.#parts.first) raiseSignal(host);
    else if (host !== undefined) sendSignal(process.host, host);
    return action === 'stop' ? Errno.notsup : Errno.success;
  }

  #end(): GuestExit {
    const { host } = this.#parts.first;
    for (;;) {
      const ended = reapIfEnded(host.pid);
      if (ended === undefined) {
        waitShortly(host);
        continue;
      }
      const signal = ended.status & 0x7f;
      if (signal === 0) return { kind: 'exited', code: (ended.status >> 8) & 0xff };
      return endBySignal(signal);
    }
  }
}
