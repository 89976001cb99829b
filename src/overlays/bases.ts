import { join } from 'node:path';
import { readPathNote, writeNote } from './note.ts';
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
  writeNote(join(folder, FILE), JSON.stringify([...seen]));
}

function readSeen({ folder, record }: Located): Seen {
  const isRun = (run: unknown): run is number =>
    typeof run === 'number' && Number.isInteger(run) && run >= 0 && run < record.runs.length;
  return readPathNote(join(folder, FILE), (run) => (isRun(run) ? run : undefined));
}

/** Gives the time that the state of the host is no younger than over which a path was changed. */
export function baseTimes(overlay: Located): (path: string) => bigint {
  const seen = readSeen(overlay);
  const { runs } = overlay.record;
  return (path) => runs[seen.get(path) ?? runs.length - 1] ?? 0n;
}
