import koffi from 'koffi';

/** An address in this process's memory. User addresses stay below 2^47, so a `number` holds them exactly. */
export type Address = number & { readonly __brand: 'Address' };

/** The null pointer. */
export const NULL: Address = 0 as Address;

/** The C library that Node itself runs on (glibc or musl). */
const library = koffi.load(null);

/** A C function whose arguments and result are plain integers; addresses travel as integers too. */
export type NativeCall = (...args: number[]) => number;

/**
 * Binds a C function of `arity` 64-bit integer arguments. Integers of every width travel in full registers
 * on x86-64 and aarch64, so `int` parameters take these arguments as well. System calls have a faster way
 * (syscall.ts); this one is for what the C library does itself.
 *
 * @param result `int` for functions that return a C int, `int64_t` for the others.
 * @throws Error when the C library has no such function.
 */
export function bind(name: string, arity: number, result: 'int' | 'int64_t' = 'int64_t'): NativeCall {
  const call: NativeCall = library.func(name, result, Array<string>(arity).fill('int64_t'));
  return call;
}

/** It has no name: a process may load two bundles of ours, and names are known to all of it. */
const machineCode = koffi.proto('void', []);

/** Turns machine code without arguments or result into a function. */
export function functionAt(address: Address): () => void {
  const call: () => void = koffi.decode(BigInt(address), machineCode);
  return call;
}

/** errno of the last failed call on this thread. Call it directly after the failure. */
export function lastErrno(): number {
  return koffi.errno();
}

/** The address of a view's first byte. The view's buffer must stay alive while the address is used. */
export function addressOf(view: ArrayBufferView): Address {
  return Number(koffi.address(view)) as Address;
}

/** The bytes at an address as a buffer that shares them; nothing is copied or kept alive. */
export function bytesAt(address: Address, length: number): Uint8Array {
  return new Uint8Array(koffi.view(BigInt(address), length));
}
