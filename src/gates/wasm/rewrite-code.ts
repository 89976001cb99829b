import { readNumber } from './binary.ts';
import { skipInstruction, skipLocals } from './instructions.ts';
import type { VectorSection } from './module-edits.ts';
import { malformed } from './module-error.ts';
import { OutputMemory } from './output-memory.ts';

/** Gives the replacement of an instruction from one byte to another; `undefined` if it stays. */
export type Replace = (start: number, end: number) => ArrayLike<number> | undefined;

/** An engine takes no longer body (V8, kV8MaxWasmFunctionSize), so that it can stay as it is. */
const LONGEST_BODY = 7_654_321;

/**
 * The code section of a module with some instructions replaced. Only bodies in which the first bytes of such an
 * instruction occur are decoded, which saves most of the time that this takes. Time and memory grow with the section.
 *
 * @param beginnings Beginnings of the instructions to replace.
 * @returns Its contents behind the count of bodies.
 * @throws ModuleError
 */
export function rewriteCode(
  module: Uint8Array,
  { count, first, end }: VectorSection,
  beginnings: readonly Buffer[],
  replace: Replace,
): OutputMemory {
  const bytes = module.subarray(0, end);
  const output = new OutputMemory((end - first) * 1.25 + 64);
  const isSuspect = suspicion(bytes, beginnings);
  /** The bodies from here on are to be copied as they are. */
  let unchanged = first;
  let start = first;
  for (let index = 0; index < count; index++) {
    const [length, content] = readNumber(bytes, start);
    const bodyEnd = content + length;
    if (bodyEnd > end) throw malformed(`function body at byte ${start} is cut off`);
    if (length <= LONGEST_BODY && isSuspect(content, bodyEnd)) {
      const body = bytes.subarray(0, bodyEnd);
      const changes = changesOf(body, content, replace);
      if (changes.starts.length > 0) {
        output.add(bytes.subarray(unchanged, start));
        writeBody(output, body, content, changes);
        unchanged = bodyEnd;
      }
    }
    start = bodyEnd;
  }
  if (start !== end) throw malformed(`code section has ${end - start} bytes too many`);
  output.add(bytes.subarray(unchanged, end));
  return output;
}

/** The instructions of a body that are replaced, in their order. */
type Changes = {
  readonly starts: number[];
  readonly ends: number[];
  readonly replacements: ArrayLike<number>[];
  /** Bytes that the body gets longer. */
  readonly growth: number;
};

function changesOf(body: Uint8Array, content: number, replace: Replace): Changes {
  const starts: number[] = [];
  const ends: number[] = [];
  const replacements: ArrayLike<number>[] = [];
  let growth = 0;
  for (let at = skipLocals(body, content); at < body.length; ) {
    const end = skipInstruction(body, at);
    const replacement = replace(at, end);
    if (replacement !== undefined) {
      starts.push(at);
      ends.push(end);
      replacements.push(replacement);
      growth += replacement.length - (end - at);
    }
    at = end;
  }
  return { starts, ends, replacements, growth };
}

function writeBody(
  output: OutputMemory,
  body: Uint8Array,
  content: number,
  { starts, ends, replacements, growth }: Changes,
): void {
  output.addNumber(body.length - content + growth);
  let at = content;
  for (const [index, start] of starts.entries()) {
    output.add(body.subarray(at, start));
    output.add(replacements[index] ?? []);
    at = ends[index] ?? start;
  }
  output.add(body.subarray(at));
}

/** Tells of one range after the other, in ascending order, whether one of the beginnings is in it. */
function suspicion(
  bytes: Uint8Array,
  beginnings: readonly Buffer[],
): (start: number, end: number) => boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const next = beginnings.map((beginning) => ({ beginning, at: -1 }));
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
