import { bytesOf, isUtf8, textOf } from '../../host/files/host-path.ts';
import { ShapeError, type WireShape } from '../shape.ts';
import { kindOfWire } from '../wire.ts';

/** Bytes of the longest path (limits.h: PATH_MAX, with the NUL at its end). */
const MAX_PATH = 4095;

const WORDS = `a path of at most ${MAX_PATH} bytes, as a text, or as a binary where it is not UTF-8`;

/** A path beneath a directory. In our own process, bytes that are not UTF-8 are lone surrogates (host-path.ts). */
export const pathShape: WireShape<string> = {
  words: WORDS,
  type: 'string | Uint8Array',
  samples: ['a', 'a/b', Uint8Array.of(0xff)],
  read: (value, path) => {
    const text = value instanceof Uint8Array ? textOf(value) : value;
    if (typeof text !== 'string' || bytesOf(text).length > MAX_PATH || text.includes('\0'))
      throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(value)}`);
    return text;
  },
  write: (value) => (isUtf8(value) ? value : new Uint8Array(bytesOf(value))),
};
