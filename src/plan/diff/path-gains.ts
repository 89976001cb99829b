import { posix } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { FileResource } from '../../resources/file.ts';
import type { Position } from '../../resources/position.ts';
import { depthOf } from '../linux/tree.ts';
import type { LinuxPlan, Plan, ServedPlan } from '../plan-types.ts';
import type { Gain } from './gain.ts';

/** The rights on a path of the host, and the grant that gives most of them. */
type Reached = { readonly rights: ReadonlySet<string>; readonly position: Position | undefined };

/** Lists the rights on paths of the host that one plan gives and another does not; parts of a listed directory that add nothing are left out. */
export function pathGains(wide: Plan, narrow: Plan): readonly Gain[] {
  const points = [...new Set([...pointsOf(wide), ...pointsOf(narrow)])].toSorted(
    (a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1),
  );
  const told = new Map<string, readonly string[]>();
  const gains: Gain[] = [];
  for (const path of points) {
    const { rights, position } = reach(wide, path);
    const had = reach(narrow, path).rights;
    const gained = [...rights].filter((right) => !had.has(right));
    const above = [...told].findLast(([outer]) => isBeneath(path, outer))?.[1] ?? [];
    if (gained.every((right) => above.includes(right))) {
      if (gained.length === 0 && above.length > 0) told.set(path, []);
      continue;
    }
    told.set(path, gained);
    gains.push({ kind: 'path', what: `${gained.join(', ')} ${path}`, position });
  }
  return gains;
}

function pointsOf(plan: Plan): readonly string[] {
  if (plan.kind !== 'linux')
    return plan.grants.flatMap(({ resource }) =>
      resource instanceof FileResource ? [resource.absolute] : [],
    );
  return plan.linux.entries.flatMap((entry) => {
    if (entry.kind === 'mount' && entry.type !== 'socket') return [entry.path];
    // Something else in a granted directory hides a part of it; a pin withholds it.
    const outer = mountAround(plan, entry.at, entry.kind === 'pin');
    return outer === undefined ? [] : [posix.join(outer.path, posix.relative(outer.at, entry.at))];
  });
}

type Mount = Extract<LinuxPlan['linux']['entries'][number], { kind: 'mount' }>;

function mountAround({ linux }: LinuxPlan, at: string, itself: boolean): Mount | undefined {
  return linux.entries
    .flatMap((entry) =>
      entry.kind === 'mount' && isBeneath(at, entry.at) && (itself || entry.at !== at) ? [entry] : [],
    )
    .toSorted((a, b) => b.at.length - a.at.length)[0];
}

function reach(plan: Plan, path: string): Reached {
  return plan.kind === 'linux' ? reachInWorld(plan, path) : reachServed(plan, path);
}

function reachInWorld({ linux }: LinuxPlan, path: string): Reached {
  const rights = new Set<string>();
  let position: Position | undefined;
  for (const entry of linux.entries) {
    if (entry.kind !== 'mount' || entry.type === 'socket' || !isBeneath(path, entry.path)) continue;
    const at = posix.join(entry.at, posix.relative(entry.path, path));
    const hidden =
      linux.walls === 'all' &&
      linux.entries.some(
        (other) =>
          other.kind !== 'pin' &&
          other !== entry &&
          other.at.length > entry.at.length &&
          isBeneath(at, other.at),
      );
    if (hidden) continue;
    const withheld = linux.entries.some((pin) => pin.kind === 'pin' && pin.readOnly && isBeneath(at, pin.at));
    rights.add('read');
    if (entry.access === 'write' && !withheld) {
      rights.add('change a copy of');
      if (entry.overlay === undefined) rights.add('write');
    }
    if (entry.execute) rights.add('start');
    position = entry.position ?? position;
  }
  return { rights, position };
}

function reachServed({ grants }: ServedPlan, path: string): Reached {
  const rights = new Set<string>();
  let position: Position | undefined;
  for (const { resource, rights: given, position: place } of grants) {
    if (!(resource instanceof FileResource) || !isBeneath(path, resource.absolute)) continue;
    const itself = path === resource.absolute ? given.base : [];
    for (const right of [...itself, ...given.inheriting]) rights.add(right);
    position = place ?? position;
  }
  return { rights, position };
}
