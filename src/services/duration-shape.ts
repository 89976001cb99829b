import { parseDuration } from '../text/units.ts';
import { ShapeError, type WireShape } from './shape.ts';
import { kindOfWire } from './wire.ts';

/** The longest time a timer can wait, in milliseconds. */
const MAX_DURATION = 2 ** 31 - 1;

const WORDS = "a duration with its unit, such as '10s'";

/** A duration in milliseconds, which is written with its unit. */
export const durationShape: WireShape<number> = {
  words: WORDS,
  type: 'string',
  samples: ['1s', '250ms', '1min'],
  read: (value, path) => {
    const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
    if (milliseconds === undefined || milliseconds < 1 || milliseconds > MAX_DURATION)
      throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(value)}`);
    return milliseconds;
  },
  write: (value) => `${value}ms`,
};
