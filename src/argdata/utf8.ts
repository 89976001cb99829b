import { ArgdataError } from './errors.ts';

/**
 * Checks that `bytes[start, end)` is UTF-8 as the Unicode standard has it (table 3-7): no over-long
 * forms, no surrogates, nothing above U+10FFFF, nothing cut short.
 *
 * @throws {ArgdataError} `bad-utf8` or `surrogate`, at the first byte of the bad character.
 */
export function checkUtf8(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      at++;
      continue;
    }
    const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) throw badUtf8(bytes, at, end);
    if (at + size > end) throw badUtf8(bytes, at, end);
    const second = bytes[at + 1] ?? 0;
    // The second byte carries the limits that the first one leaves open.
    const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) throw badUtf8(bytes, at, end);
    for (let i = 2; i < size; i++) {
      if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) throw badUtf8(bytes, at, end);
    }
    at += size;
  }
}

function badUtf8(bytes: Uint8Array, at: number, end: number): ArgdataError {
  const first = bytes[at] ?? 0;
  const second = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  if (first === 0xed && second >= 0xa0 && second <= 0xbf) {
    return new ArgdataError('surrogate', at, 'A string holds a surrogate, which UTF-8 does not allow');
  }
  const hex = first.toString(16).padStart(2, '0');
  return new ArgdataError('bad-utf8', at, `A string is not UTF-8: the character that starts with ${hex}`);
}
