import { readFileSync } from 'node:fs';

/** A mistake in the user's input; its message is all that is shown. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'usage';
}

/** The bytes of an input, and how messages call it. */
export interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a whole file, or standard input for `-` and nothing.
 *
 * @throws {InputError} when it cannot be read.
 */
export function readInput(file: string | undefined): Input {
  const name = file === undefined || file === '-' ? '<stdin>' : file;
  try {
    return { name, bytes: readFileSync(name === '<stdin>' ? 0 : name) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = typeof code === 'string' ? (REASONS.get(code) ?? code) : String(error);
    throw new InputError(`Cannot read '${name}': ${reason}`);
  }
}

const REASONS = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['EAGAIN', 'no data is available'],
]);

/** @throws {InputError} when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`Cannot read '${name}': it is not UTF-8 text`);
  }
}
