import { resolve } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { userHome } from '../../host/files/user-folders.ts';
import type { CommandParts } from '../../resources/command.ts';
import { pathProblem } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { spell } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { Walls } from '../../worlds/world.ts';
import { SYSTEM_DIRECTORIES } from './base.ts';
import type { Identity } from './identity.ts';
import type { PlannedTree } from './tree.ts';

/** The home of a program whose user has none that could be its own. */
const OTHER_HOME = '/home/program';

/** Directories that no home covers, since programs need what they hold. */
const NO_HOMES: readonly string[] = [...SYSTEM_DIRECTORIES, '/etc', '/dev', '/proc', '/sys', '/tmp'];

/**
 * Finds where a program sees a home of its own: where that of its user lies, so that paths beneath it mean the same as
 * outside.
 *
 * @param home The home of the user, absolute; by default that of the launcher.
 */
export function homeInside(home: string | undefined = userHome()): string {
  const path = resolve('/', home ?? OTHER_HOME);
  if (path === '/' || pathProblem(path) !== undefined) return OTHER_HOME;
  return NO_HOMES.some((directory) => isBeneath(path, directory)) ? OTHER_HOME : path;
}

/** The plan that a home is put into. */
export type HomeContext = {
  readonly walls: Walls;
  readonly tree: PlannedTree;
  readonly mistakes: Mistakes;
  /** The user that the program becomes; `undefined` for that of the launcher. */
  readonly user: Identity | undefined;
};

/**
 * Adds the home of the program to its grants, and puts one in memory into its world.
 *
 * @param at The place where the program sees it.
 */
export function withHome(parts: CommandParts, at: string, context: HomeContext): CommandParts {
  const { home } = parts.linux;
  const { walls, tree, mistakes, user } = context;
  if (home === undefined) return parts;
  const key = spell('home', parts.spelling);
  if (parts.environment.has('HOME'))
    mistakes.add(`'${key}' sets HOME, which the environment sets, too; leave one out`, home.position);
  if (parts.directories.has(at) || parts.linux.files.has(at))
    mistakes.add(`'${key}' is seen at ${quote(at)}, where another grant lies; leave one out`, home.position);
  if (walls === 'landlock')
    mistakes.add(`'${key}' needs namespaces, in which a home of the program's own can lie`, home.position);
  const environment = new Map([...parts.environment, ['HOME', at] as const]);
  if (home.kind === 'kept')
    return { ...parts, environment, directories: new Map([[at, home.directory], ...parts.directories]) };
  const owner = user && { owner: { uid: user.uid, gid: user.gid } };
  tree.put({ kind: 'tmpfs', at, execute: true, mode: 0o700, ...owner, why: key, position: home.position });
  return { ...parts, environment };
}
