import { posix } from 'node:path';
import type { CommandParts } from '../../resources/command.ts';
import type { FileResource } from '../../resources/file.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Walls } from '../../worlds/world.ts';
import type { SteeringCheck } from '../steering/overlaps.ts';
import { steeringProblem } from '../steering/refusals.ts';
import type { Withheld } from './pins.ts';
import type { PlannedTree } from './tree.ts';

/** Options for finding the files that must be withheld. */
export type SteeringContext = {
  readonly parts: CommandParts;
  readonly walls: Walls;
  readonly check: SteeringCheck;
  readonly mistakes: Mistakes;
};

/**
 * Lists files of writable directories that decide how later programs are started: a Linux program can see them there, but not
 * change them. A file that cannot be withheld is a mistake.
 */
export function withheldSteering(
  tree: PlannedTree,
  { parts, walls, check, mistakes }: SteeringContext,
): Withheld[] {
  const written = writtenPaths(parts);
  const found: Withheld[] = [];
  for (const entry of tree.entries()) {
    if (entry.kind !== 'mount' || entry.access !== 'write' || entry.type === 'device') continue;
    // The host's files stay as they are.
    if (entry.overlay !== undefined) continue;
    for (const overlap of check.overlapsOf(entry.path)) {
      const held = walls === 'all' && overlap.place.whenMissing !== 'refuse';
      if (overlap.kind === 'within' || !held) {
        const shown = written.get(entry.why) ?? entry.path;
        const problem = steeringProblem(shown, overlap, 'a program that Landlock alone holds');
        mistakes.add(problem, entry.position, entry.why);
        break;
      }
      const at = posix.join(entry.at, overlap.at);
      // Another grant may lie there.
      if (tree.covering(at) === entry) found.push({ at, why: overlap.place.what });
    }
  }
  return found;
}

/** The paths of grants as the user wrote them, by their places. */
function writtenPaths({ directories, linux }: CommandParts): ReadonlyMap<string, string> {
  const of = (kind: string, grants: ReadonlyMap<string, FileResource>): [string, string][] =>
    [...grants].map(([name, grant]) => [`${kind}[${JSON.stringify(name)}]`, grant.path]);
  return new Map([...of('directories', directories), ...of('files', linux.files)]);
}
