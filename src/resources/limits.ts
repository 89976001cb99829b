import { MOST_THREADS } from '../kernel/waiting.ts';
import { Fields, type ReadContext } from './fields.ts';
import { readDuration, readSize } from './quantity.ts';
import type { Written } from './written.ts';

/** Limits on a process as a whole. */
export type Limits = {
  /** Bytes of memory the program may have. */
  readonly memory?: number;
  /** Time from start to the end, in milliseconds. */
  readonly wallClock?: number;
  /** Threads the program may have at once, the first included. */
  readonly threads?: number;
};

/** One page of WebAssembly; no program has less. */
const MIN_MEMORY = 2 ** 16;
const MAX_MEMORY = 2 ** 40;

/** The longest time a timer can wait. */
const MAX_WALL_CLOCK = 2 ** 31 - 1;

/**
 * Reads `limits`: `memory` such as 64 MiB, `wall_clock` such as 10s, and `threads`. Without them nothing is limited but
 * threads, to `DEFAULT_THREADS`.
 */
export function readLimits(written: Written | undefined, context: ReadContext): Limits {
  if (written === undefined) return {};
  const fields = Fields.read(written, ['memory', 'wall_clock', 'threads'], context);
  if (fields === undefined) return {};
  const memory = readSize(fields, 'memory', MIN_MEMORY, MAX_MEMORY);
  const wallClock = readDuration(fields, 'wall_clock', 1, MAX_WALL_CLOCK);
  const threads = fields.integer('threads', 1, MOST_THREADS);
  return {
    ...(memory === undefined ? {} : { memory }),
    ...(wallClock === undefined ? {} : { wallClock }),
    ...(threads === undefined ? {} : { threads }),
  };
}
