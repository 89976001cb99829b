import { findSection, readNumber, skipType, writeNumber } from './binary.ts';
import { type MemoryImport, readImports } from './imported-memory.ts';
import { skipInstruction, skipLocals } from './instructions.ts';
import { type Edit, edited, resized, type Sized } from './module-edits.ts';
import { ModuleError } from './module-error.ts';
import { SIZE_TYPES, sizeFunctions } from './size-word.ts';

const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const CODE_SECTION = 10;

const PAGE = 65536;
/** Pages that a 32-bit memory may have, of which the last is ours. */
const MOST_PAGES = 65536;

/** Flags of limits: with a maximum and shared. Others mean memories of other kinds. */
const SHARED_LIMITS = 3;

const FUNCTION_TYPE = 0x60;
const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;
const CALL = 0x10;

/**
 * Whether this engine needs `fixGrowth` for memory that threads share. V8 before 12 lets a thread go on with the size
 * that it knows until its next stack check, and then traps where it follows a pointer that another thread has handed
 * it after growing the memory.
 */
export const needsFixedGrowth: boolean = Number.parseInt(process.versions.v8, 10) < 12;

/** A module that never sees its memory grow. */
export type FixedModule = {
  readonly bytes: Uint8Array;
  /**
   * Pages that the program may have at most. The memory has all of them from the start, and one more, in whose first
   * word (size-word.ts) stands how many pages the program believes to have.
   */
  readonly ceiling: number;
};

/**
 * Rewrites a module so that its shared memory is as large as it can ever be from the start, which costs nothing until
 * it is touched: the host commits pages when they are. What `memory.size` and `memory.grow` did is done by two functions at
 * the end of the module, so that no other function changes its number. The one thing that is different to a program: what lies
 * between its size and its limit can be accessed.
 *
 * @param limit Bytes that the program may have at most; by default what the module asks for, and at most 4 GiB less 64 KiB.
 * @returns `undefined` when the module imports no shared memory.
 * @throws ModuleError when it is malformed here, has an instruction that is not known here (`unknown_instruction`), or
 *   needs all of 4 GiB to begin with.
 */
export function fixGrowth(bytes: Uint8Array, limit: number = MOST_PAGES * PAGE): FixedModule | undefined {
  const { functions, memory } = readImports(bytes);
  if (memory === undefined || !memory.shared) return undefined;
  checkLimits(memory);
  const ceiling = Math.min(memory.most, Math.floor(limit / PAGE), MOST_PAGES - 1);
  const pages = writeNumber(ceiling + 1);
  const [start, end] = memory.place;
  const limits = [{ start, end, bytes: [SHARED_LIMITS, ...pages, ...pages] }];
  const edits = [resized(section(bytes, IMPORT_SECTION), limits)];
  const bodies = findSection(bytes, CODE_SECTION) && section(bytes, CODE_SECTION);
  // A module without functions of its own has nothing that could ask for the size.
  if (bodies !== undefined && bodies.count > 0) {
    const types = section(bytes, TYPE_SECTION);
    const signatures = section(bytes, FUNCTION_SECTION);
    const type = countTypes(bytes.subarray(0, types.end), types);
    edits.push(
      resized(types, appended(types, SIZE_TYPES)),
      resized(signatures, appended(signatures, [writeNumber(type), writeNumber(type + 1)])),
      resized(bodies, [
        ...replaceInBodies(bytes.subarray(0, bodies.end), bodies, functions + signatures.count),
        ...appended(bodies, sizeFunctions(ceiling)),
      ]),
    );
  }
  return { bytes: edited(bytes, edits.flat()), ceiling };
}

function malformed(what: string): ModuleError {
  return new ModuleError('malformed_module', `The file is no valid WebAssembly module: ${what}`);
}

/** What the engine will no longer find wrong, because it is replaced. */
function checkLimits({ flags, least, most }: MemoryImport): void {
  if (flags !== SHARED_LIMITS || least > most || most > MOST_PAGES) {
    throw malformed(`memory of ${least} to ${most} pages with flags ${flags}`);
  }
  if (least === MOST_PAGES) {
    throw new ModuleError(
      'memory_limit',
      `The module needs ${least * PAGE} bytes of shared memory to start, more than ${(least - 1) * PAGE} bytes`,
    );
  }
}

/** A section that is a vector: how many items, and where the first one starts. */
type VectorSection = Sized & { readonly count: number; readonly first: number };

function section(bytes: Uint8Array, id: number): VectorSection {
  const found = findSection(bytes, id);
  if (found === undefined) throw malformed(`section ${id} is missing`);
  const [count, first] = readNumber(bytes.subarray(0, found.end), found.content);
  return { ...found, count, first };
}

/** The edits that append items to a vector. */
function appended(
  { content, first, end, count }: VectorSection,
  items: readonly (readonly number[])[],
): Edit[] {
  return [
    { start: content, end: first, bytes: writeNumber(count + items.length) },
    { start: end, end, bytes: items.flat() },
  ];
}

/** How many types a module has. A group of types that refer to each other would count as several. */
function countTypes(bytes: Uint8Array, { count, first }: VectorSection): number {
  let at = first;
  for (let index = 0; index < count; index++) {
    if (bytes[at] !== FUNCTION_TYPE) throw malformed(`type at byte ${at} is none of a function`);
    at = skipTypes(bytes, skipTypes(bytes, at + 1));
  }
  return count;
}

function skipTypes(bytes: Uint8Array, start: number): number {
  const [count, first] = readNumber(bytes, start);
  let at = first;
  for (let index = 0; index < count; index++) at = skipType(bytes, at);
  return at;
}

/**
 * Replaces what asks for the size of the first memory, or makes it grow, by calls of two functions in a row. Only bodies
 * in which the bytes of such an instruction occur are decoded, which saves most of the time that this takes.
 */
function replaceInBodies(bytes: Uint8Array, { count, first, end }: VectorSection, size: number): Edit[] {
  const edits: Edit[] = [];
  const calls = new Map([
    [MEMORY_SIZE, [CALL, ...writeNumber(size)]],
    [MEMORY_GROW, [CALL, ...writeNumber(size + 1)]],
  ]);
  const isSuspect = suspicion(bytes);
  let start = first;
  for (let index = 0; index < count; index++) {
    const [length, content] = readNumber(bytes, start);
    const bodyEnd = content + length;
    if (bodyEnd > end) throw malformed(`function body at byte ${start} is cut off`);
    if (isSuspect(content, bodyEnd)) {
      const replaced = replaceInBody(bytes.subarray(0, bodyEnd), content, calls);
      edits.push(...resized({ start, content, end: bodyEnd }, replaced));
    }
    start = bodyEnd;
  }
  if (start !== end) throw malformed(`code section has ${end - start} bytes too many`);
  return edits;
}

/** How the two instructions may begin: opcode and a memory with the number 0, in one byte or more. */
const BEGINNINGS: readonly Buffer[] = [MEMORY_SIZE, MEMORY_GROW].flatMap((opcode) =>
  [0, 0x80].map((index) => Buffer.from([opcode, index])),
);

/** Tells of one range after the other, in ascending order, whether one of the two instructions may be in it. */
function suspicion(bytes: Uint8Array): (start: number, end: number) => boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const next = BEGINNINGS.map((beginning) => ({ beginning, at: -1 }));
  return (start, end) => {
    for (const one of next) {
      if (one.at < start) {
        const found = buffer.indexOf(one.beginning, start);
        one.at = found < 0 ? buffer.length : found;
      }
    }
    return next.some(({ at }) => at < end);
  };
}

function replaceInBody(
  bytes: Uint8Array,
  content: number,
  calls: ReadonlyMap<number, readonly number[]>,
): Edit[] {
  const edits: Edit[] = [];
  for (let at = skipLocals(bytes, content); at < bytes.length; ) {
    const end = skipInstruction(bytes, at);
    const opcode = bytes[at];
    if (opcode === MEMORY_SIZE || opcode === MEMORY_GROW) {
      const replacement = calls.get(opcode);
      if (replacement !== undefined && readNumber(bytes, at + 1)[0] === 0) {
        edits.push({ start: at, end, bytes: replacement });
      }
    }
    at = end;
  }
  return edits;
}
