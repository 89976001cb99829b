import type { Readable, Writable } from 'node:stream';

/** A program that is to be started, here or on a cluster. */
export type ClaimOptions = {
  /** The grants: a document, as `cloudabi-run` takes one. Relative paths in it start in the folder of the claim. */
  readonly grants: string;
  /**
   * Files of the claim's folder when the program starts, by relative paths; a path that ends with a slash is an empty folder. None
   * by default.
   */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Milliseconds after which the program is ended; no end by default. */
  readonly timeLimit?: number;
  /** Bytes of memory that it may have; no limit by default. */
  readonly memory?: number;
};

/** The end of a claimed program. */
export type ClaimEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'limit'; readonly limit: 'time' | 'memory' }
  /** It was ended by a signal or by `end()`, or did not begin. */
  | { readonly kind: 'ended'; readonly reason: string };

/** A confined program that runs, here or on a cluster. */
export type ClaimedProgram = {
  /** Its standard input, where the grants have `!fd stdin`. */
  readonly input: Writable;
  /** All that it prints, to standard output and standard error, in its order. */
  readonly output: Readable;
  /** Resolves at its end. Never rejects. */
  readonly exited: Promise<ClaimEnd>;
  /**
   * Writes a file of the claim's folder, and the folders above it.
   *
   * @throws ClaimError
   */
  write(path: string, bytes: string | Uint8Array): Promise<void>;
  /**
   * Reads a file of the claim's folder, also when the program has ended: until `end()`, on a cluster until the time limit. No
   * symbolic link is followed.
   *
   * @throws ClaimError
   */
  read(path: string): Promise<Uint8Array>;
  /** Ends the program, and removes all that belongs to it. */
  end(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A mistake in what was claimed, or a cluster that does not do it. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

/** The largest file that is read or written, in bytes. */
export const MOST_CLAIMED = 0x4000000;

/**
 * Checks a path of the claim's folder.
 *
 * @returns Its parts.
 * @throws ClaimError
 */
export function claimPath(path: string): readonly string[] {
  const parts = path.replace(/\/$/, '').split('/');
  if (path.includes('\0') || path.length > 1024 || parts.some((part) => ['', '.', '..'].includes(part)))
    throw new ClaimError(
      `'${path}' is no path within the folder of a claim: expected a relative one without '..', such as 'in/data.txt'`,
    );
  return parts;
}

/** The bytes of a file, of which there may not be too many. @throws ClaimError */
export function claimBytes(path: string, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > MOST_CLAIMED)
    throw new ClaimError(`File '${path}' has ${bytes.length} bytes, more than the ${MOST_CLAIMED} allowed`);
  return bytes;
}
