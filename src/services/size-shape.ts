import { parseSize } from '../text/units.ts';
import { ShapeError, type WireShape } from './shape.ts';
import { kindOfWire } from './wire.ts';

const WORDS = "a number of bytes, such as 4096 or '1MiB'";

/** A number of bytes, as a number or with its unit. @param most The greatest. */
export function sizeShape(most: number): WireShape<number> {
  return {
    words: WORDS,
    type: 'number',
    samples: [4096, '1MiB', 0],
    read: (value, path) => {
      const size = typeof value === 'string' ? parseSize(value) : value;
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > most)
        throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(value)}`);
      return size;
    },
    write: (value) => value,
  };
}
