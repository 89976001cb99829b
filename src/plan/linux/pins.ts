import { posix } from 'node:path';
import type { PlannedEntry, PlannedPin } from '../../plan/linux/planned.ts';
import { depthOf } from './tree.ts';

/** Something within a granted directory that the program must not change although it may change the directory. */
export type Withheld = {
  /** The place where the program sees it; of symbolic links the link itself. */
  readonly at: string;
  /** The reason, for people; `undefined` for a link on the way to a grant. */
  readonly why: string | undefined;
};

/**
 * Adds pins: a grant inside a wider one holds only while no directory on the way to it can be moved away and made anew,
 * so each of these directories is mounted on itself. The kernel answers EBUSY then (fs/namei.c, `is_local_mountpoint`).
 *
 * @param entries Parents before children.
 * @returns The same with pins, parents before children.
 */
export function withPins(entries: readonly PlannedEntry[], withheld: readonly Withheld[]): PlannedEntry[] {
  const byPlace = new Map(entries.map((entry) => [entry.at, entry]));
  const pins = new Map<string, PlannedEntry>();
  const pin = (at: string, readOnly: boolean, why: string | undefined): void => {
    const planned: PlannedPin = { kind: 'pin', at, readOnly, withheld: why };
    pins.set(at, { why: 'pin', position: undefined, ...planned });
  };
  const pinWayTo = (at: string): void => {
    if (!isChangeable(nearest(byPlace, posix.dirname(at)))) return;
    for (let here = posix.dirname(at); !byPlace.has(here) && here !== '/'; here = posix.dirname(here))
      if (!pins.has(here)) pin(here, false, undefined);
  };
  for (const { at, why } of withheld) {
    if (byPlace.has(at) || !isChangeable(nearest(byPlace, at))) continue;
    pinWayTo(at);
    pin(at, true, why);
  }
  for (const { at } of entries) if (at !== '/') pinWayTo(at);
  // Entries beneath something read-only are held with it.
  for (const [at] of pins) if (isBeneathReadOnly(pins, at)) pins.delete(at);
  return [...entries, ...pins.values()].sort((a, b) => depthOf(a.at) - depthOf(b.at));
}

function nearest(entries: ReadonlyMap<string, PlannedEntry>, at: string): PlannedEntry | undefined {
  for (let here = at; ; here = posix.dirname(here)) {
    const entry = entries.get(here);
    if (entry !== undefined || here === '/') return entry;
  }
}

/** Tells whether a program can move files in an entry. */
function isChangeable(entry: PlannedEntry | undefined): boolean {
  return (entry?.kind === 'mount' && entry.access === 'write') || entry?.kind === 'tmpfs';
}

function isBeneathReadOnly(pins: ReadonlyMap<string, PlannedEntry>, at: string): boolean {
  for (let here = posix.dirname(at); here !== '/'; here = posix.dirname(here)) {
    const above = pins.get(here);
    if (above?.kind === 'pin' && above.readOnly && above.withheld !== undefined) return true;
  }
  return false;
}
