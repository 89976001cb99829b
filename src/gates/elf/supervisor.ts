import { Errno, Mprot, signalActions } from '../../abi/generated/constants.ts';
import { CallListener } from '../../host/notifications/listener.ts';
import { raiseSignal } from '../../host/processes/own-process.ts';
import { reapIfEnded, sendSignal, waitShortly } from '../../host/processes/spawn.ts';
import * as files from '../../kernel/files.ts';
import { R } from '../../kernel/rights.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { SIGCHLD, SIGSYS } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { hostSignals } from '../wasm/cloudabi/signals.ts';
import type { GuestExit } from './exit.ts';
import { Family } from './family.ts';
import { DIRECT_MAP, SLOT_SIZE, WINDOW_HEAD, WINDOW_SLOTS } from './guest-layout.ts';
import type { GuestProcess, NumberedCall } from './guest-process.ts';
import { handedCalls, NOTIFIED } from './handed-calls.ts';
import { ParkedCalls } from './parked-calls.ts';
import { signalName } from './signal-name.ts';
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
const POLL = handedCalls.indexOf('poll');

/** Parts of a supervisor. */
export type GuestSupervisorParts = {
  /** The process that was started. */
  readonly first: GuestProcess;
  readonly listener: number;
  readonly family: Omit<ConstructorParameters<typeof Family>[0], 'first' | 'listener' | 'parked'>;
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

  constructor(parts: GuestSupervisorParts) {
    const { first, family, listener } = parts;
    this.#parts = parts;
    this.#listener = new CallListener(listener);
    this.#parked = new ParkedCalls(listener);
    this.#family = new Family({ ...family, first, listener: this.#listener, parked: this.#parked });
  }

  /** Serves the program to its end. */
  run(): GuestExit {
    for (;;) {
      for (const { ready } of this.#parked.wait()) ready();
      const notification = this.#listener.next(this.#parked.isEmpty ? undefined : 0);
      if (notification === 'late') continue;
      if (notification === 'ended') return this.#end();
      const { call, thread } = notification;
      const process = this.#family.processOf(thread);
      if (process === undefined) this.#answerStranger(call, thread);
      else {
        const exit = this.#answer(process, call);
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

  #answer(process: GuestProcess, call: number): GuestExit | undefined {
    if (call === CLONE) {
      if (this.#listener.int(0) === SIGCHLD) this.#family.make(process);
      else this.#startThread(process);
    } else if (call === EXIT) {
      process.threads--;
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

  /** Lets the image be executed that was put there, and nothing else. The other threads end with that. */
  #succeed(process: GuestProcess): void {
    if (!process.hasSuccessor) {
      this.#listener.refuse(LinuxErrno.EPERM);
      return;
    }
    process.hasSuccessor = false;
    this.#parked.clear(process);
    process.threads = 1;
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
    };
    const placed = placeSuccessor(parts, words);
    process.hasSuccessor = placed === Errno.success;
    return placed;
  }

  /** Makes a call of CloudABI; returns the end of the program if that was it. */
  #make(process: GuestProcess, number: number): GuestExit | undefined {
    if (number === PROC_FORK) {
      this.#family.step(process);
      return undefined;
    }
    const slot = this.#listener.argument(0);
    const index = (slot - WINDOW_HEAD) / SLOT_SIZE;
    if (!Number.isInteger(index) || index < 0 || index >= WINDOW_SLOTS) {
      this.#listener.refuse(LinuxErrno.EFAULT);
      return undefined;
    }
    if (number === PROC_EXIT) return this.#exit(process, process.view.getUint32(slot, true));
    if (number === PROC_RAISE) {
      this.#listener.answer(this.#raise(process, process.view.getUint32(slot, true)));
      return undefined;
    }
    if (number === PROC_EXEC) {
      this.#listener.answer(this.#placeSuccessor(process, slot));
      return undefined;
    }
    if (number === MEM_MAP) {
      this.#listener.answer(mayMap(process, slot));
      return undefined;
    }
    const call = process.calls[number];
    if (call === undefined) {
      this.#listener.refuse(LinuxErrno.ENOSYS);
      return undefined;
    }
    // The calls of other threads must not wait with this one.
    if (this.#family.isAlone || !this.#park(process, call, slot)) {
      this.#listener.answer(resultOf(process, call, slot));
    } else if (number === POLL) {
      fixClocks(process.view, slot);
    }
    return undefined;
  }

  /** Puts a call aside that would wait. */
  #park(process: GuestProcess, call: NumberedCall, slot: number): boolean {
    const wait = waitOf(process.kernel, call.name, process.view, slot);
    if (wait === undefined) return false;
    const { id } = this.#listener;
    const ready = (): void => this.#listener.answerTo(id, resultOf(process, call, slot));
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
      const why =
        signal === SIGSYS
          ? 'it made a system call of Linux, which no CloudABI executable may (SIGSYS)'
          : `it was ended by ${signalName(signal)}`;
      return { kind: 'trapped', message: why };
    }
  }
}

function resultOf({ view }: GuestProcess, { make, wide }: NumberedCall, slot: number): number {
  const words = wide.map((isWide, at) =>
    isWide ? view.getBigInt64(slot + 8 * at, true) : view.getUint32(slot + 8 * at, true),
  );
  const result = Reflect.apply(make, undefined, words);
  return typeof result === 'number' ? result : Errno.success;
}

/** Tells whether a program may map a file that lies in its own process. */
function mayMap({ kernel, view, window }: GuestProcess, slot: number): number {
  const word = (at: number): number => view.getUint32(slot + 8 * at, true);
  const protection = word(2);
  const fd = word(4);
  const known = files.resolveType(kernel, fd);
  if (known < 0) return -known;
  let rights: number = R.mem_map;
  if ((protection & Mprot.read) !== 0) rights |= R.fd_read;
  if ((protection & Mprot.write) !== 0) rights |= R.fd_write;
  if ((protection & Mprot.exec) !== 0) rights |= R.mem_map_exec;
  const able = kernel.descriptors.require('mem_map', fd, rights);
  if (able < 0) return -able;
  const isThere = ((window.bytes[fd] ?? 0) & DIRECT_MAP) !== 0;
  return isThere && (protection & Mprot.exec) === 0 ? Errno.success : Errno.notsup;
}
