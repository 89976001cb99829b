import { readNumber, skipNumber, skipType } from './binary.ts';
import { ModuleError } from './module-error.ts';

/** Reads past one immediate of an instruction: its first byte gives the one behind it. */
type Immediate = (bytes: Uint8Array, at: number) => number;

const fixed =
  (length: number): Immediate =>
  (_, at) =>
    at + length;
const byte = fixed(1);
/** An index, or a number of 32 bits. */
const number: Immediate = (bytes, at) => skipNumber(bytes, at);
const long: Immediate = (bytes, at) => skipNumber(bytes, at, 10);
const type: Immediate = skipType;

/** A vector of items of at least one byte each, so that the end of the bytes ends it. */
const vector =
  (item: Immediate): Immediate =>
  (bytes, start) => {
    const [count, first] = readNumber(bytes, start);
    let at = first;
    for (let index = 0; index < count; index++) at = item(bytes, at);
    return at;
  };

/** Set in the alignment, which is a number with a small value, of an access that names its memory. */
const HAS_MEMORY = 0x40;
const access: Immediate = (bytes, start) => {
  const at = number(bytes, start);
  return long(bytes, (bytes[start] ?? 0) & HAS_MEMORY ? number(bytes, at) : at);
};

/** One way in which `try_table` catches: kinds 0 and 1 name a tag, 2 and 3 catch everything; the label follows. */
const handler: Immediate = (bytes, at) =>
  number(bytes, (bytes[at] ?? 0) < 2 ? number(bytes, at + 1) : at + 1);

/** Local variables: how many of which type. */
const localVariables = vector((bytes, at) => skipType(bytes, skipNumber(bytes, at)));

/** Instructions from one opcode to another have the same immediates. */
type Row = readonly [first: number, last: number, ...immediates: readonly Immediate[]];

/** Opcodes of one byte (WebAssembly core specification, 5.4; exception handling's first form: its proposal, legacy). */
const PLAIN: readonly Row[] = [
  [0x00, 0x01], // unreachable, nop
  [0x02, 0x04, type], // block, loop, if
  [0x05, 0x05], // else
  [0x06, 0x06, type], // try
  [0x07, 0x09, number], // catch, throw, rethrow
  [0x0a, 0x0b], // throw_ref, end
  [0x0c, 0x0d, number], // br, br_if
  [0x0e, 0x0e, vector(number), number], // br_table
  [0x0f, 0x0f], // return
  [0x10, 0x10, number], // call
  [0x11, 0x11, number, number], // call_indirect
  [0x12, 0x12, number], // return_call
  [0x13, 0x13, number, number], // return_call_indirect
  [0x14, 0x15, number], // call_ref, return_call_ref
  [0x18, 0x18, number], // delegate
  [0x19, 0x1b], // catch_all, drop, select
  [0x1c, 0x1c, vector(type)], // select with types
  [0x1f, 0x1f, type, vector(handler)], // try_table
  [0x20, 0x26, number], // local.get to table.set
  [0x28, 0x3e, access], // i32.load to i64.store32
  [0x3f, 0x40, number], // memory.size, memory.grow
  [0x41, 0x41, number], // i32.const
  [0x42, 0x42, long], // i64.const
  [0x43, 0x43, fixed(4)], // f32.const
  [0x44, 0x44, fixed(8)], // f64.const
  [0x45, 0xc4], // i32.eqz to i64.extend32_s
  [0xd0, 0xd0, type], // ref.null
  [0xd1, 0xd1], // ref.is_null
  [0xd2, 0xd2, number], // ref.func
  [0xd4, 0xd4], // ref.as_non_null
  [0xd5, 0xd6, number], // br_on_null, br_on_non_null
];

/** Behind 0xfc: conversions that saturate, bulk memory, tables. */
const BULK: readonly Row[] = [
  [0, 7], // i32.trunc_sat_f32_s to i64.trunc_sat_f64_u
  [8, 8, number, number], // memory.init
  [9, 9, number], // data.drop
  [10, 10, number, number], // memory.copy
  [11, 11, number], // memory.fill
  [12, 12, number, number], // table.init
  [13, 13, number], // elem.drop
  [14, 14, number, number], // table.copy
  [15, 17, number], // table.grow, table.size, table.fill
];

/** Behind 0xfd: vectors of 128 bits. The engine refuses those numbers between that mean nothing. */
const SIMD: readonly Row[] = [
  [0, 11, access], // v128.load to v128.store
  [12, 13, fixed(16)], // v128.const, i8x16.shuffle
  [14, 20], // i8x16.swizzle, splats
  [21, 34, byte], // lanes of registers
  [35, 83], // comparisons, bits
  [84, 91, access, byte], // lanes of memory
  [92, 93, access], // v128.load32_zero, v128.load64_zero
  [94, 255], // arithmetic
  [256, 275], // relaxed
];

/** Behind 0xfe: threads. */
const ATOMIC: readonly Row[] = [
  [0, 2, access], // memory.atomic.notify, wait32, wait64
  [3, 3, byte], // atomic.fence
  [0x10, 0x4e, access], // i32.atomic.load to i64.atomic.rmw32.cmpxchg_u
];

type Table = readonly (readonly Immediate[] | undefined)[];

function tableOf(rows: readonly Row[]): Table {
  const table: (readonly Immediate[] | undefined)[] = [];
  for (const [first, last, ...immediates] of rows) {
    for (let opcode = first; opcode <= last; opcode++) table[opcode] = immediates;
  }
  return table;
}

const plain = tableOf(PLAIN);
const prefixed: ReadonlyMap<number, Table> = new Map([
  [0xfb, []], // garbage collection
  [0xfc, tableOf(BULK)],
  [0xfd, tableOf(SIMD)],
  [0xfe, tableOf(ATOMIC)],
]);

/**
 * Finds the end of the instruction that starts at a byte.
 *
 * @param bytes A module or part of it; the instruction must end within it.
 * @throws ModuleError, with the code `unknown_instruction` when it belongs to no extension of the language that we
 * know.
 */
export function skipInstruction(bytes: Uint8Array, start: number): number {
  const opcode = bytes[start] ?? 0;
  let at = start + 1;
  let immediates = plain[opcode];
  const table = immediates === undefined ? prefixed.get(opcode) : undefined;
  if (table !== undefined) {
    const [second, end] = readNumber(bytes, at);
    immediates = table[second];
    at = end;
  }
  if (immediates === undefined) {
    const name = [...bytes.subarray(start, at)].map((value) => value.toString(16).padStart(2, '0')).join(' ');
    throw new ModuleError(
      'unknown_instruction',
      `The module has an instruction that is not known here, ${name} at byte ${start}`,
    );
  }
  for (const skip of immediates) at = skip(bytes, at);
  if (at <= bytes.length) return at;
  throw new ModuleError(
    'malformed_module',
    `The file is no valid WebAssembly module: instruction at byte ${start} is cut off`,
  );
}

/**
 * Finds the start of the instructions of a function body, which follow its local variables.
 *
 * @param start The first byte behind the body's size.
 * @throws ModuleError
 */
export function skipLocals(bytes: Uint8Array, start: number): number {
  return localVariables(bytes, start);
}
