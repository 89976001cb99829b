import { realpathSync } from 'node:fs';

/*
 * Names that are not UTF-8. Linux knows paths, arguments and variables as bytes; here they are strings, in which each
 * byte that is no UTF-8 is a lone surrogate from U+DC80, as in Python (PEP 383). No other string has those.
 */

/** UTF-8 sequences of more than a byte (Unicode, table 3-7), or else a single byte, in a string of bytes. */
const PIECES =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** A surrogate that is no part of a pair. */
const SURROGATE = /\p{Surrogate}/u;

const FIRST_BYTE = 0x80;
const SURROGATES = 0xdc00;

/** Reads bytes as text, keeping those that are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes).toString('latin1');
  return latin.replace(PIECES, (piece) => {
    const code = piece.charCodeAt(0);
    if (piece.length === 1) return String.fromCharCode(SURROGATES + code);
    return Buffer.from(piece, 'latin1').toString();
  });
}

/** The bytes of a text that `textOf` has read. */
export function bytesOf(text: string): Buffer {
  if (isUtf8(text)) return Buffer.from(text);
  const pieces: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = code - SURROGATES;
    pieces.push(byte >= FIRST_BYTE && byte <= 0xff ? Buffer.of(byte) : Buffer.from(character));
  }
  return Buffer.concat(pieces);
}

/** Says whether a text is UTF-8 as bytes. */
export function isUtf8(text: string): boolean {
  return !SURROGATE.test(text);
}

/** A path as the functions of `node:fs` take it: they would alter bytes that are not UTF-8 in a string. */
export function hostPath(path: string): string | Buffer {
  return isUtf8(path) ? path : bytesOf(path);
}

/** The character that stands in a string of `node:fs` for bytes that are not UTF-8. */
const REPLACED = '\ufffd';

/**
 * Finds the path without symbolic links (realpath(3)).
 *
 * @throws The error of `realpathSync.native`.
 */
export function realPathOf(path: string): string {
  const asked = hostPath(path);
  const real = realpathSync.native(asked);
  return real.includes(REPLACED) ? textOf(realpathSync.native(asked, { encoding: 'buffer' })) : real;
}
