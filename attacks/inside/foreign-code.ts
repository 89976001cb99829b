import { readFileSync } from 'node:fs';
import koffi from 'koffi';

/*
 * Machine code that reaches the process by other ways than an addon of ours: compiled by V8 out of WebAssembly whose
 * constants are instructions, and a library for foreign calls that is loaded when it is too late.
 */

/** `mov eax, ecx; syscall; ret`, padded: the call's number is the fourth argument of a C function. */
const GADGET = Uint8Array.of(0x89, 0xc8, 0x0f, 0x05, 0xc3, 0x90, 0x90, 0x90);

/** A number in the signed LEB128 of WebAssembly. */
function leb128(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    const done = rest >> 6n === 0n || rest >> 6n === -1n;
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const section = (id: number, ...bytes: number[]): number[] => [id, bytes.length, ...bytes];

/** A module with one function, which returns the gadget as a number. */
function moduleWithGadget(): Uint8Array<ArrayBuffer> {
  const constant = leb128(new DataView(GADGET.buffer).getBigInt64(0, true));
  const body = [0, 0x42, ...constant, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 1, 0x7e),
    ...section(3, 1, 0),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, body.length, ...body),
  ]);
}

/** A system call with up to three arguments. */
export type Raw = (number: number, ...values: number[]) => number;

/** Calls C code at an address. */
function callerAt(address: number): Raw {
  const call: (...values: number[]) => number = koffi.decode(
    BigInt(address),
    koffi.proto('int64_t gadget(int64_t, int64_t, int64_t, int64_t)'),
  );
  return (number, first = 0, second = 0, third = 0) => Number(call(first, second, third, number));
}

/** Functions whose code is called by its address: V8 frees that of others. */
const compiled: unknown[] = [];

/**
 * Has V8 compile the gadget and finds it in executable memory, as an attacker can who reads the whole process.
 *
 * @returns `undefined` where a constant is not one piece in the code, as on aarch64.
 */
export function callsFromWebAssembly(): Raw | undefined {
  if (process.arch !== 'x64') return undefined;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(moduleWithGadget())).exports;
  if (typeof f !== 'function') return undefined;
  f();
  compiled.push(f);
  for (const line of readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, from = '0', to = '0'] = /^([0-9a-f]+)-([0-9a-f]+) r.xp [0-9a-f]+ 00:00 0\s*$/.exec(line) ?? [];
    const start = Number.parseInt(from, 16);
    const length = Number.parseInt(to, 16) - start;
    if (length === 0) continue;
    const at = Buffer.from(koffi.view(BigInt(start), length)).indexOf(GADGET);
    if (at >= 0) return callerAt(start + at);
  }
  return undefined;
}

/** Loads a library for foreign calls from a file, and makes system calls with it. */
export function callsFromLibrary(path: string): (number: number, ...values: number[]) => number {
  const module: { exports: { load?: (path: null) => ReturnType<typeof koffi.load> } } = { exports: {} };
  process.dlopen(module, path);
  const library = module.exports.load?.(null);
  if (library === undefined) throw new Error('This is no library for foreign calls');
  const call = library.func('syscall', 'int64_t', Array<string>(4).fill('int64_t'));
  return (number, first = 0, second = 0, third = 0) => Number(call(number, first, second, third));
}
