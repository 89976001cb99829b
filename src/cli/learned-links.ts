import { linkTarget } from '../host/files/path-trace.ts';
import { grantWords, type LearnedGrants, type SeenGrant } from '../learning/grants-text.ts';
import { liesWithin } from '../learning/path-grants.ts';
import type { PathNeed } from '../learning/path-needs.ts';
import type { WorldReach } from '../plan/linux/world-reach.ts';
import type { LinuxPlan } from '../plan/plan-types.ts';
import type { Command } from '../resources/command.ts';
import { kindNow, realOr } from './learned-host.ts';
import { type ChosenBase, gives } from './learned-paths.ts';
import { type Asked, planWith } from './learned-plan.ts';

/** Grants that were planned, and what they still lack. */
export type CheckedGrants = {
  readonly grants: LearnedGrants;
  readonly plan: LinuxPlan;
  readonly command: Command;
  /** Paths that the program used and would not reach. */
  readonly lacking: readonly string[];
};

/** Plans the grants, and adds those for names that lead through links of the host which are not granted themselves. */
export function completeGrants(asked: Asked, { needs }: ChosenBase, grants: LearnedGrants): CheckedGrants {
  const first = planWith(asked, grantWords(grants));
  const lost = lackingPaths(needs, first.reach);
  const links = new Map<string, SeenGrant>();
  for (const { path, need } of lost) {
    const link = linkOn(path, first.reach);
    if (link === undefined) continue;
    const target = realOr(link);
    const covering = grants.paths.find(
      (grant) => liesWithin(target, grant.path) || liesWithin(need.real, grant.path),
    );
    if (covering === undefined) continue;
    const { write, execute } = covering;
    const directory = kindNow(target) === 'directory';
    links.set(link, { path: target, at: link, directory, write, execute, note: `${link} is a link to it` });
  }
  if (links.size === 0)
    return { grants, plan: first.plan, command: first.command, lacking: lost.map(({ path }) => path) };
  const more = { ...grants, paths: [...grants.paths, ...links.values()] };
  const second = planWith(asked, grantWords(more));
  return {
    grants: more,
    plan: second.plan,
    command: second.command,
    lacking: lackingPaths(needs, second.reach).map(({ path }) => path),
  };
}

type Lost = { readonly path: string; readonly need: PathNeed };

function lackingPaths(needs: readonly PathNeed[], reach: WorldReach): readonly Lost[] {
  return needs.flatMap((need) =>
    [...need.paths]
      .filter((path) => {
        const place = reach.at(path);
        return [...need.uses].some((use) => use !== 'look' && !gives(place, use, need));
      })
      .map((path) => ({ path, need })),
  );
}

/** The first link on the way to a path that the program does not find. */
function linkOn(path: string, reach: WorldReach): string | undefined {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  let here = '';
  for (const step of steps) {
    if (step === '..') return undefined;
    here += `/${step}`;
    const target = linkTarget(here);
    if (target === undefined) return undefined;
    if (target !== '' && reach.at(here) === undefined) return here;
  }
  return undefined;
}
