import { InputError } from './input.ts';

/** Two digits for each byte, with a space between bytes. */
export function printHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('hex')
    .replace(/..(?!$)/g, '$& ');
}

/**
 * Reads pairs of hexadecimal digits; white space may stand anywhere.
 *
 * @param name how the message calls the input.
 * @throws {InputError}
 */
export function parseHex(text: string, name: string): Uint8Array {
  const wrong = /[^0-9A-Fa-f\s]/u.exec(text);
  if (wrong !== null) {
    const line = text.slice(0, wrong.index).split('\n').length;
    throw new InputError(
      `Cannot read '${name}': ${JSON.stringify(wrong[0])} in line ${line} is no hexadecimal digit`,
    );
  }
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0) {
    throw new InputError(`Cannot read '${name}': the number of hexadecimal digits is odd (${digits.length})`);
  }
  return Buffer.from(digits, 'hex');
}
