import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { errnoMeaning } from '../linux/errno.ts';
import { printable } from '../text/printable.ts';
import { SHORTEST_SECRET } from './credential.ts';

/** The source of a secret, outside the program. */
export type SecretSource =
  /** A variable of the launcher's environment. */
  | { readonly kind: 'environment'; readonly name: string }
  /** A file, of which a line end at the end does not count. */
  | { readonly kind: 'file'; readonly path: string }
  /** A command without a shell; its standard output is read as a file is. */
  | { readonly kind: 'command'; readonly words: readonly string[] };

/** Most bytes of a secret. */
const LONGEST_SECRET = 4096;

/** Milliseconds in which a command must have printed its secret: a person may have to unlock a store. */
const COMMAND_TIME = 120_000;

/**
 * Reads a secret from its source. A line end at its end does not count.
 *
 * @throws Error that says what is wrong with the source, and never has the secret in it.
 */
export function readSecretOf(from: SecretSource): string {
  const { name, bytes } = secretBytes(from);
  const secret = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (secret.length > LONGEST_SECRET)
    throw new Error(`The secret of ${name} has more than the ${LONGEST_SECRET} characters allowed`);
  if (!/^[\x21-\x7e]+$/.test(secret))
    throw new Error(`The secret of ${name} is empty or has characters that no header of HTTP can have`);
  if (secret.length < SHORTEST_SECRET)
    throw new Error(
      `The secret of ${name} has fewer than ${SHORTEST_SECRET} characters: it could not be told from other text in answers`,
    );
  return secret;
}

/**
 * Reads the bytes of a source, and says how the source is called.
 *
 * @throws Error, as above.
 */
export function secretBytes(from: SecretSource): { readonly name: string; readonly bytes: Buffer } {
  switch (from.kind) {
    case 'environment': {
      const value = process.env[from.name];
      if (value === undefined)
        throw new Error(
          `There is no environment variable ${quoted(from.name)} to take a secret from; set it first`,
        );
      return { name: from.name, bytes: Buffer.from(value) };
    }
    case 'file':
      return { name: quoted(from.path), bytes: readFile(from.path) };
    case 'command':
      return { name: quoted(from.words.join(' ')), bytes: printedBy(from.words) };
  }
}

function readFile(path: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const room = Buffer.alloc(LONGEST_SECRET + 3);
    return room.subarray(0, readSync(descriptor, room, 0, room.length, null));
  } catch (error) {
    throw new Error(`Cannot read the secret in ${quoted(path)}: ${meaningOf(error)}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function printedBy([program = '', ...args]: readonly string[]): Buffer {
  const { error, status, signal, stdout } = spawnSync(program, args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: COMMAND_TIME,
    maxBuffer: LONGEST_SECRET + 3,
  });
  if (error) throw new Error(`Cannot take a secret from ${quoted(program)}: ${meaningOf(error)}`);
  if (status !== 0)
    throw new Error(
      `Cannot take a secret from ${quoted(program)}: it ended with ${signal ?? `status ${status}`}`,
    );
  return stdout;
}

function meaningOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (typeof errno === 'number') return errnoMeaning(Math.abs(errno));
  return error instanceof Error ? error.message : String(error);
}

function quoted(text: string): string {
  return `'${printable(text, 80)}'`;
}
