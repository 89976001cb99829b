import { lstatSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { hostPath } from '../../host/files/host-path.ts';
import { tracePath } from '../../host/files/path-trace.ts';
import { S_ISVTX } from '../../linux/stat.ts';
import { SYSTEM_DIRECTORIES } from './base.ts';
import { isForEverybody, isOfRoot } from './ownership.ts';

/*
 * A program names other files: its interpreter, its libraries, the links on the way to them. What a file says is
 * untrusted, so that they enter its world without a grant only from places where its author could put or read them.
 */

/** Directories for programs and libraries of the system that no base brings. */
const MORE_DIRECTORIES = ['/opt'] as const;

/** Directories of links of the system to its programs. */
const LINK_DIRECTORIES = [
  '/etc/alternatives',
  '/etc/profiles',
  '/nix/var/nix/profiles',
  '/run/current-system',
] as const;

const NIX_STORE = '/nix/store';

/** Folders of programs, and of their libraries beside them. */
const PROGRAM_FOLDER = /^(?:s?bin|libexec)$/;
const BESIDE = ['lib', 'lib32', 'lib64', 'libexec'] as const;

/** Something that the user grants: where it lies on the host, links followed. */
export type GrantedPath = { readonly path: string; readonly directory: boolean };

/** The places from which files may enter the world of one program without being named by its user. */
export class ImpliedPlaces {
  /** The folder of the program, as it was named, without symbolic links. */
  readonly folder: string;
  readonly #shallow: boolean;
  readonly #granted: readonly GrantedPath[];
  /** Directories that only the system's administrator can change, or not. */
  readonly #safe = new Map<string, boolean>();

  /**
   * @param program Absolute path as the user named it.
   * @param granted The paths that the user grants to execute.
   */
  constructor(program: string, granted: readonly GrantedPath[]) {
    const folder = dirname(program);
    this.folder = tracePath(folder)?.real ?? folder;
    this.#shallow = isShared(this.folder);
    this.#granted = granted;
  }

  /**
   * Says why a file may not enter; `undefined` when it may.
   *
   * @param path Absolute, without symbolic links, of a regular file.
   */
  problemOfFile(path: string): string | undefined {
    if (this.#isOwn(path) || this.#isGranted(path)) return undefined;
    if (![...SYSTEM_DIRECTORIES, ...MORE_DIRECTORIES].some((directory) => isBeneath(path, directory)))
      return `lies neither in the folder of the program (${this.folder}) nor in a directory of the system`;
    const stats = lstatSync(hostPath(path), { throwIfNoEntry: false });
    if (stats === undefined || !isSafelyOwned(stats, path) || !this.#isSafe(dirname(path)))
      return 'lies in a directory of the system, but others than root can change it';
    if (!isForEverybody(stats)) return 'lies in a directory of the system, but some users may not read it';
    return undefined;
  }

  /** Says why a symbolic link may not be made in the world; `undefined` when it may. */
  problemOfLink(path: string): string | undefined {
    const directory = dirname(path);
    if (directory === '/' || this.#isOwn(path) || this.#isGranted(path)) return undefined;
    const known = [...SYSTEM_DIRECTORIES, ...MORE_DIRECTORIES, ...LINK_DIRECTORIES];
    if (known.some((system) => isBeneath(directory, system)) && this.#isSafe(directory)) return undefined;
    return `is a symbolic link neither in the folder of the program (${this.folder}) nor in a directory of the system`;
  }

  /** Libraries beside programs, such as `../lib` of `bin`, belong to them. */
  #isOwn(path: string): boolean {
    if (this.#shallow) return dirname(path) === this.folder;
    if (isBeneath(path, this.folder)) return true;
    const parent = dirname(this.folder);
    return (
      PROGRAM_FOLDER.test(basename(this.folder)) && BESIDE.some((name) => isBeneath(path, join(parent, name)))
    );
  }

  #isGranted(path: string): boolean {
    return this.#granted.some((grant) =>
      grant.directory ? isBeneath(path, grant.path) : path === grant.path,
    );
  }

  #isSafe(directory: string): boolean {
    const known = this.#safe.get(directory);
    if (known !== undefined) return known;
    const stats = lstatSync(hostPath(directory), { throwIfNoEntry: false });
    const safe =
      stats?.isDirectory() === true &&
      isSafelyOwned(stats, directory) &&
      (directory === '/' || this.#isSafe(dirname(directory)));
    this.#safe.set(directory, safe);
    return safe;
  }
}

/** The user's home; `undefined` for a user whom no list has. */
function ownHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** Says whether a folder is the root, the user's home or one for all users: the files in it do not belong together. */
export function isShared(folder: string): boolean {
  const stats = lstatSync(hostPath(folder), { throwIfNoEntry: false });
  return folder === '/' || folder === ownHome() || ((stats?.mode ?? 0) & S_ISVTX) !== 0;
}

/** The store of Nix may belong to the user who installed it. */
function isSafelyOwned(stats: Stats, path: string): boolean {
  return isOfRoot(stats) || (stats.uid === process.getuid?.() && isBeneath(path, NIX_STORE));
}
