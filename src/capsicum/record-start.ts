import type { Right } from '../walls/descriptor-rights.ts';
import type { Access } from './keep.ts';

/** The facts that a recorder begins with, as JSON; a second line has the number of its listener. */
export type RecordStart = {
  /** The process that is recorded. */
  readonly process: number;
  /** Kept directories by their real absolute paths. */
  readonly kept: readonly { readonly path: string; readonly access: readonly Access[] }[];
  /** Files that capability mode lets Node read, by path. */
  readonly files: readonly string[];
  /** Paths of which attributes stay known. */
  readonly known: readonly string[];
  /** Limited descriptors with the rights that are left. */
  readonly limited: readonly { readonly descriptor: number; readonly rights: readonly Right[] }[];
};

/** One violation on its way from the recorder, as a line of JSON. */
export type RecordedCall = {
  readonly thread: number;
  readonly call: number;
  /** The answer of capability mode: `-errno`. */
  readonly result: number;
  /** The six arguments, in decimal digits. */
  readonly arguments: readonly string[];
  readonly path?: string;
  /** The second path or the bytes of an address, in base64. */
  readonly second?: string;
};

/** Descriptors of the recorder: its start, what it has recorded, and a byte for each record. */
export const RecorderDescriptor = { start: 3, records: 4, wake: 5 } as const;
