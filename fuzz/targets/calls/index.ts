import { readdirSync } from 'node:fs';
import type { Call } from '../../../src/abi/call.ts';
import { calls } from '../../../src/abi/generated/calls.ts';
import {
  Clockid,
  Errno,
  Eventtype,
  Fdflags,
  Filetype,
  Subclockflags,
} from '../../../src/abi/generated/constants.ts';
import { newSubscription, writeSubscription32 } from '../../../src/abi/generated/structs.ts';
import { cloudabiImports } from '../../../src/gates/wasm/cloudabi/index.ts';
import { type Guest, type Imports, oneThread } from '../../../src/gates/wasm/guest.ts';
import { GuestMemory } from '../../../src/gates/wasm/memory.ts';
import { setFlags } from '../../../src/host/files/files.ts';
import { KernelProcess } from '../../../src/kernel/process.ts';
import { ALL_HIGH, ALL_LOW, fromAbi, R, type RightsSet } from '../../../src/kernel/rights.ts';
import { O_NONBLOCK } from '../../../src/linux/open-flags.ts';
import type { Target } from '../../target.ts';
import { ByteReader } from '../reader.ts';
import { Model } from './model.ts';
import { SECRET, World } from './world.ts';

/** Calls that end or stop the process or the thread, or wait for other threads. */
const notTried = new Set([
  'proc_raise',
  'thread_create',
  'lock_unlock',
  'condvar_signal',
  'proc_exec',
  'proc_fork',
]);
const tried = calls.filter(({ name, returns }) => returns && !notTried.has(name));

/** Most calls of one sequence. */
const MAX_CALLS = 64;

/** Addresses in the program's memory. */
const At = {
  names: 1024,
  vectors: 512,
  status: 2048,
  subscription: 3072,
  message: 3584,
  result: 8192,
  buffer: 16384,
};
const NAME_SIZE = 16;
const names = [
  'file',
  'log',
  'sub',
  'sub/inner',
  'new',
  '..',
  '../outside',
  'escape',
  'escape/secret',
  'absolute',
  '/etc',
  'sub/../file',
  'sub/../../outside',
  '.',
  '',
  'a\0b',
];

const world = new World();

/** Sequences of CloudABI calls by a program that was granted a folder, a file and a log. */
export const callSequences: Target = {
  name: 'calls',
  promise: 'no sequence of calls gets a right that was not granted, or sees or changes anything outside',
  words: [],
  maximumLength: 1024,
  run(bytes) {
    world.reset();
    const before = readdirSync('/proc/self/fd').length;
    const sequence = new Sequence(new ByteReader(bytes));
    try {
      sequence.run();
    } finally {
      sequence.end();
    }
    world.checkOutside();
    const after = readdirSync('/proc/self/fd').length;
    if (after !== before) throw new Error(`${after - before} host descriptors stayed open`);
  },
};

class Sequence {
  readonly #from: ByteReader;
  readonly #process = new KernelProcess();
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  readonly #view = new DataView(this.#memory.buffer);
  readonly #bytes = new Uint8Array(this.#memory.buffer);
  readonly #imports: Imports;
  readonly #model: Model;

  constructor(from: ByteReader) {
    this.#from = from;
    const { descriptors } = this.#process;
    const { directory, file, log } = world.open();
    const rights = (): RightsSet =>
      from.below(2) === 0 ? { low: ALL_LOW, high: ALL_HIGH } : fromAbi(from.mask());
    descriptors.add({
      host: directory,
      type: Filetype.directory,
      base: rights(),
      inheriting: rights(),
      grant: 0,
    });
    descriptors.add({
      host: file,
      type: Filetype.regular_file,
      base: rights(),
      inheriting: rights(),
      grant: 1,
    });
    descriptors.add({
      host: log,
      type: Filetype.regular_file,
      base: rights(),
      inheriting: rights(),
      grant: 2,
    });
    this.#model = new Model(descriptors);
    const memory = new GuestMemory();
    memory.attach(this.#memory);
    const guest: Guest = {
      process: this.#process,
      memory,
      argdata: new Uint8Array(),
      arguments: [],
      environment: [],
      preopens: new Map(),
      threads: oneThread(memory),
      exit: {},
    };
    this.#imports = cloudabiImports(guest);
  }

  run(): void {
    for (let left = MAX_CALLS; left > 0 && !this.#from.atEnd; left--) {
      this.#prepare();
      const call = tried[this.#from.below(tried.length)];
      if (call !== undefined) this.#call(call);
    }
  }

  end(): void {
    this.#process.descriptors.closeAll();
  }

  #call(call: Call): void {
    const types = call.inputs.flatMap(({ name, type, words }) =>
      words.map(({ word }, index) => ({ name, type, index, wide: word === 'u64' || word === 's64' })),
    );
    const words = types.map(({ type, index, wide }) => (wide ? this.#wide(call) : this.#word(type, index)));
    const results = call.outputs.map((_, index) => At.result + index * 8);
    const argument = (path: string): number | undefined => {
      const at = types.findIndex(({ name }) => path === name || path === `${name}.fd`);
      return at < 0 ? undefined : Number(words[at]);
    };
    const refusal = this.#model.refusal(call, argument);
    const made: unknown = this.#imports[call.name];
    if (typeof made !== 'function') throw new Error(`There is no call ${call.name}`);
    const errno: unknown = made(...words, ...results);
    if (errno === Errno.success && refusal !== undefined)
      throw new Error(`${call.name}(${words.join(', ')}) succeeded although ${refusal}`);
    if (errno === Errno.success && call.name === 'fd_create2') this.#doNotWait(results);
    this.#model.check();
    if (Buffer.from(this.#memory.buffer).includes(SECRET))
      throw new Error(`${call.name}(${words.join(', ')}) showed what was not granted`);
  }

  /** Reading from a new pair of sockets would wait for ever. */
  #doNotWait(results: readonly number[]): void {
    const { descriptors } = this.#process;
    for (const result of results) {
      const socket = this.#view.getUint32(result, true);
      setFlags(descriptors.require('fuzz', socket, 0), O_NONBLOCK);
      const low = descriptors.baseLow(socket) & ~R.fd_stat_put_flags;
      descriptors.restrict(socket, low, descriptors.baseHigh(socket), 0, 0);
    }
  }

  /** Files stay small: space is all that a big number could cost. */
  #wide(call: Call): bigint {
    const small = [0n, 1n, 4096n] as const;
    if (call.name === 'file_allocate') return this.#from.pick(small);
    return this.#from.pick([...small, 1n << 31n, 1n << 40n, (1n << 63n) - 1n, -1n, -(1n << 63n)]);
  }

  #word(type: string, index: number): number {
    const below = (limit: number): number => this.#from.below(limit);
    const isLength = index === 1;
    if (below(16) === 0) return this.#from.pick([0, -1, 1 << 31, 0x7fffffff, 65535, 65536, 3]);
    switch (type) {
      case 'fd':
        return below(12);
      case 'lookup':
        return isLength ? below(2) : below(12);
      case '[char]':
        return isLength ? (names[this.#lastName]?.length ?? 0) : this.#name();
      case '[iovec]':
      case '[ciovec]':
        return isLength ? below(4) : At.vectors;
      case '&fdstat':
      case '&filestat':
        return At.status;
      case '&subscription':
      case '[subscription]':
        return isLength ? 1 : At.subscription;
      case '&recv_in':
      case '&send_in':
        return At.message;
      case 'filetype':
        return this.#from.pick([
          Filetype.directory,
          Filetype.shared_memory,
          Filetype.socket_dgram,
          Filetype.socket_stream,
        ]);
      default:
        if (type.startsWith('[')) return isLength ? this.#from.pick([0, 1, 24, 512]) : At.buffer;
        return type.startsWith('&') ? At.result + 64 : below(8);
    }
  }

  #lastName = 0;

  #name(): number {
    this.#lastName = this.#from.below(names.length);
    return At.names + this.#lastName * NAME_SIZE;
  }

  /** Puts names, vectors, a status to set, a message and a clock that has run out into memory. */
  #prepare(): void {
    names.forEach((name, index) => {
      this.#bytes.set(Buffer.from(name.padEnd(NAME_SIZE, '\0')), At.names + index * NAME_SIZE);
    });
    for (let vector = 0; vector < 4; vector++) {
      this.#view.setUint32(At.vectors + vector * 8, At.buffer + vector * 64, true);
      this.#view.setUint32(At.vectors + vector * 8 + 4, this.#from.below(64), true);
    }
    this.#bytes.fill(0, At.status, At.status + 64);
    // Nothing is waited for.
    this.#view.setUint16(At.status + 2, Fdflags.nonblock | this.#from.below(32), true);
    this.#view.setBigUint64(At.status + 8, this.#from.mask(), true);
    this.#view.setBigUint64(At.status + 16, this.#from.mask(), true);
    for (const [index, value] of [At.vectors, this.#from.below(4), At.result, 0, 0].entries())
      this.#view.setUint32(At.message + index * 4, value, true);
    const clock = newSubscription();
    clock.type = Eventtype.clock;
    Object.assign(clock.clock, { clock_id: Clockid.monotonic, timeout: 1n, flags: Subclockflags.abstime });
    writeSubscription32(this.#view, At.subscription, clock);
  }
}
