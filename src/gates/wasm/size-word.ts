import { writeNumber } from './binary.ts';
import { FUNCTION_TYPE, I32, PAGE } from './binary-numbers.ts';

/**
 * Sets the size that a memory has for its program: a word in the page behind those that it may have at most
 * (fixed-growth.ts).
 *
 * @param ceiling Pages that the program may have at most; the memory has one more.
 * @param pages Size.
 */
export function storeSize({ buffer }: WebAssembly.Memory, ceiling: number, pages: number): void {
  Atomics.store(new Int32Array(buffer, ceiling * PAGE, 1), 0, pages);
}

/**
 * Grows such a memory, as memory.grow does.
 *
 * @param words The whole memory. The program can write into it, to its own harm.
 * @returns Pages that the memory had before, or -1 when it cannot grow so far.
 */
export function growBySizeWord(words: Int32Array, ceiling: number, pages: number): number {
  const word = (ceiling * PAGE) / 4;
  for (;;) {
    const size = Atomics.load(words, word);
    if (size < 0 || pages > ceiling - size) return -1;
    // Whenever it fails, another thread has made the memory grow, which has an end.
    if (Atomics.compareExchange(words, word, size, size + pages) === size) return size;
  }
}

/** The types of `sizeFunctions`: `[] -> [i32]` and `[i32] -> [i32]`. */
export const SIZE_TYPES: readonly (readonly number[])[] = [
  [FUNCTION_TYPE, 0, 1, I32],
  [FUNCTION_TYPE, 1, I32, 1, I32],
];

/** A number of at least 0 as the signed immediate of i32.const. */
function constant(value: number): number[] {
  return value < 64 ? [value] : [(value % 128) + 128, ...constant(Math.floor(value / 128))];
}

/** Two functions in the place of memory.size and memory.grow in such a memory, as items of a code section. */
export function sizeFunctions(ceiling: number): readonly (readonly number[])[] {
  // Alignment of 4 bytes, and the address as an offset from 0.
  const word = [2, ...writeNumber(ceiling * PAGE)];
  const most = constant(ceiling);
  const size = [
    ...[0], // no local variables
    ...[0x41, 0, 0xfe, 0x10, ...word], // i32.const 0; i32.atomic.load
    ...[0x0b], // end
  ];
  const grow = [
    ...[1, 1, I32], // the parameter is 0, the size 1
    ...[0x03, 0x40], // loop
    ...[0x41, 0, 0xfe, 0x10, ...word, 0x22, 1], // i32.const 0; i32.atomic.load; local.tee 1
    ...[0x41, ...most, 0x4b], // i32.const most; i32.gt_u
    ...[0x20, 0, 0x41, ...most, 0x20, 1, 0x6b, 0x4b], // local.get 0; i32.const most; local.get 1; i32.sub; i32.gt_u
    ...[0x72, 0x04, 0x40, 0x41, 0x7f, 0x0f, 0x0b], // i32.or; if; i32.const -1; return; end
    ...[0x41, 0, 0x20, 1, 0x20, 1, 0x20, 0, 0x6a], // i32.const 0; local.get 1; local.get 1; local.get 0; i32.add
    ...[0xfe, 0x48, ...word], // i32.atomic.rmw.cmpxchg
    ...[0x20, 1, 0x47, 0x0d, 0], // local.get 1; i32.ne; br_if 0
    ...[0x0b, 0x20, 1, 0x0b], // end; local.get 1; end
  ];
  return [size, grow].map((body) => [...writeNumber(body.length), ...body]);
}
