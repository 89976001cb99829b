import { deepStrictEqual } from 'node:assert/strict';
import { findSection } from '../../src/gates/wasm/binary.ts';
import { fixGrowth } from '../../src/gates/wasm/fixed-growth.ts';
import { type ImportedMemory, makeMemory, readImports } from '../../src/gates/wasm/imported-memory.ts';
import { GuestMemory } from '../../src/gates/wasm/memory.ts';
import { ModuleError } from '../../src/gates/wasm/module-error.ts';
import { refusedAs, type Target } from '../target.ts';

const PAGE = 65536;
const LIMIT = 6 * PAGE;
const CODE_SECTION = 10;

/** Modules with memory that threads share, rewritten so that it never grows. */
export const growth: Target = {
  name: 'growth',
  promise: 'a module is refused with a ModuleError; rewritten, it stays as valid as it was and does the same',
  words: [
    '\0asm\x01\0\0\0',
    '\x02\x0f\x01\x03env\x06memory\x02\x03\x01\x04',
    '\x3f\0',
    '\x40\0',
    '\x3f\x80\0',
    '\x40\x80\x80\0',
    '\x41\x01',
    '\x20\0',
    '\x1a',
    '\x0b',
    '\x02\x40',
    '\x04\x7f',
    '\x0e\x01\0\0',
    '\x28\x02\0',
    '\x36\x02\0',
    '\xfc\x08\0\0',
    '\xfc\x0a\0\0',
    '\xfd\x0c',
    '\x42\xff\x3f\0',
    '\x43\x3f\0\x40\0',
  ],
  maximumLength: 512,
  run(bytes) {
    const module = Uint8Array.from(bytes);
    const fixed = refusedAs([ModuleError], () => fixGrowth(module, LIMIT));
    if (fixed === undefined) return;
    const valid = WebAssembly.validate(module);
    const rewritten = Uint8Array.from(fixed.bytes);
    if (WebAssembly.validate(rewritten) !== valid)
      throw new Error(`The module was ${valid ? '' : 'in'}valid`);
    if (!valid || mayRunForEver(module)) return;
    const { memory: wanted } = readImports(module);
    if (wanted === undefined) throw new Error('A module without memory was rewritten');
    const plain = run(module, wanted, undefined);
    if (plain === undefined) return;
    const other = run(rewritten, wanted, fixed.ceiling);
    // Memory that was missing before may be there now.
    const end = plain.results.indexOf('trap');
    const count = end < 0 ? plain.results.length : end;
    deepStrictEqual(other?.results.slice(0, count), plain.results.slice(0, count));
    if (end < 0) deepStrictEqual(other?.memory, plain.memory);
  },
};

/** Loops, calls in place of a return, and all instructions of threads, some of which wait. */
const ENDLESS: readonly number[] = [0x03, 0x12, 0x13, 0x15, 0xfe];

/** Recursion ends with the stack, loops would not. */
function mayRunForEver(module: Uint8Array): boolean {
  const code = findSection(module, CODE_SECTION);
  return code !== undefined && module.subarray(code.content, code.end).some((byte) => ENDLESS.includes(byte));
}

/** Calls each exported function three times; `undefined` for what cannot be started here. */
function run(
  module: Uint8Array<ArrayBuffer>,
  wanted: ImportedMemory,
  ceiling: number | undefined,
): { readonly results: readonly unknown[]; readonly memory: Uint8Array } | undefined {
  const compiled = new WebAssembly.Module(module);
  if (WebAssembly.Module.imports(compiled).length !== 1) return undefined;
  const memory = refusedAs([ModuleError], () => makeMemory(wanted, { whole: LIMIT, left: LIMIT }, ceiling));
  if (memory === undefined) return undefined;
  const guest = new GuestMemory();
  guest.attach(memory, ceiling);
  const results: unknown[] = [];
  const attempt = (call: () => unknown): void => {
    try {
      results.push(call());
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      results.push('trap');
    }
  };
  let exports: WebAssembly.Instance['exports'] = {};
  attempt(() => {
    exports = new WebAssembly.Instance(compiled, { [wanted.module]: { [wanted.name]: memory } }).exports;
  });
  for (const value of [0, 2, PAGE]) {
    for (const exported of Object.values(exports)) {
      if (typeof exported === 'function')
        attempt(() => numberOf(Reflect.apply(exported, undefined, [value])));
    }
    attempt(() => guest.grow(value === 2 ? 1 : 0));
  }
  const size = guest.grow(0);
  return { results, memory: new Uint8Array(memory.buffer).slice(0, size * PAGE) };
}

/** References have another identity in another instance. */
function numberOf(value: unknown): unknown {
  return typeof value === 'object' || typeof value === 'function' ? typeof value : value;
}
