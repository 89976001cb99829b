import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { OciError } from '../oci-error.ts';
import { writeExisting } from './group-file.ts';

/* The control groups of containers (cgroups(7)): one hierarchy for each controller, or one for all. */

/** The controllers of this host that containers are limited by. */
export type Hierarchies =
  | { readonly version: 2; readonly at: string }
  /** The directory at which each controller's hierarchy is mounted; `name=systemd` has none of its own limits. */
  | { readonly version: 1; readonly at: ReadonlyMap<string, string> };

/** Controllers of version 1, in the names of their mount options. */
const firstControllers = [
  'cpuset',
  'cpu',
  'cpuacct',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'hugetlb',
  'net_cls',
  'net_prio',
  'perf_event',
  'rdma',
  'name=systemd',
] as const;

/**
 * Finds the hierarchies of this host.
 *
 * @param table The text of /proc/self/mountinfo.
 */
export function findHierarchies(table: string = readFileSync('/proc/self/mountinfo', 'utf8')): Hierarchies {
  const first = new Map<string, string>();
  let second: string | undefined;
  for (const line of table.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const at = before.split(' ')[4];
    const [type, , options = ''] = after.split(' ');
    if (at === undefined) continue;
    if (type === 'cgroup2' && second === undefined) second = at;
    if (type !== 'cgroup') continue;
    for (const option of options.split(','))
      if (firstControllers.some((controller) => controller === option) && !first.has(option))
        first.set(option, at);
  }
  if (first.has('memory') || first.has('pids') || second === undefined) return { version: 1, at: first };
  return { version: 2, at: second };
}

/** The groups of one container. */
export type ContainerGroups = {
  readonly version: 1 | 2;
  /** The directory of the group, by controller (version 1) or under the one name `unified`. */
  readonly directories: ReadonlyMap<string, string>;
};

/**
 * Checks `linux.cgroupsPath`.
 *
 * @returns A path within the hierarchies.
 * @throws OciError
 */
export function groupPath(path: string | undefined, id: string): string {
  const chosen = path ?? `/${id}`;
  if (/^[^/]*:[^/]*:[^/]*$/.test(chosen))
    throw new OciError(
      `linux.cgroupsPath ${JSON.stringify(chosen)} is for systemd; set the engine's cgroup manager to cgroupfs`,
    );
  const steps = chosen.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.includes('..') || steps.length === 0)
    throw new OciError(`linux.cgroupsPath is ${JSON.stringify(chosen)}, expected a path without '..'`);
  return steps.join('/');
}

/** The groups of a path, which need not be there. */
export function groupsAt(hierarchies: Hierarchies, path: string): ContainerGroups {
  if (hierarchies.version === 2)
    return { version: 2, directories: new Map([['unified', join(hierarchies.at, path)]]) };
  const found = [...hierarchies.at].map(([controller, at]) => [controller, join(at, path)] as const);
  return { version: 1, directories: new Map(found) };
}

/** The controllers of version 2 that groups above a container's must hand on. */
const secondControllers = ['cpuset', 'cpu', 'io', 'memory', 'pids', 'hugetlb'];

/** The most turns in which groups above one are made again that were removed meanwhile. */
const TURNS = 100;

/** Makes the groups and those above them. @throws Error of Node */
export function makeGroups(hierarchies: Hierarchies, path: string): void {
  const roots = hierarchies.version === 2 ? [hierarchies.at] : [...new Set(hierarchies.at.values())];
  for (const root of roots)
    for (let turn = 1; ; turn++)
      try {
        makeGroup(hierarchies, root, path.split('/'));
        break;
      } catch (error) {
        // An engine removes a group above when its last container has ended, which may be between two steps.
        if (turn === TURNS || !hasCode(error, 'ENOENT')) throw error;
      }
}

function makeGroup(hierarchies: Hierarchies, root: string, steps: readonly string[]): void {
  let directory = root;
  for (const step of steps) {
    if (hierarchies.version === 2) handOn(directory);
    const next = join(directory, step);
    try {
      mkdirSync(next);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (root === (hierarchies.version === 1 ? hierarchies.at.get('cpuset') : undefined))
      inheritSets(directory, next);
    directory = next;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function handOn(directory: string): void {
  for (const controller of secondControllers) {
    try {
      writeExisting(join(directory, 'cgroup.subtree_control'), `+${controller}`);
    } catch {
      // A controller that this group does not have; a limit that needs it fails when it is set.
    }
  }
}

/** A group of processors begins empty, and takes no process until it has some. */
function inheritSets(above: string, directory: string): void {
  for (const name of ['cpuset.cpus', 'cpuset.mems']) {
    if (readFileSync(join(directory, name), 'latin1').trim() !== '') continue;
    writeExisting(join(directory, name), readFileSync(join(above, name), 'latin1').trim());
  }
}

/** Removes groups that are empty; those that others use stay. */
export function removeGroups(directories: readonly string[]): void {
  for (const directory of directories) {
    try {
      rmdirSync(directory);
    } catch {
      // Others are in it, or it is gone.
    }
  }
}
