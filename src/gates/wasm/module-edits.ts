import { findSection, readNumber, writeNumber } from './binary.ts';
import { malformed } from './module-error.ts';

/** A range of a module's bytes, which may be empty, and the bytes to replace it. */
export type Edit = {
  readonly start: number;
  readonly end: number;
  readonly bytes: ArrayLike<number>;
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
    parts.push(module.subarray(at, start), bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes));
    at = end;
  }
  return Buffer.concat([...parts, module.subarray(at)]);
}

/** A section that is a vector: how many items, and where the first one starts. */
export type VectorSection = Sized & { readonly count: number; readonly first: number };

/**
 * A section that is a vector.
 *
 * @throws ModuleError when there is none.
 */
export function vectorSection(bytes: Uint8Array, id: number): VectorSection {
  const found = findSection(bytes, id);
  if (found === undefined) throw malformed(`section ${id} is missing`);
  const [count, first] = readNumber(bytes.subarray(0, found.end), found.content);
  return { ...found, count, first };
}

/** The edits that append items to a vector. */
export function appended(
  { content, first, end, count }: VectorSection,
  items: readonly (readonly number[])[],
): readonly Edit[] {
  return [
    { start: content, end: first, bytes: writeNumber(count + items.length) },
    { start: end, end, bytes: items.flat() },
  ];
}
