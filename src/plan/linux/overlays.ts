import { posix } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { mountTable } from '../../host/files/mount-table.ts';
import { OverlayError } from '../../overlays/overlay-error.ts';
import { makeStateFolder, stateFolder, statePath } from '../../overlays/state-folder.ts';
import type { CommandParts } from '../../resources/command.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import type { Limits } from '../../resources/limits.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { type Spelling, spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { Walls } from '../../worlds/world.ts';
import type { PlannedMount } from './planned.ts';
import type { PlannedTree } from './tree.ts';

/* Directories whose changes are kept aside, and the folder in which they are kept. */

/** Says why the changes of a directory cannot be kept aside; `undefined` when they can. */
export function overlayProblem(
  { path, type, access }: PlannedMount,
  file: HeldFile | string | undefined,
  walls: Walls,
  spelling: Spelling,
): string | undefined {
  const what = `Changes of ${quote(path)} cannot be kept aside`;
  if (walls === 'landlock')
    return `${what}: an overlay is a mount, which needs namespaces; leave '${spellSetting('walls', 'landlock', spelling)}' out`;
  if (type !== 'directory') return `${what}: it is a ${type}; keep those of its directory aside`;
  if (access !== 'write')
    return `${what}: the rights on it allow none; leave 'rights' out, or add 'write', 'create' and 'remove'`;
  const real = file instanceof HeldFile ? file.real : path;
  const submount = mountTable().find(({ point }) => point !== real && isBeneath(point, real));
  if (submount !== undefined)
    return `${what}: ${quote(submount.point)} is a file system of its own, which an overlay does not show; keep the changes of directories aside that hold no other`;
  const folder = realState();
  if (isBeneath(folder, real))
    return `${what}: they would be kept in the directory itself, in ${quote(folder)}; set XDG_STATE_HOME to a directory outside`;
  return undefined;
}

/** Refuses a limit on changes that are kept aside where none are. */
export function checkChangesLimit({ changes }: Limits, parts: CommandParts, mistakes: Mistakes): void {
  if (changes === undefined) return;
  if ([...parts.directories.values()].some(({ overlay }) => overlay !== undefined)) return;
  mistakes.add(
    "Limit 'changes' is for changes that are kept aside, and no directory is granted with 'overlay'",
    parts.limitsGiven.get('changes'),
  );
}

/** The folder without links, as far as it exists. */
function realState(): string {
  try {
    return stateFolder() ?? statePath();
  } catch (error) {
    if (error instanceof OverlayError) return statePath();
    throw error;
  }
}

/**
 * Hides the folder of kept changes from a program whose own changes are kept: a program that could read or change it
 * would see those of others, or change what is reviewed. An empty directory in memory lies over it.
 */
export function hideState(tree: PlannedTree, files: HeldFiles, mistakes: Mistakes): void {
  const mounts = tree.entries().filter((entry) => entry.kind === 'mount');
  if (!mounts.some(({ overlay }) => overlay !== undefined)) return;
  let folder: string | undefined;
  for (const entry of mounts) {
    if (entry.overlay !== undefined) continue;
    const real = files.real(entry.path);
    const wanted = realState();
    if (isBeneath(real, wanted)) {
      mistakes.add(
        `Cannot grant ${quote(entry.path)}: changes that are kept aside lie there`,
        entry.position,
        entry.why,
      );
      continue;
    }
    if (!isBeneath(wanted, real)) continue;
    try {
      folder ??= makeStateFolder();
    } catch (error) {
      if (!(error instanceof OverlayError)) throw error;
      mistakes.add(error.message, entry.position, entry.why);
      return;
    }
    const at = posix.join(entry.at, posix.relative(real, folder));
    if (tree.covering(at) === entry)
      tree.put({
        kind: 'tmpfs',
        at,
        size: 65536,
        mode: 0o700,
        execute: false,
        why: 'base',
        position: undefined,
      });
  }
}
