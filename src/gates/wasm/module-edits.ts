import { writeNumber } from './binary.ts';

/** A range of a module's bytes, which may be empty, and what is to stand there instead. */
export type Edit = {
  readonly start: number;
  readonly end: number;
  readonly bytes: readonly number[];
};

/** A piece of a module with its length in front: a section or a function body. */
export type Sized = {
  /** The first byte of the length. */
  readonly start: number;
  /** The first byte behind the length. */
  readonly content: number;
  readonly end: number;
};

/** Adds to the edits of a piece that of its length. */
export function resized({ start, content, end }: Sized, edits: readonly Edit[]): readonly Edit[] {
  if (edits.length === 0) return edits;
  const length = edits.reduce(
    (sum, edit) => sum + edit.bytes.length - (edit.end - edit.start),
    end - content,
  );
  return [{ start, end: content, bytes: writeNumber(length) }, ...edits];
}

/** A module with edits, no two of which overlap. */
export function edited(module: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, bytes } of edits.toSorted((one, other) => one.start - other.start)) {
    parts.push(module.subarray(at, start), Uint8Array.from(bytes));
    at = end;
  }
  return Buffer.concat([...parts, module.subarray(at)]);
}
