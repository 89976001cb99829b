import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OverlayError } from './overlay-error.ts';
import type { OverlayRecord } from './record.ts';
import { upperEntries } from './upper.ts';

/*
 * A program sees files of the host as they are at its time, until it changes one. An overlay that several runs go on with
 * has changes that were made over older states of the host than others: this remembers which run each began in.
 */

const FILE = 'seen.json';

/** Paths by the index of the run in which each was in the upper directory first. */
type Seen = ReadonlyMap<string, number>;

type Located = { readonly folder: string; readonly record: OverlayRecord };

/** Notes the paths that are in the upper directory before another run begins. */
export function recordSeen(overlay: Located): void {
  const { folder, record } = overlay;
  const known = readSeen(overlay);
  const seen = new Map<string, number>();
  const run = record.runs.length - 1;
  for (const { path } of upperEntries(join(folder, 'upper'))) seen.set(path, known.get(path) ?? run);
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, JSON.stringify([...seen]), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

function readSeen({ folder, record }: Located): Seen {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new OverlayError(`Cannot read '${join(folder, FILE)}': ${String(error)}`);
  }
  if (!Array.isArray(value)) throw new OverlayError(`'${join(folder, FILE)}' is no list of paths`);
  return new Map(
    value.flatMap((pair: unknown): [string, number][] => {
      if (!Array.isArray(pair)) return [];
      const [path, run]: unknown[] = pair;
      const known = typeof run === 'number' && Number.isInteger(run) && run >= 0 && run < record.runs.length;
      return typeof path === 'string' && known ? [[path, run]] : [];
    }),
  );
}

/** Gives the time that the state of the host is no younger than over which a path was changed. */
export function baseTimes(overlay: Located): (path: string) => bigint {
  const seen = readSeen(overlay);
  const { runs } = overlay.record;
  return (path) => runs[seen.get(path) ?? runs.length - 1] ?? 0n;
}
