import { findSection, readNumber, writeNumber } from './binary.ts';
import {
  CALL,
  CODE_SECTION,
  FUNCTION_SECTION,
  HAS_MAXIMUM,
  IMPORT_SECTION,
  MEMORY_GROW,
  MEMORY_SIZE,
  MOST_PAGES,
  PAGE,
  SHARED,
  TYPE_SECTION,
} from './binary-numbers.ts';
import { countTypes } from './function-types.ts';
import { type MemoryImport, readImports } from './imported-memory.ts';
import { appended, type Edit, edited, resized, type VectorSection, vectorSection } from './module-edits.ts';
import { ModuleError, malformed } from './module-error.ts';
import { rewriteCode } from './rewrite-code.ts';
import { SIZE_TYPES, sizeFunctions } from './size-word.ts';
import { WAIT_BEGINNINGS, WaitFunctions } from './waits.ts';

/** The flags that such a memory has. Others mean memories of other kinds. */
const SHARED_LIMITS = HAS_MAXIMUM | SHARED;

/**
 * True if this engine needs `fixGrowth` for memory that threads share. V8 before 12 lets a thread go on with the size
 * that it knows until its next stack check, and then traps where it follows a pointer that another thread has handed it
 * after growing the memory.
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
 * between its size and its limit can be accessed. Instructions that wait become calls as well (waits.ts).
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
  const edits = [resized(vectorSection(bytes, IMPORT_SECTION), limits)];
  const bodies = findSection(bytes, CODE_SECTION) && vectorSection(bytes, CODE_SECTION);
  // A module without functions of its own has nothing that could ask for the size.
  if (bodies !== undefined && bodies.count > 0) edits.push(...codeEdits(bytes, bodies, functions, ceiling));
  return { bytes: edited(bytes, edits.flat()), ceiling };
}

/**
 * The edits that let functions at the end of a module take the place of some instructions.
 *
 * @param imported The number of functions that the module imports.
 */
function codeEdits(
  bytes: Uint8Array,
  bodies: VectorSection,
  imported: number,
  ceiling: number,
): (readonly Edit[])[] {
  const types = vectorSection(bytes, TYPE_SECTION);
  const signatures = vectorSection(bytes, FUNCTION_SECTION);
  const type = countTypes(bytes, types);
  const size = imported + signatures.count;
  const calls = new Map([
    [MEMORY_SIZE, [CALL, ...writeNumber(size)]],
    [MEMORY_GROW, [CALL, ...writeNumber(size + 1)]],
  ]);
  const waits = new WaitFunctions(size + 2);
  const code = rewriteCode(bytes, bodies, BEGINNINGS, (start, end) => {
    const call = calls.get(bytes[start] ?? 0);
    if (call === undefined) return waits.replace(bytes.subarray(start, end));
    return readNumber(bytes, start + 1)[0] === 0 ? call : undefined;
  });
  const added = [...sizeFunctions(ceiling), ...waits.bodies];
  for (const body of added) code.add(body);
  const count = writeNumber(bodies.count + added.length);
  const typesOfAdded = [
    writeNumber(type),
    writeNumber(type + 1),
    ...waits.signatures(type + SIZE_TYPES.length),
  ];
  return [
    resized(types, appended(types, [...SIZE_TYPES, ...waits.types])),
    resized(signatures, appended(signatures, typesOfAdded)),
    resized(bodies, [
      { start: bodies.content, end: bodies.first, bytes: count },
      { start: bodies.first, end: bodies.end, bytes: code.bytes },
    ]),
  ];
}

/** Checks instructions that the engine will not see any more, because they are replaced. */
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

/**
 * Beginnings of the instructions to replace: two of them with an opcode and a memory with the number 0, in one byte or
 * more.
 */
const BEGINNINGS: readonly Buffer[] = [
  ...[MEMORY_SIZE, MEMORY_GROW].flatMap((opcode) => [0, 0x80].map((index) => Buffer.from([opcode, index]))),
  ...WAIT_BEGINNINGS,
];
