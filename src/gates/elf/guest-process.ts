import { calls } from '../../abi/generated/calls.ts';
import { Errno } from '../../abi/generated/constants.ts';
import { syscall } from '../../host/syscall.ts';
import type { KernelRefusal } from '../../kernel/new-process.ts';
import type { KernelProcess } from '../../kernel/process.ts';
import { accept } from '../../kernel/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { cloudabiImports } from '../wasm/cloudabi/index.ts';
import { outcome } from '../wasm/cloudabi/outcome.ts';
import { oneThread } from '../wasm/guest.ts';
import { GuestMemory } from '../wasm/memory.ts';
import { newGuest } from '../wasm/new-guest.ts';
import { SLOT_WORDS } from './guest-layout.ts';
import type { Window } from './window.ts';

/** Functions that take the words of a call and return an `errno`. */
type CallFunctions = Readonly<Record<string, (...words: never[]) => number | undefined>>;

/** A call by its number: its function, and which of its words have 64 bits. */
export type NumberedCall = {
  readonly name: string;
  readonly make: (...words: never[]) => number | undefined;
  readonly wide: readonly boolean[];
};

/** Calls that are made in the program's own memory, and those that have another way (docs/cloudabi-executables.md). */
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
  'proc_raise',
  'random_get',
  'thread_create',
  'thread_exit',
  'thread_yield',
]);

/** The ids of a process: the host's, and a descriptor of ours that names it. */
export type HostProcess = { readonly pid: number; readonly pidfd: number };

/** The reason for which a program is stopped that is to stop at its first refusal. */
export type GuestStop =
  | { readonly by: 'refusal'; readonly refusal: KernelRefusal }
  | { readonly by: 'signal'; readonly signal: number };

/** A process of an executable, as its supervisor sees it. */
export class GuestProcess {
  readonly host: HostProcess;
  readonly kernel: KernelProcess;
  /** Closed as soon as nothing needs it: -1. */
  readonly window: Window;
  readonly view: DataView;
  readonly calls: readonly (NumberedCall | undefined)[];
  /** The bytes of its program. */
  program: Uint8Array;
  /** Threads that it has at most. */
  threads = 1;
  /** Threads that have made a call, where another executable may take the place of this one: by their numbers. */
  readonly #met = new Set<number>();
  /** True until the next call: threads may have ended of which nothing was heard. */
  mayHaveExecuted = false;
  /** The bytes of a program whose image lies there and may be executed. */
  successor: Uint8Array | undefined;
  /** Set when it is to be stopped, and then that it was told so. */
  stop: GuestStop | undefined;
  hasStopped = false;
  /** The exit code that it has given. */
  code: number | undefined;

  constructor(host: HostProcess, kernel: KernelProcess, window: Window, program: Uint8Array) {
    this.program = program;
    this.host = host;
    this.kernel = kernel;
    this.window = window;
    const { buffer, byteOffset, length } = window.bytes;
    this.view = new DataView(buffer, byteOffset, length);
    const memory = new GuestMemory();
    memory.attach({ buffer: plainBuffer(buffer), grow: () => -1 });
    // The program has its argdata in its own memory.
    const data = { argdata: new Uint8Array(0), arguments: [], environment: [], preopens: [] };
    const imports = cloudabiImports(newGuest(data, kernel, memory, oneThread(memory)));
    this.calls = [...numberedCalls(imports), acceptCall(kernel, this.view)];
  }

  /** A thread makes a call. Those that have ended with the execution of another program are no longer counted. */
  meet(thread: number): void {
    this.#met.add(thread);
    if (!this.mayHaveExecuted) return;
    this.mayHaveExecuted = false;
    for (const one of this.#met)
      if (one !== thread && syscall(TGKILL, this.host.pid, one, 0) < 0) this.leave(one);
  }

  /** A thread has ended. */
  leave(thread: number): void {
    this.#met.delete(thread);
    this.threads--;
  }
}

const TGKILL = callNumberOf('tgkill');

/** The next connection of a listening socket; its number is stored at a place in the window. */
function acceptCall(kernel: KernelProcess, view: DataView): NumberedCall {
  const make = (fd: number, result: number): number => {
    if (result > view.byteLength - 4) return Errno.fault;
    const connection = accept(kernel, fd, false);
    if (connection >= 0) view.setUint32(result, connection, true);
    return outcome(connection);
  };
  return { name: 'sock_accept', make, wide: [false, false] };
}

function plainBuffer(buffer: ArrayBufferLike): ArrayBuffer {
  if (buffer instanceof ArrayBuffer) return buffer;
  throw new TypeError('A window is no memory of its own');
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
