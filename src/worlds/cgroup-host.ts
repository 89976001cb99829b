import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isBeneath } from '../host/files/beneath.ts';
import { CGROUP2_SUPER_MAGIC } from '../linux/mounts.ts';

/** The period in which the time of processors is divided, in microseconds. */
export const CPU_PERIOD = 100_000;

/** The resources that a control group can limit. */
export type Controller = 'memory' | 'pids' | 'cpu';

/** The place where this process may make control groups that limit something. */
export type CgroupPlace = {
  readonly version: 1 | 2;
  /** New groups are directories in this one. */
  readonly directory: string;
};

/** The settings of a new group, by controller. */
export type CgroupLimits = readonly CgroupLimit[];

/** One controller's part. */
export type CgroupLimit = {
  readonly controller: Controller;
  readonly place: CgroupPlace;
  /** Bytes, processes, or processors' worth of time. */
  readonly value: number;
};

type Mount = {
  readonly root: string;
  readonly at: string;
  readonly version: 1 | 2;
  readonly options: readonly string[];
};

/** Deeper groups are not looked at. */
const MAX_DEPTH = 32;

/**
 * Finds where groups can be made for each controller (cgroups(7)). Nothing is changed.
 *
 * @param proc For tests: where /proc is.
 */
export function cgroupPlaces(proc = '/proc'): ReadonlyMap<Controller, CgroupPlace> {
  const places = new Map<Controller, CgroupPlace>();
  const mounts = readMounts(read(join(proc, 'self/mountinfo')) ?? '');
  const own = readOwn(read(join(proc, 'self/cgroup')) ?? '');
  for (const controller of ['memory', 'pids', 'cpu'] as const) {
    const place = placeOfFirst(controller, mounts, own) ?? placeOfSecond(controller, mounts, own);
    if (place !== undefined) places.set(controller, place);
  }
  return places;
}

/** Version 1: a hierarchy for each controller; groups are made beneath our own. */
function placeOfFirst(
  controller: Controller,
  mounts: readonly Mount[],
  own: ReadonlyMap<string, string>,
): CgroupPlace | undefined {
  const mount = mounts.find(({ version, options }) => version === 1 && options.includes(controller));
  const path = own.get(controller);
  const directory = mount && path !== undefined ? beneath(mount, path) : undefined;
  return directory !== undefined && isWritable(directory) ? { version: 1, directory } : undefined;
}

/**
 * Version 2: one hierarchy. A group with processes cannot have limited groups beneath it, so ours are made beside the
 * one we are in: in the nearest group above that hands the controller on and that we may write to.
 */
function placeOfSecond(
  controller: Controller,
  mounts: readonly Mount[],
  own: ReadonlyMap<string, string>,
): CgroupPlace | undefined {
  const mount = mounts.find(({ version }) => version === 2);
  const path = own.get('');
  let directory = mount && path !== undefined ? beneath(mount, path) : undefined;
  for (let depth = 0; directory !== undefined && depth < MAX_DEPTH; depth++) {
    const handedOn = (read(join(directory, 'cgroup.subtree_control')) ?? '').split(/\s+/);
    if (handedOn.includes(controller) && isWritable(directory) && isWritable(join(directory, 'cgroup.procs')))
      return { version: 2, directory };
    if (directory === mount?.at) break;
    directory = posix.dirname(directory);
  }
  return undefined;
}

/** The directory of a group; `undefined` when the mount does not show it. */
function beneath({ root, at }: Mount, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  if (!isBeneath(path, root)) return undefined;
  return posix.join(at, root === '/' ? path : path.slice(root.length));
}

/** Lines of proc(5), /proc/[pid]/mountinfo. */
function readMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, at] = before.split(' ').map(unquote);
    const [type, , options = ''] = after.split(' ');
    if (root === undefined || at === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    if (type === 'cgroup2' && !isSecond(at)) return [];
    return [{ root, at, version: type === 'cgroup' ? 1 : 2, options: options.split(',') }];
  });
}

/** Blanks in paths are written as `\040`. */
function unquote(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Tells whether something else is mounted over it by now. */
function isSecond(path: string): boolean {
  try {
    return statfsSync(path).type === CGROUP2_SUPER_MAGIC;
  } catch {
    return false;
  }
}

/** Lines such as `4:memory:/system.slice`; the line of version 2 has no controller. */
function readOwn(text: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== undefined && path !== undefined)
      for (const controller of controllers.split(',')) own.set(controller, path);
  }
  return own;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
