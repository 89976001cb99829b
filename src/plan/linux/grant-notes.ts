import { posix } from 'node:path';
import type { PlannedEntry } from './planned.ts';

/**
 * Notes the gaps of a grant, for people: a mount is of the file at the path when the program started, and the
 * kernel takes it away where a process outside renames something over it (fs/namei.c, `detach_mounts`).
 *
 * @param entries All of the program's world.
 */
export function grantNotes(entry: PlannedEntry, entries: readonly PlannedEntry[]): readonly string[] {
  if (entry.kind !== 'mount') return [];
  const { type, access, overlay, encrypt } = entry;
  const within = access === 'read' && liesInWritable(entry.at, entries);
  return [
    ...(overlay === undefined
      ? []
      : ['A directory of the host can be copied in it, but not renamed (EXDEV)']),
    ...(encrypt === undefined
      ? []
      : [
          'Names, sizes, times and targets of links are not encrypted, and an old version of a whole file is not told from a new one',
        ]),
    ...(within ? ['Does not hold for a file that another process of the host puts in its place'] : []),
    ...(type === 'file' && !within ? ['It stays the present file, also when that is replaced outside'] : []),
    ...(type === 'file' && access === 'write'
      ? ['It is written in place: saving it by a rename needs its directory']
      : []),
  ];
}

function liesInWritable(at: string, entries: readonly PlannedEntry[]): boolean {
  for (let here = posix.dirname(at); ; here = posix.dirname(here)) {
    const above = entries.find((other) => other.kind === 'mount' && other.at === here);
    if (above?.kind === 'mount') return above.access === 'write';
    if (here === '/') return false;
  }
}
