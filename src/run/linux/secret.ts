import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { SHORTEST_SECRET } from '../../requests/credential.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';
import type { SecretSource } from '../../resources/request-grant.ts';
import { quote } from '../../resources/written.ts';

/** Most bytes of a secret. */
const LONGEST_SECRET = 4096;

/** Milliseconds in which a command must have printed its secret: a person may have to unlock a store. */
const COMMAND_TIME = 120_000;

/**
 * Reads a secret from its source. A line end at its end does not count.
 *
 * @throws ResourceError that says what is wrong with the source, and never has the secret in it.
 */
export function readSecret(from: SecretSource, position: Position | undefined): string {
  const wrong = (message: string): ResourceError => new ResourceError(message, position, 'network');
  const [name, text] = textOf(from, wrong);
  const secret = text.replace(/\r?\n$/, '');
  if (secret.length > LONGEST_SECRET)
    throw wrong(`The secret of ${name} has more than the ${LONGEST_SECRET} characters allowed`);
  if (!/^[\x21-\x7e]+$/.test(secret))
    throw wrong(`The secret of ${name} is empty or has characters that no header of HTTP can have`);
  if (secret.length < SHORTEST_SECRET)
    throw wrong(
      `The secret of ${name} has fewer than ${SHORTEST_SECRET} characters: it could not be told from other text in answers`,
    );
  return secret;
}

type Wrong = (message: string) => ResourceError;

function textOf(from: SecretSource, wrong: Wrong): readonly [name: string, text: string] {
  switch (from.kind) {
    case 'environment': {
      const value = process.env[from.name];
      if (value === undefined)
        throw wrong(
          `There is no environment variable ${quote(from.name)} to take a secret from; set it first`,
        );
      return [from.name, value];
    }
    case 'file':
      return [quote(from.path), readFile(from.path, wrong)];
    case 'command':
      return [quote(from.words.join(' ')), printedBy(from.words, wrong)];
  }
}

function readFile(path: string, wrong: Wrong): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const room = Buffer.alloc(LONGEST_SECRET + 3);
    return room.toString('utf8', 0, readSync(descriptor, room, 0, room.length, null));
  } catch (error) {
    throw wrong(`Cannot read the secret in ${quote(path)}: ${reasonOf(error)}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function printedBy([program = '', ...args]: readonly string[], wrong: Wrong): string {
  const { error, status, signal, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: COMMAND_TIME,
    maxBuffer: LONGEST_SECRET + 3,
  });
  if (error) throw wrong(`Cannot take a secret from ${quote(program)}: ${reasonOf(error)}`);
  if (status !== 0)
    throw wrong(`Cannot take a secret from ${quote(program)}: it ended with ${signal ?? `status ${status}`}`);
  return stdout;
}
