import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { isBeneath } from '../host/files/beneath.ts';
import { close } from '../host/files/files.ts';
import { mountTable } from '../host/files/mount-table.ts';
import { duplicate } from '../host/files/new-descriptors.ts';
import type { TrapPlace, UnnotedPlace } from '../host/trap/install.ts';
import { LandlockAccess } from '../walls/landlock.ts';
import { CapsicumError } from './errors.ts';

/** The access beneath a kept directory. */
export type Access =
  /** Read files, list directories. */
  | 'read'
  /** Change the contents of files that exist. */
  | 'write'
  /** Make files, directories and links. */
  | 'create'
  /** Remove and rename. */
  | 'remove';

/** The access that `'all'` stands for. */
export const allAccess: readonly Access[] = ['read', 'write', 'create', 'remove'];

/** A directory that stays reachable. */
export type Kept = {
  /** A path, or a descriptor of an open directory, which is reached by the path it was opened with. */
  readonly directory: string | number;
  readonly access: Access | 'all' | readonly Access[];
};

/** Directories by path, or as a list. */
export type Keep = Readonly<Record<string, Kept['access']>> | readonly Kept[];

/** A kept directory, opened. */
export type OpenKept = {
  /** The absolute path it is reached by. */
  readonly path: string;
  readonly descriptor: number;
  readonly access: ReadonlySet<Access>;
};

const landlock: Readonly<Record<Access, number>> = {
  read: LandlockAccess.readFile | LandlockAccess.readDir,
  write: LandlockAccess.writeFile | LandlockAccess.truncate,
  create: LandlockAccess.makeReg | LandlockAccess.makeDir | LandlockAccess.makeSym | LandlockAccess.refer,
  remove: LandlockAccess.removeFile | LandlockAccess.removeDir | LandlockAccess.refer,
};

/** The Landlock rights that an access needs. */
export function landlockOfKept(access: ReadonlySet<Access>): number {
  return [...access].reduce((bits, one) => bits | landlock[one], 0);
}

/** Brings the ways to write `keep` down to one: absolute path to access. */
export function normalizeKeep(keep: Keep): Map<string, Set<Access>> {
  const list: readonly Kept[] = isList(keep)
    ? keep
    : Object.entries(keep).map(([directory, access]) => ({ directory, access }));
  const kept = new Map<string, Set<Access>>();
  for (const { directory, access } of list) {
    const path = typeof directory === 'number' ? pathOf(directory) : resolve(directory);
    const wanted = access === 'all' ? allAccess : typeof access === 'string' ? [access] : access;
    const unknown = wanted.find((one) => !allAccess.includes(one));
    if (unknown !== undefined || wanted.length === 0) {
      throw new CapsicumError(
        'bad_option',
        `The access to '${path}' is '${unknown ?? 'nothing'}': expected 'all' or some of ${allAccess.join(', ')}`,
      );
    }
    kept.set(path, new Set([...(kept.get(path) ?? []), ...wanted]));
  }
  return kept;
}

function isList(keep: Keep): keep is readonly Kept[] {
  return Array.isArray(keep);
}

function pathOf(descriptor: number): string {
  const path = fstatSync(descriptor).isDirectory() ? readlinkSync(`/proc/self/fd/${descriptor}`) : '';
  if (!isAbsolute(path)) {
    throw new CapsicumError('bad_option', `Descriptor ${descriptor} is not a directory that has a path`);
  }
  return path;
}

/** Opens a file that stays open when the thread ends: Node closes what workers have opened. */
export function openForProcess(path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  if (isMainThread) return descriptor;
  try {
    return duplicate(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writing to `/proc/PID/mem` changes memory that is sealed (proc_pid_mem(5)), lookups among it, which would then find
 * names everywhere.
 *
 * @throws CapsicumError for a file system of processes that could be written to, unless the root is kept with it.
 */
function refuseProcesses(opened: readonly OpenKept[]): void {
  const writable = opened.filter(({ access }) => access.has('write')).map(({ path }) => path);
  const reals = writable.map((path) => realpathSync(path));
  if (writable.length === 0 || reals.includes('/')) return;
  const points = mountTable().flatMap(({ type, point }) => (type === 'proc' ? [point] : []));
  const index = reals.findIndex((real) =>
    points.some((point) => isBeneath(real, point) || isBeneath(point, real)),
  );
  if (index < 0) return;
  throw new CapsicumError(
    'bad_option',
    `Cannot keep '${writable[index]}' with 'write': it holds files of processes, through which this one could change ` +
      "its own memory and look outside. Keep directories beside them, or this one with 'read'",
  );
}

/**
 * Opens the directories to keep.
 *
 * @throws CapsicumError for a path that is no directory, and for one with less than a kept directory around it; nothing
 *   stays open then.
 */
export function openKept(kept: ReadonlyMap<string, ReadonlySet<Access>>): OpenKept[] {
  const opened: OpenKept[] = [];
  try {
    for (const [path, access] of kept) {
      const descriptor = openForProcess(path, constants.O_RDONLY | constants.O_DIRECTORY);
      opened.push({ path, descriptor, access });
    }
    refuseNarrower(opened);
    refuseProcesses(opened);
  } catch (error) {
    for (const { descriptor } of opened) close(descriptor);
    if (error instanceof CapsicumError) throw error;
    const cause = error instanceof Error && 'code' in error ? error.code : error;
    const path = [...kept.keys()][opened.length];
    throw new CapsicumError(
      'bad_option',
      `Cannot keep '${path}': it cannot be opened as a directory (${cause})`,
    );
  }
  return opened;
}

/**
 * Refuses a directory that is kept with less than one around it: Landlock extends the rights of a directory to everything
 * beneath it, so that nothing would hold the difference.
 */
function refuseNarrower(opened: readonly OpenKept[]): void {
  const real = opened.map(({ descriptor }) => readlinkSync(`/proc/self/fd/${descriptor}`));
  for (const [inner, { path, access }] of opened.entries())
    for (const [outer, around] of opened.entries()) {
      if (!isBeneath(real[inner] ?? '', real[outer] ?? '')) continue;
      const more = [...around.access].filter((one) => !access.has(one));
      if (more.length > 0)
        throw new CapsicumError(
          'bad_option',
          `Cannot keep '${path}' without '${more.join("' and '")}': it lies in '${around.path}', which is kept with that, and so is everything in it. Keep both with the same access, or directories beside each other`,
        );
    }
}

/** Every path from the root to `path`, without `path` itself; the root's name is empty. */
function waysTo(path: string): string[] {
  const ways: string[] = [];
  for (let way = path; way !== '/'; ) {
    way = dirname(way);
    ways.push(way === '/' ? '' : way);
  }
  return ways;
}

/** A file that stays readable: its directory is held, and Landlock gives this file alone. */
export type KeptFile = { readonly path: string; readonly directory: number };

/**
 * Finds the places to which paths will lead: into kept directories, by the name they were given, by their real one and
 * by their path from the working directory; from the working directory, when it lies in one of them; to single files.
 * What lies on the way to them, and `known` paths, keep their attributes and links, so that real paths can still be
 * found.
 */
export function placesFor(
  kept: readonly OpenKept[],
  files: readonly KeptFile[],
  known: readonly string[],
  unnoted: readonly UnnotedPlace[],
  workingDirectory: number | undefined,
): TrapPlace[] {
  const directories = new Map<string, number>();
  for (const { path, descriptor } of kept) {
    const real = realpathSync(path);
    for (const name of [path, real]) directories.set(name === '/' ? '' : name, descriptor);
    // Paths from the working directory, whose name is always its real one, and which stays the same.
    const fromHere = relative(process.cwd(), real);
    if (fromHere !== '') directories.set(fromHere, descriptor);
  }
  const learned = new Set<string>();
  for (const path of [...kept.map((one) => one.path), ...known]) {
    const real = realpathSync(path);
    for (const way of [...waysTo(path), ...waysTo(real)]) learned.add(way);
    if (known.includes(path)) learned.add(path).add(real);
  }
  const inside = (name: string): boolean =>
    [...directories.keys()].some((directory) => isBeneath(name, directory));
  return [
    ...[...directories].map(([name, descriptor]): TrapPlace => {
      const link = isAbsolute(name) && lstatSync(name).isSymbolicLink();
      return { kind: 'directory', name, descriptor, link };
    }),
    ...files.map(({ path, directory }): TrapPlace => ({ kind: 'file', name: path, descriptor: directory })),
    ...[...learned].filter((name) => !inside(name)).map((name): TrapPlace => ({ kind: 'known', name })),
    ...unnoted.filter(({ name }) => !inside(name)),
    ...(workingDirectory === undefined
      ? []
      : [{ kind: 'relative', descriptor: workingDirectory } satisfies TrapPlace]),
  ];
}

/** The kept directory that the working directory lies in, if any, opened as a place for relative paths to begin. */
export function openWorkingDirectory(kept: readonly OpenKept[]): number | undefined {
  const here = process.cwd();
  const inside = kept.some(({ path }) => isBeneath(here, realpathSync(path)));
  return inside ? openForProcess(here, constants.O_RDONLY | constants.O_DIRECTORY) : undefined;
}
