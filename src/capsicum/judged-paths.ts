import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isBeneath } from '../host/files/beneath.ts';
import type { RuleOfCall } from '../host/trap/rules.ts';
import { AT_FDCWD, O_ACCMODE, O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } from '../linux/open-flags.ts';
import { type Access, allAccess } from './keep.ts';
import type { RecordStart } from './record-start.ts';

/** The paths of a call, absolute. */
export type CalledPaths = {
  readonly path: string;
  /** The second path of renaming and linking. */
  readonly to: string | undefined;
  /** The flags of opening. */
  readonly flags: number;
  /** True for creat(2). */
  readonly made: boolean;
};

/** Tells which paths capability mode would let through, by their names as they are now. */
export class JudgedPaths {
  readonly #start: RecordStart;

  constructor(start: RecordStart) {
    this.#start = start;
  }

  /**
   * Makes a path absolute, as the kernel would.
   *
   * @param directory The descriptor from which it begins; `undefined` for the working directory.
   */
  absolute(thread: number, directory: number | undefined, path: string): string {
    if (path.startsWith('/')) return resolve(path);
    const place = directory === undefined || directory === AT_FDCWD ? 'cwd' : `fd/${directory}`;
    return resolve(readlinkSync(`/proc/${thread}/${place}`), path);
  }

  /** Tells whether an operation is beneath kept directories with the access that it needs. */
  allows(operation: RuleOfCall['operation'], called: CalledPaths): boolean {
    const { path, to } = called;
    switch (operation) {
      case 'open':
        return this.#allowsOpen(called);
      case 'stat':
      case 'statx':
      case 'statfs':
      case 'access':
      case 'readlink':
        return this.#start.known.includes(path) || this.#kept(path, []);
      case 'chmod':
      case 'chown':
      case 'times':
        return this.#kept(path, allAccess);
      case 'mkdir':
      case 'symlink':
        return this.#kept(path, ['create']);
      case 'unlink':
        return this.#kept(path, ['remove']);
      case 'rename':
        return this.#kept(path, ['remove']) && (to === undefined || this.#kept(to, ['create']));
      case 'link':
        return this.#kept(path, []) && (to === undefined || this.#kept(to, ['create']));
      default:
        return false;
    }
  }

  #allowsOpen({ path, flags, made }: CalledPaths): boolean {
    const mode = made ? O_WRONLY : flags & O_ACCMODE;
    const makes = (made || (flags & O_CREAT) !== 0) && !existsSync(path);
    const writes = mode !== 0 || (flags & O_TRUNC) !== 0;
    const needed: Access[] = [];
    if (mode === 0 || mode === O_RDWR) needed.push('read');
    if (writes) needed.push('write');
    if (makes) needed.push('create');
    if (!writes && this.#start.files.includes(path)) return true;
    return this.#kept(path, needed);
  }

  #kept(path: string, needed: readonly Access[]): boolean {
    const real = realPath(path);
    return this.#start.kept.some(
      (one) => isBeneath(real, one.path) && needed.every((access) => one.access.includes(access)),
    );
  }
}

/** The path without links, as far as there is something; the rest stays as it is. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === '/' ? path : join(realPath(dirname(path)), basename(path));
  }
}
