import { closeSync, constants, fsyncSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import {
  type FolderKey,
  LONGEST_KEY,
  LONGEST_MARK,
  MARK_NAME,
  newMark,
  readMark,
  SHORTEST_KEY,
} from '../../encryption/folder-key.ts';
import { type SecretSource, secretBytes } from '../../requests/secret.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';
import { quote } from '../../resources/written.ts';

/** An encrypted directory whose key is wanted. */
export type KeyedDirectory = {
  /** A descriptor of it. */
  readonly descriptor: number;
  /** Its path, for messages. */
  readonly path: string;
  readonly from: SecretSource;
  /** True if an empty directory becomes an encrypted one. */
  readonly makes: boolean;
  readonly position: Position | undefined;
  readonly place: string;
};

/**
 * Finds the key of an encrypted directory, by the user's secret and the file in it that says how it is encrypted, and makes that file in
 * an empty one.
 *
 * @throws ResourceError that never has the secret in it.
 */
export function directoryKey({ descriptor, path, from, makes, position, place }: KeyedDirectory): FolderKey {
  const wrong = (message: string): ResourceError => new ResourceError(message, position, place);
  const { name, bytes } = bytesOfKey(from, wrong);
  const secret = withoutLineEnd(bytes);
  if (secret.length < SHORTEST_KEY)
    throw wrong(
      `The key of ${name} has ${secret.length} bytes, and ${SHORTEST_KEY} random ones are needed; make one with 'head -c 32 /dev/urandom > FILE'`,
    );
  if (secret.length > LONGEST_KEY)
    throw wrong(`The key of ${name} has more than the ${LONGEST_KEY} bytes allowed`);
  try {
    const mark = readMarkOf(descriptor);
    if (mark === undefined) {
      if (readdirSync(`/proc/self/fd/${descriptor}`).length > 0)
        throw wrong(
          `${quote(path)} has files that are not encrypted; name an empty directory, and copy them into it with a program`,
        );
      if (!makes) throw wrong(`${quote(path)} is not encrypted yet; a program that may write it makes it so`);
      return makeMark(descriptor, secret);
    }
    const found = readMark(mark, secret);
    if (found.kind === 'key') return found.key;
    throw wrong(
      found.kind === 'other key'
        ? `The key of ${name} is not that of ${quote(path)}`
        : `Cannot read ${quote(`${path}/${MARK_NAME}`)}, which says how the directory is encrypted`,
    );
  } catch (error) {
    if (error instanceof ResourceError) throw error;
    throw wrong(`Cannot look into ${quote(path)}: ${reasonOf(error)}`);
  }
}

function bytesOfKey(
  from: SecretSource,
  wrong: (message: string) => ResourceError,
): ReturnType<typeof secretBytes> {
  try {
    return secretBytes(from);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

/** A line end behind a key of text does not count: editors and `echo` write one. */
function withoutLineEnd(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  return /^[\x20-\x7e]+\r?\n$/.test(text) ? Buffer.from(text.replace(/\r?\n$/, ''), 'latin1') : bytes;
}

function markPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor}/${MARK_NAME}`;
}

function readMarkOf(directory: number): string | undefined {
  let file: number;
  try {
    file = openSync(markPath(directory), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const room = Buffer.alloc(LONGEST_MARK);
    return room.toString('utf8', 0, readSync(file, room, 0, room.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Without the file, nothing in the directory could be read: it is on the disk before anything else is. */
function makeMark(directory: number, secret: Buffer): FolderKey {
  const { text, key } = newMark(secret);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = openSync(markPath(directory), flags, 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return key;
}
