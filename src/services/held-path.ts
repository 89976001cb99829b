import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { hostPath, realPathOf } from '../host/files/host-path.ts';
import { openBeneath } from '../host/files/lookup.ts';
import { NativeMemory } from '../host/memory.ts';
import { errnoName, LinuxErrno } from '../linux/errno.ts';
import { PATH_MAX } from '../linux/limits.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { isServiceErrorCode, ServiceError } from './service-error.ts';

/*
 * Files that a service opens again and again for its clients. A process in capability mode can open nothing but beneath a
 * directory, so that it holds the directory of each file. Landlock gives it the file alone, and what was opened is compared with
 * what was granted.
 */

/** Host descriptors of a file: of its directory and of itself, which only name them. */
export type HeldPath = { readonly directory: number; readonly object: number; readonly name: string };

/**
 * Looks a path up, once, and holds what it has found. Symbolic links are followed.
 *
 * @throws Error of Node.
 */
export function holdPath(path: string): HeldPath {
  const real = realPathOf(path);
  const directory = openSync(hostPath(dirname(real)), O_PATH | constants.O_DIRECTORY);
  try {
    return {
      directory,
      object: openSync(hostPath(real), O_PATH | constants.O_NOFOLLOW),
      name: basename(real),
    };
  } catch (error) {
    closeSync(directory);
    throw error;
  }
}

let room: NativeMemory | undefined;

/**
 * Opens a path beneath a held directory.
 *
 * @param how Bits of `Open`.
 * @returns A host descriptor.
 * @throws ServiceError
 */
export function openHeldPath(directory: number, path: string, how: number): number {
  room ??= new NativeMemory(PATH_MAX);
  const bytes = Buffer.from(`${path}\0`);
  if (bytes.length > PATH_MAX) throw new ServiceError('EINVAL', 'A path is too long');
  room.bytes.set(bytes);
  const opened = openBeneath(directory, room.address, how);
  if (opened >= 0) return opened;
  const code = errnoName(-opened);
  // A path that leads out is denied like one to which there is no right.
  const told = opened === -LinuxErrno.EXDEV || !isServiceErrorCode(code) ? 'EACCES' : code;
  throw new ServiceError(told, 'The kernel does not open it');
}

/**
 * Opens a held file anew.
 *
 * @throws ServiceError `EACCES` also when another file was put in its place.
 */
export function reopenHeld({ directory, object, name }: HeldPath, how: number): number {
  const opened = openHeldPath(directory, name, how);
  const [now, then] = [fstatSync(opened, { bigint: true }), fstatSync(object, { bigint: true })];
  if (now.dev === then.dev && now.ino === then.ino) return opened;
  closeSync(opened);
  throw new ServiceError('EACCES', 'Another file was put in its place');
}
