import type { FileOwner } from './fuse-wire.ts';

/** The descriptors with which the process that serves an encrypted directory starts. */
export const ServerDescriptor = {
  /** A file with a `BeginServing`, as JSON. */
  begin: 3,
  /** The encrypted directory, open for reading, and locked. */
  folder: 4,
  /** A socket on which it is sent the device by which it serves. */
  intake: 5,
} as const;

/** The message with which it starts. */
export type BeginServing = {
  /** The process that it ends with. */
  readonly parent: number;
  /** The directory's key, in hexadecimal digits. */
  readonly key: string;
  readonly writes: boolean;
  /** The owner that all files have for the program. */
  readonly owner: FileOwner;
  /** Mechanisms that the user accepts to be missing. */
  readonly accept: readonly string[];
  /** The name of the directory, for messages. */
  readonly name: string;
};
