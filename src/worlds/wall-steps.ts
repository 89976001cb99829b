import type { CallList } from '../host/processes/call-list.ts';
import { LANDLOCK_RULE_PATH_BENEATH } from '../linux/landlock.ts';
import { AT_FDCWD, O_CLOEXEC, O_NOFOLLOW, O_PATH } from '../linux/open-flags.ts';
import {
  APPROVED_ACCESS,
  entryAccess,
  FILE_ACCESS,
  landlockHoldsFiles,
  landlockReach,
  pathRule,
  ROOT_ACCESS,
} from './landlock-domain.ts';
import type { World, WorldEntry } from './world.ts';

/* The steps that complete the Landlock domain of a program with what only its own root has, and enter it. */

/** Entries that exist only in the new root, for which a rule cannot be made outside. */
function isMadeInside({ kind }: WorldEntry): boolean {
  return ['tmpfs', 'overlay', 'encrypted', 'text', 'cover', 'terminals', 'proc', 'cgroup'].includes(kind);
}

/** A directory without a path in the root, and the access beneath it. */
export type HeldDirectory = { readonly descriptor: number; readonly access: number };

/**
 * Puts the process behind the domain of the program.
 *
 * @param more Directories that are nowhere in the root.
 */
export function addWall(
  list: CallList,
  ruleset: number,
  world: World,
  more: readonly HeldDirectory[] = [],
): void {
  const { entries, walls } = world;
  const words = 'raise the second wall';
  const { files } = landlockReach();
  const add = (at: string, access: number): void => {
    const subject = `${words} around ${at}`;
    const flags = O_PATH | O_CLOEXEC | O_NOFOLLOW;
    // The result is stored where the rule has its descriptor.
    const rule = list.data(`rule for ${at}`, [pathRule(access & files, 0)]);
    const file = list.slotAt(rule, 8);
    list.call(subject, 'openat', [AT_FDCWD, list.text(at), flags, 0], { result: file });
    list.call(subject, 'landlock_add_rule', [ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0]);
    list.call(subject, 'close', [file]);
  };
  if (walls === 'all' && landlockHoldsFiles(world)) {
    add('/', ROOT_ACCESS);
    for (const entry of entries) if (isMadeInside(entry)) add(entry.at, entryAccess(entry));
    // A rule for the copy itself: the file beneath has none that lets it be executed.
    for (const { at } of world.approved ?? []) add(at, APPROVED_ACCESS);
    for (const { entry, directory } of world.template?.shared ?? []) {
      const access = entryAccess(entry) & (directory ? -1 : FILE_ACCESS);
      if (access !== 0) add(entry.at, access);
    }
  }
  for (const { descriptor, access } of more) {
    if ((access & files) === 0 || !landlockHoldsFiles(world)) continue;
    const rule = list.data(`rule for descriptor ${descriptor}`, [pathRule(access & files, descriptor)]);
    list.call(words, 'landlock_add_rule', [ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0]);
  }
  list.call(words, 'landlock_restrict_self', [ruleset, 0], { needs: 'landlock' });
}
