import type { AccessUse } from '../learning/access.ts';
import { broadFor } from '../learning/broad.ts';
import { isDoneWithout, isNeverNeeded } from '../learning/done-without.ts';
import { type LearningContext, learnPaths } from '../learning/learn-paths.ts';
import type { LearnedPaths } from '../learning/learned.ts';
import { liesWithin } from '../learning/path-grants.ts';
import type { PathNeed } from '../learning/path-needs.ts';
import { plainSensitivePlaces, sensitivityFor } from '../learning/sensitive.ts';
import { SYSTEM_DIRECTORIES } from '../plan/linux/base.ts';
import type { ReachedPlace, WorldReach } from '../plan/linux/world-reach.ts';
import type { LinuxPlan } from '../plan/plan-types.ts';
import { kindNow, listNames, realOr } from './learned-host.ts';
import { type AddedOptions, type Asked, planWith } from './learned-plan.ts';

/** A base, and what a program needs besides it. */
export type ChosenBase = {
  readonly base: string;
  /** The parts of a world that are asked for by themselves. */
  readonly parts: { readonly tmp: boolean; readonly dev: boolean; readonly proc: boolean };
  readonly needs: readonly PathNeed[];
  readonly plan: LinuxPlan;
  /** Paths that the program itself needs. */
  readonly added: readonly string[];
};

/** Needs in directories of the base system up to which a program does with the minimal base. */
const MOST_BESIDE_MINIMAL = 3;

/** The network that a program needs besides the one that its user has given it. */
export type NeededNetwork = 'none' | 'loopback' | 'hosts';

/** A rule for a host that does not exist (RFC 2606). */
const NO_RULE = 'learn.invalid:443';

const NO_PARTS = { tmp: false, dev: false, proc: false };

/** Chooses the smallest base that leaves little to be granted, unless the user has chosen one. */
export function chooseBase(asked: Asked, used: readonly PathNeed[], network: NeededNetwork): ChosenBase {
  // Other networks than the host's bring their own.
  const resolves = asked.given.get('--network') === 'host';
  const all = used.filter(
    ({ real, paths }) => !isNeverNeeded(real) && (resolves || !paths.has('/etc/resolv.conf')),
  );
  const base = asked.given.get('--base');
  if (base !== 'system') {
    const minimal = beside(asked, all, network, base ?? 'minimal');
    const needs = minimal.needs.filter((need) => !isDispensable(need));
    const inSystem = needs.filter(isOfSystem);
    if (base !== undefined || (inSystem.length <= MOST_BESIDE_MINIMAL && !inSystem.some(isStarted)))
      return { ...minimal, needs };
  }
  return beside(asked, all, network, 'system');
}

function isDispensable({ real, paths }: PathNeed): boolean {
  return isDoneWithout(real) || [...paths].every(isDoneWithout);
}

function isOfSystem({ real, uses }: PathNeed): boolean {
  const used = [...uses].some((use) => use !== 'look');
  return used && [...SYSTEM_DIRECTORIES, '/etc', '/var'].some((directory) => liesWithin(real, directory));
}

function isStarted({ uses }: PathNeed): boolean {
  return uses.has('execute');
}

function beside(asked: Asked, all: readonly PathNeed[], network: NeededNetwork, base: string): ChosenBase {
  const own = base === 'system' ? [] : (['tmp', 'dev', 'proc'] as const);
  const { given } = asked;
  const free = own.filter((part) => !given.has(`--${part}`) && !given.has(`--no-${part}`));
  const words: AddedOptions = [
    ...(given.has('--base') ? [] : [['--base', base] as const]),
    // Names are looked up by other files then.
    ...(network === 'hosts' ? [['--net', NO_RULE] as const] : []),
    ...(network === 'loopback' ? [['--network', network] as const] : []),
    ...free.map((part) => [`--${part}`] as const),
  ];
  const { plan, reach, added } = planWith(asked, words);
  const needs = all.flatMap((need) => uncovered(need, reach));
  const parts = { ...NO_PARTS };
  for (const part of free)
    parts[part] = all.some(
      (need) => liesWithin(need.real, `/${part}`) && !needs.includes(need) && isUsed(need),
    );
  return { base, parts, needs, plan, added };
}

function isUsed({ real, uses }: PathNeed): boolean {
  return real !== '/tmp' || [...uses].some((use) => use !== 'look');
}

/** Takes away the uses that a world allows already. */
function uncovered(need: PathNeed, reach: WorldReach): readonly PathNeed[] {
  const places = [...need.paths].map((path) => reach.at(path));
  const uses = [...need.uses].filter((use) => !places.every((place) => gives(place, use, need)));
  if (uses.length === 0) return [];
  return uses.length === need.uses.size ? [need] : [{ ...need, uses: new Set(uses) }];
}

/** Tells whether a program can use a path so. */
export function gives(
  place: ReachedPlace | undefined,
  use: AccessUse,
  { real }: Pick<PathNeed, 'real'>,
): boolean {
  if (place === undefined || (place.host !== undefined && place.host !== real)) return false;
  switch (use) {
    case 'look':
    case 'read':
      return true;
    // A directory of the world alone shows what was granted in it.
    case 'list':
      return place.host === real || place.write;
    case 'write':
    case 'names':
      return place.write;
    case 'execute':
      return place.execute;
  }
}

/** Makes the grants for needs that a base leaves. */
export function pathsBeside({ needs, plan }: ChosenBase): LearnedPaths {
  return learnPaths(needs, learningContext(plan.linux.workingDirectory));
}

/** The facts about this host and its user. */
export function learningContext(workingDirectory: string): LearningContext {
  const home = realOr(process.env['HOME'] ?? '/root');
  const sensitive = plainSensitivePlaces(home).filter((path) => kindNow(path) !== undefined);
  return {
    home,
    sensitivity: sensitivityFor(home),
    isBroad: broadFor({ home, workingDirectory: realOr(workingDirectory), sensitive }),
    kindNow,
    listNames,
  };
}
