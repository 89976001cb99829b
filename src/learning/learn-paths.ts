import { liftToCaches } from './caches.ts';
import type { HeldBack, LearnedPaths } from './learned.ts';
import { joinGrants, liesWithin, type PathGrant } from './path-grants.ts';
import type { PathNeed } from './path-needs.ts';
import type { Sensitivity } from './sensitive.ts';

/** The facts about a host and a user that grants depend on. */
export type LearningContext = {
  /** The home directory, without symbolic links. */
  readonly home: string;
  readonly sensitivity: Sensitivity;
  /** Tells which directories are never granted as a whole. */
  readonly isBroad: (real: string) => boolean;
  /** Finds the kind of a file when the program has ended; `undefined` for a path without one. */
  readonly kindNow: (real: string) => 'file' | 'directory' | 'other' | undefined;
  /** Lists a directory as it is now. */
  readonly listNames: (real: string) => readonly string[];
};

/** Files about the machine: programs go on without them, and no grant for them is needed. */
const optionalPlaces: readonly string[] = ['/sys'];

/** Makes the smallest grants for what a program did. Paths that its base gives must have been left out. */
export function learnPaths(needs: readonly PathNeed[], context: LearningContext): LearnedPaths {
  const grants: PathGrant[] = [];
  const sensitive: HeldBack[] = [];
  const optional: HeldBack[] = [];
  const looked: string[] = [];
  const notes: string[] = [];
  for (const need of needs) {
    const found = need.kind === 'directory' ? directoryGrants(need, context, notes) : fileGrants(need, notes);
    if (found.length === 0 && need.kind === 'directory') looked.push(need.real);
    for (const grant of found) {
      const reason = context.sensitivity(grant.real);
      const opened = [...need.uses].some((use) => use !== 'look');
      if (optionalPlaces.some((place) => liesWithin(grant.real, place)))
        optional.push({ grant, reason: 'facts about the machine, which programs do without' });
      else if (reason === undefined) grants.push(grant);
      else if (opened) sensitive.push({ grant, reason });
    }
  }
  const joined = joinGrants(liftToCaches(grants, context.home), context.isBroad);
  return {
    grants: joined.toSorted((a, b) => (a.real < b.real ? -1 : 1)),
    sensitive: joinWithheld(sensitive, context),
    optional: joinWithheld(optional, context),
    looked: looked.filter(
      (path) => !joined.some(({ real }) => liesWithin(path, real) || liesWithin(real, path)),
    ),
    notes,
  };
}

function fileGrants({ real, kind, uses }: PathNeed, notes: string[]): readonly PathGrant[] {
  if (kind === 'device') {
    if (uses.has('read') || uses.has('write'))
      notes.push(`It used the device ${real}: --write ${real} grants it`);
    return [];
  }
  // A socket is granted for connecting, and links are where their directory is.
  if (kind !== 'file') return [];
  return [{ real, directory: false, write: uses.has('write'), execute: uses.has('execute') }];
}

function directoryGrants(
  { real, uses, names }: PathNeed,
  context: LearningContext,
  notes: string[],
): readonly PathGrant[] {
  const { isBroad } = context;
  const execute = uses.has('execute');
  const write = uses.has('names') || uses.has('write');
  if (!isBroad(real)) {
    if (!write && !uses.has('list') && !execute) return [];
    return [{ real, directory: true, write, execute }];
  }
  if (uses.has('list'))
    notes.push(
      `It listed ${real}, which is not granted as a whole: it sees the names there that are granted`,
    );
  return [...names].flatMap((name) =>
    madeGrants(real === '/' ? `/${name}` : `${real}/${name}`, execute, context, notes),
  );
}

/** Grants for a name that the program has made in a directory that is not granted as a whole. */
function madeGrants(
  path: string,
  execute: boolean,
  context: LearningContext,
  notes: string[],
): readonly PathGrant[] {
  const kind = context.kindNow(path);
  if (kind === 'directory' && context.isBroad(path))
    return context.listNames(path).flatMap((name) => madeGrants(`${path}/${name}`, execute, context, notes));
  if (kind === 'file' || kind === 'directory')
    return [
      { real: path, directory: kind === 'directory', write: true, execute, note: 'made by the program' },
    ];
  notes.push(
    `It made or removed ${path}: that needs a grant of the directory, which holds much else and is not granted`,
  );
  return [];
}

function joinWithheld(all: readonly HeldBack[], { isBroad }: LearningContext): readonly HeldBack[] {
  const byReason = new Map<string, PathGrant[]>();
  for (const { grant, reason } of all) byReason.set(reason, [...(byReason.get(reason) ?? []), grant]);
  return [...byReason].flatMap(([reason, grants]) =>
    joinGrants(grants, isBroad).map((grant) => ({ grant, reason })),
  );
}
