import { calls } from '../../abi/generated/calls.ts';
import { Errno, Mprot } from '../../abi/generated/constants.ts';
import { CallListener } from '../../host/notifications/listener.ts';
import { reapIfEnded, type Spawned, waitShortly } from '../../host/processes/spawn.ts';
import * as files from '../../kernel/files.ts';
import type { KernelProcess } from '../../kernel/process.ts';
import { R } from '../../kernel/rights.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { SIGSYS } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { GuestExit } from './exit.ts';
import { DIRECT_MAP, SLOT_SIZE, SLOT_WORDS, WINDOW_HEAD, WINDOW_SLOTS } from './guest-layout.ts';
import { handedCalls, NOTIFIED } from './handed-calls.ts';
import { ParkedCalls } from './parked-calls.ts';
import { signalName } from './signal-name.ts';
import { placeSuccessor } from './successor.ts';
import { fixClocks, waitOf } from './waiting-calls.ts';

/** Functions that take the words of a call and return an `errno`. */
export type CallFunctions = Readonly<Record<string, (...words: never[]) => number | undefined>>;

/** A call by its number: its function, and which of its words have 64 bits. */
type NumberedCall = {
  readonly name: string;
  readonly make: (...words: never[]) => number | undefined;
  readonly wide: readonly boolean[];
};

/** Calls that are made in the program's own memory, and those that have another way (docs/executables.md). */
const notHandedOver: ReadonlySet<string> = new Set([
  'clock_res_get',
  'clock_time_get',
  'condvar_signal',
  'lock_unlock',
  'mem_advise',
  'mem_map',
  'mem_protect',
  'mem_sync',
  'mem_unmap',
  'proc_exit',
  'proc_fork',
  'random_get',
  'thread_create',
  'thread_exit',
  'thread_yield',
]);

const CLONE = callNumberOf('clone');
const EXECVEAT = callNumberOf('execveat');
const EXIT = callNumberOf('exit');
const PROC_EXIT = handedCalls.indexOf('proc_exit');
const PROC_EXEC = handedCalls.indexOf('proc_exec');
const MEM_MAP = handedCalls.indexOf('mem_map');
const POLL = handedCalls.indexOf('poll');

/** Parts of a supervisor. */
export type GuestSupervisorParts = {
  readonly guest: Spawned;
  readonly listener: number;
  readonly window: Uint8Array;
  /** Host descriptor of the window, if another executable may take this one's place. */
  readonly windowFile: number | undefined;
  readonly process: KernelProcess;
  readonly functions: CallFunctions;
  readonly threadLimit: number;
};

/** Answers the calls of an executable, one after the other, until it has ended. */
export class GuestSupervisor {
  readonly #parts: GuestSupervisorParts;
  readonly #listener: CallListener;
  readonly #view: DataView;
  readonly #calls: readonly (NumberedCall | undefined)[];
  readonly #parked: ParkedCalls;
  #threads = 1;
  #hasSuccessor = false;

  constructor(parts: GuestSupervisorParts) {
    this.#parts = parts;
    this.#listener = new CallListener(parts.listener);
    const { buffer, byteOffset, length } = parts.window;
    this.#view = new DataView(buffer, byteOffset, length);
    this.#calls = numberedCalls(parts.functions);
    this.#parked = new ParkedCalls(parts.listener);
  }

  /** Serves the program to its end. */
  run(): GuestExit {
    for (;;) {
      for (const { id, slot, number } of this.#parked.wait()) {
        const call = this.#calls[number];
        if (call === undefined) continue;
        this.#listener.answerTo(id, this.#result(call, slot));
      }
      const notification = this.#listener.next(this.#parked.isEmpty ? undefined : 0);
      if (notification === 'late') continue;
      if (notification === 'ended') return this.#end();
      const { call } = notification;
      if (call === CLONE) this.#startThread();
      else if (call === EXIT) this.#endThread();
      else if (call === EXECVEAT) this.#succeed();
      else {
        const exit = this.#make(call - NOTIFIED);
        if (exit !== undefined) return exit;
      }
    }
  }

  #startThread(): void {
    if (this.#threads >= this.#parts.threadLimit) {
      this.#listener.refuse(LinuxErrno.EAGAIN);
    } else {
      this.#threads++;
      this.#listener.goOn();
    }
  }

  #endThread(): void {
    this.#threads--;
    this.#listener.goOn();
  }

  /** Lets the image be executed that was put there, and nothing else. The other threads end with that. */
  #succeed(): void {
    if (!this.#hasSuccessor) {
      this.#listener.refuse(LinuxErrno.EPERM);
      return;
    }
    this.#hasSuccessor = false;
    this.#parked.clear();
    this.#threads = 1;
    this.#listener.goOn();
  }

  #placeSuccessor(slot: number): number {
    const { process, window, windowFile } = this.#parts;
    if (windowFile === undefined) return Errno.notcapable;
    const word = (at: number): number => this.#view.getUint32(slot + 8 * at, true);
    const words = { fd: word(0), data: word(1), length: word(2), fds: word(3), count: word(4) };
    const placed = placeSuccessor({ process, listener: this.#listener, window, windowFile }, words);
    this.#hasSuccessor = placed === Errno.success;
    return placed;
  }

  /** Makes a call of CloudABI; returns the end of the program if that was it. */
  #make(number: number): GuestExit | undefined {
    const slot = this.#listener.argument(0);
    const index = (slot - WINDOW_HEAD) / SLOT_SIZE;
    if (!Number.isInteger(index) || index < 0 || index >= WINDOW_SLOTS) {
      this.#listener.refuse(LinuxErrno.EFAULT);
      return undefined;
    }
    if (number === PROC_EXIT) return { kind: 'exited', code: this.#view.getUint32(slot, true) };
    if (number === PROC_EXEC) {
      this.#listener.answer(this.#placeSuccessor(slot));
      return undefined;
    }
    if (number === MEM_MAP) {
      this.#listener.answer(this.#mayMap(slot));
      return undefined;
    }
    const call = this.#calls[number];
    if (call === undefined) {
      this.#listener.refuse(LinuxErrno.ENOSYS);
      return undefined;
    }
    // The calls of other threads must not wait with this one.
    if (this.#threads > 1) {
      const wait = waitOf(this.#parts.process, call.name, this.#view, slot);
      if (wait !== undefined && this.#parked.park({ id: this.#listener.id, slot, number, ...wait })) {
        if (number === POLL) fixClocks(this.#view, slot);
        return undefined;
      }
    }
    this.#listener.answer(this.#result(call, slot));
    return undefined;
  }

  #result({ make, wide }: NumberedCall, slot: number): number {
    const words = wide.map((isWide, at) =>
      isWide ? this.#view.getBigInt64(slot + 8 * at, true) : this.#view.getUint32(slot + 8 * at, true),
    );
    const result = Reflect.apply(make, undefined, words);
    return typeof result === 'number' ? result : Errno.success;
  }

  /** Tells whether a program may map a file that lies in its own process. */
  #mayMap(slot: number): number {
    const { process, window } = this.#parts;
    const word = (at: number): number => this.#view.getUint32(slot + 8 * at, true);
    const protection = word(2);
    const fd = word(4);
    const known = files.resolveType(process, fd);
    if (known < 0) return -known;
    let rights: number = R.mem_map;
    if ((protection & Mprot.read) !== 0) rights |= R.fd_read;
    if ((protection & Mprot.write) !== 0) rights |= R.fd_write;
    if ((protection & Mprot.exec) !== 0) rights |= R.mem_map_exec;
    const able = process.descriptors.require('mem_map', fd, rights);
    if (able < 0) return -able;
    const isThere = ((window[fd] ?? 0) & DIRECT_MAP) !== 0;
    return isThere && (protection & Mprot.exec) === 0 ? Errno.success : Errno.notsup;
  }

  #end(): GuestExit {
    const { guest } = this.#parts;
    for (;;) {
      const ended = reapIfEnded(guest.pid);
      if (ended === undefined) {
        waitShortly(guest);
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

function numberedCalls(functions: CallFunctions): readonly (NumberedCall | undefined)[] {
  return calls.map(({ name, inputs, outputs }) => {
    const make = functions[name];
    if (make === undefined || notHandedOver.has(name)) return undefined;
    const words = inputs.flatMap((input) => input.words);
    const wide = [...words.map(({ word }) => word === 'u64' || word === 's64'), ...outputs.map(() => false)];
    if (wide.length > SLOT_WORDS) throw new RangeError(`${name} has more words than a slot`);
    return { name, make, wide };
  });
}
