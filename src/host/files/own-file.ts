import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { S_IWGRP, S_IWOTH } from '../../linux/stat.ts';

/** Bits of a mode with which others than the owner can write. */
export const WRITE_OF_OTHERS: number = S_IWGRP | S_IWOTH;

/** A file that another user could have written. The message says which, and names its path. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
}

/** A file with its attributes, as both were when it was read. */
export type OwnFile = { readonly bytes: Buffer; readonly attributes: Stats };

/**
 * Says why others than this user and root could have written a file or directory; `undefined` for nothing.
 *
 * @param what Its path, or another name for people.
 */
export function foreignProblem(
  what: string,
  { uid, mode }: Stats,
  user = process.geteuid?.(),
): string | undefined {
  if (uid !== 0 && uid !== user) return `'${what}' belongs to user ${uid}`;
  if ((mode & WRITE_OF_OTHERS) !== 0) return `'${what}' can be written by others than its owner`;
  return undefined;
}

/**
 * Reads a file that no other user can have written. It is judged after it was opened, and the directories on the way
 * are opened one after another, so that none is exchanged in between.
 *
 * @param directories A directory and those beneath it that lead to the file, as names; each must be safe, too.
 * @param name The last step.
 * @param most Bytes that it may have at most.
 * @returns `undefined` when there is none.
 * @throws ForeignFileError; Error of Node when it cannot be read.
 */
export function readOwnFile(directories: readonly string[], name: string, most: number): OwnFile | undefined {
  let shown = '';
  let at: number | undefined;
  try {
    for (const step of directories) {
      const next = open(at, step, constants.O_DIRECTORY);
      if (at !== undefined) closeSync(at);
      at = next;
      if (at === undefined) return undefined;
      shown = shown === '' ? step : `${shown}/${step}`;
      refuseForeign(shown, fstatSync(at));
    }
    const file = open(at, name, 0);
    if (file === undefined) return undefined;
    try {
      return readAll(file, shown === '' ? name : `${shown}/${name}`, most);
    } finally {
      closeSync(file);
    }
  } finally {
    if (at !== undefined) closeSync(at);
  }
}

function refuseForeign(shown: string, attributes: Stats): void {
  const problem = foreignProblem(shown, attributes);
  if (problem !== undefined) throw new ForeignFileError(problem);
}

/** Opens beneath a directory; of the first step, links are followed: it is the user's own setting. */
function open(at: number | undefined, step: string, flags: number): number | undefined {
  const path = at === undefined ? step : `/proc/self/fd/${at}/${step}`;
  const nofollow = at === undefined ? 0 : constants.O_NOFOLLOW;
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | nofollow | flags);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readAll(file: number, shown: string, most: number): OwnFile {
  const attributes = fstatSync(file);
  if (!attributes.isFile()) throw new ForeignFileError(`'${shown}' is not a regular file`);
  refuseForeign(shown, attributes);
  const bytes = readOpenFile(file, most);
  if (bytes === undefined) throw new ForeignFileError(`'${shown}' has more than ${most} bytes`);
  return { bytes, attributes };
}

/** Reads an open regular file from its beginning; `undefined` when it has more than `most` bytes. */
export function readOpenFile(file: number, most: number): Buffer | undefined {
  const bytes = Buffer.alloc(most + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = readSync(file, bytes, length, bytes.length - length, length);
  return length > most ? undefined : bytes.subarray(0, length);
}
