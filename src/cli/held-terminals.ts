import { readlinkSync } from 'node:fs';
import { isBeneath } from '../host/files/beneath.ts';
import { isTerminal } from '../host/files/terminal.ts';
import type { Plan } from '../plan/plan-types.ts';
import { FdResource } from '../resources/fd.ts';

/**
 * Names the grants by which a program would hold a terminal of its user. It could write over a question there, or read
 * the answer away.
 */
export function heldTerminals(plan: Plan): readonly string[] {
  const held = plan.grants.flatMap(({ resource, descriptor, place }) => {
    if (!(resource instanceof FdResource) || !isTerminal(resource.number)) return [];
    const replaced = plan.kind === 'linux' && plan.linux.terminal && descriptor <= 2;
    return replaced ? [] : [place];
  });
  if (plan.kind !== 'linux') return held;
  const terminals = [0, 1, 2].filter(isTerminal).map((stream) => readlinkSync(`/proc/self/fd/${stream}`));
  const mounted = plan.linux.entries.flatMap((entry) =>
    entry.kind === 'mount' && terminals.some((path) => isBeneath(path, entry.path)) ? [entry.at] : [],
  );
  return [...held, ...mounted];
}

/** Tells whether a Linux program holds our standard input itself, so that nothing else may read from it. */
export function holdsInput(plan: Plan): boolean {
  const given = plan.grants.some(
    ({ resource, descriptor }) => descriptor === 0 && resource instanceof FdResource,
  );
  return given && !isTerminal(0);
}
