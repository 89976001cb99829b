// A program without code: CloudABI's import object over a linear memory that a test fills by hand.
import { Errno, errnoNames } from '../../../src/abi/generated/constants.ts';
import { nameOf } from '../../../src/abi/names.ts';
import { cloudabiImports } from '../../../src/gates/wasm/cloudabi/index.ts';
import { type Guest, oneThread } from '../../../src/gates/wasm/guest.ts';
import { GuestMemory } from '../../../src/gates/wasm/memory.ts';
import type { Descriptor } from '../../../src/kernel/descriptors.ts';
import { KernelProcess } from '../../../src/kernel/process.ts';

const PAGES = 2;
const MOST_PAGES = 6;

/** Addresses in memory, far enough from each other. */
export const At = {
  result: 64,
  second: 128,
  in: 256,
  out: 4096,
  vector: 512,
  path: 1024,
  path2: 2048,
  buffer: 16384,
};

export class Program {
  readonly process: KernelProcess = new KernelProcess();
  readonly guest: Guest;
  readonly #imports: Readonly<Record<string, unknown>>;

  constructor(
    descriptors: readonly Descriptor[] = [],
    load: Guest['load'] = (module) => ({
      module: new WebAssembly.Module(Uint8Array.from(module)),
      memory: undefined,
    }),
  ) {
    const wasm = new WebAssembly.Memory({ initial: PAGES, maximum: MOST_PAGES });
    const memory = new GuestMemory();
    memory.attach(wasm);
    for (const descriptor of descriptors) this.process.descriptors.add(descriptor);
    this.guest = {
      process: this.process,
      memory,
      threads: oneThread(memory),
      argdata: new Uint8Array(),
      arguments: [],
      environment: [],
      preopens: new Map(),
      exit: {},
      load,
    };
    this.#imports = cloudabiImports(this.guest);
  }

  get view(): DataView {
    return this.guest.memory.view;
  }

  get bytes(): Uint8Array {
    return this.guest.memory.bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Makes a call with raw words, as the engine hands them over, and returns the errno. */
  raw(name: string, words: readonly (number | bigint)[]): number {
    const call = this.#imports[name];
    if (typeof call !== 'function') throw new Error(`no call ${name}`);
    const answer: unknown = call(
      ...words.map((word) => (typeof word === 'bigint' ? BigInt.asIntN(64, word) : word | 0)),
    );
    if (typeof answer !== 'number') throw new Error(`${name} answers ${typeof answer}`);
    return answer;
  }

  /** The same; returns the name of the errno. */
  call(name: string, ...words: readonly (number | bigint)[]): string {
    return nameOf(errnoNames, this.raw(name, words));
  }

  /** Makes a call that must succeed and returns the 32-bit result at `At.result`. */
  must(name: string, ...words: readonly (number | bigint)[]): number {
    const errno = this.raw(name, words);
    if (errno !== Errno.success) throw new Error(`${name}: ${nameOf(errnoNames, errno)}`);
    return this.view.getUint32(At.result, true);
  }

  /** Puts text into memory: address and length, as words. */
  text(text: string, at: number = At.path): [number, number] {
    const encoded = Buffer.from(text);
    this.bytes.set(encoded, at);
    return [at, encoded.length];
  }

  /** A vector of one buffer: address and count of the array, as words. */
  vector(length: number, buffer: number = At.buffer, at: number = At.vector): [number, number] {
    this.view.setUint32(at, buffer, true);
    this.view.setUint32(at + 4, length, true);
    return [at, 1];
  }

  /** Puts an `fdstat` into memory: its address. */
  fdstat(base: bigint, inheriting: bigint, flags = 0, at: number = At.in): number {
    this.view.setUint16(at + 2, flags, true);
    this.view.setBigUint64(at + 8, base, true);
    this.view.setBigUint64(at + 16, inheriting, true);
    return at;
  }

  /** Reads text from memory. */
  read(length: number, at: number = At.buffer): string {
    return Buffer.from(this.bytes.subarray(at, at + length)).toString();
  }

  close(): void {
    this.process.descriptors.closeAll();
  }
}
