import { Errno, Lookupflags } from '../abi/generated/constants.ts';
import * as entries from '../host/files/entries.ts';
import { close, readLink as hostReadLink, setTimes as hostSetTimes } from '../host/files/files.ts';
import { Open, openBeneath } from '../host/files/lookup.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { TIME_FLAGS } from './attributes.ts';
import type { Memory } from './memory.ts';
import type { Path } from './path.ts';
import type { KernelProcess } from './process.ts';
import { fromHost, fromLookup, type Result } from './result.ts';
import { R } from './rights.ts';

/*
 * Calls that look a path up beneath a directory descriptor. The path has been loaded into `process.path` (and
 * `process.otherPath` for the second of two). Either the host resolves all of it beneath the directory, or it
 * resolves all but the last component and the call acts on that entry itself.
 */

/** Turns a lookup's answer into the ABI's and reports paths that lead out of the directory. */
export function answer(process: KernelProcess, call: string, fd: number, result: number): Result {
  return result === -LinuxErrno.EXDEV ? process.descriptors.refuse(call, fd) : fromLookup(result);
}

/** Resolves the whole path to a descriptor that only names the object, and hands it to `act`. */
function onObject(
  process: KernelProcess,
  call: string,
  fd: number,
  right: number,
  lookup: number,
  act: (object: number) => Result,
): Result {
  const directory = process.descriptors.require(call, fd, right);
  if (directory < 0) return directory;
  if (process.path.problem < 0) return process.path.problem;
  const follow = lookup & Lookupflags.symlink_follow ? 0 : Open.noFollow;
  const object = openBeneath(directory, process.path.address, Open.path | follow);
  if (object < 0) return answer(process, call, fd, object);
  const result = act(object);
  close(object);
  return result;
}

/** file_stat_get: loads `process.attributes`. */
export function getAttributesAt(process: KernelProcess, fd: number, lookup: number): Result {
  const directory = process.descriptors.require('file_stat_get', fd, R.file_stat_get);
  if (directory < 0) return directory;
  const { path } = process;
  if (path.problem < 0) return path.problem;
  const follow = lookup & Lookupflags.symlink_follow ? 0 : Open.noFollow;
  const result = process.attributes.loadBeneath(directory, path.address, follow);
  return result < 0 ? answer(process, 'file_stat_get', fd, result) : result;
}

/** file_stat_put: sets times (nanoseconds since 1970) of the path's target, of a symbolic link itself if not followed. */
export function setTimesAt(
  process: KernelProcess,
  fd: number,
  lookup: number,
  accessed: bigint,
  modified: bigint,
  flags: number,
): Result {
  const valid = (flags & ~TIME_FLAGS) === 0 && process.times.load(accessed, modified, flags);
  return onObject(process, 'file_stat_put', fd, R.file_stat_put_times, lookup, (object) =>
    valid ? fromHost(hostSetTimes(object, process.times.address)) : -Errno.inval,
  );
}

/** Bytes of the longest link that the host can have (PATH_MAX). */
const LONGEST_LINK = 4096;

/** file_readlink: stores as much of the contents as fits at `at` and returns that length. */
export function readLink(
  process: KernelProcess,
  fd: number,
  memory: Memory,
  at: number,
  length: number,
): Result {
  return onObject(process, 'file_readlink', fd, R.file_readlink, 0, (object) => {
    if (length === 0) return 0;
    const most = Math.min(length, LONGEST_LINK);
    const place = memory.room(at, most);
    if (place < 0) return place;
    const result = hostReadLink(object, memory.addressOf(place), most);
    // The host answers so when the object is no symbolic link (readlinkat(2)).
    if (result === -LinuxErrno.ENOENT) return -Errno.inval;
    return result < 0 ? fromHost(result) : memory.give(at, result);
  });
}

/**
 * Resolves all but the last component and hands the parent to `act`, which acts on `path.name` in it.
 *
 * @param noEntry The answer, or the action, when the last component is `.`, `..` or missing: the call acts on entries,
 * and those are none. (Paths that lead out of the directory are refused as such first.)
 */
function onEntry(
  process: KernelProcess,
  call: string,
  fd: number,
  right: number,
  path: Path,
  noEntry: Errno | (() => Result),
  act: (parent: number) => Result,
): Result {
  const directory = process.descriptors.require(call, fd, right);
  if (directory < 0) return directory;
  if (path.problem < 0) return path.problem;
  if (path.namesNoEntry) {
    const object = openBeneath(directory, path.address, Open.path);
    if (object < 0) return answer(process, call, fd, object);
    close(object);
    return typeof noEntry === 'number' ? -noEntry : noEntry();
  }
  const parent = path.enterParent(directory);
  if (parent < 0) return parent === -Errno.notcapable ? process.descriptors.refuse(call, fd) : parent;
  const result = act(parent);
  path.leaveParent(directory, parent);
  return result;
}

/** file_create with `filetype.directory`. */
export function createDirectory(process: KernelProcess, fd: number): Result {
  const { path } = process;
  return onEntry(process, 'file_create', fd, R.file_create_directory, path, Errno.exist, (parent) =>
    fromHost(entries.makeDirectory(parent, path.name)),
  );
}

/** file_unlink for anything but a directory. */
export function unlink(process: KernelProcess, fd: number): Result {
  const { path } = process;
  return onEntry(process, 'file_unlink', fd, R.file_unlink, path, Errno.isdir, (parent) => {
    if (!path.endsInSlash) return fromHost(entries.unlink(parent, path.name));
    const result = findDirectory(parent, path);
    return result < 0 ? result : -Errno.isdir;
  });
}

/**
 * Names are handed to the host without the slashes behind them (host/names), so that what these mean to Linux is
 * asked before: that the entry is a directory, and no symbolic link to one.
 *
 * @returns 0, `-noent` or `-notdir`.
 */
function findDirectory(parent: number, { name }: Path): Result {
  const found = openBeneath(parent, name.address, Open.path | Open.directory | Open.noFollow);
  if (found < 0) return fromLookup(found);
  close(found);
  return 0;
}

/** Makes an entry that is no directory, which therefore has no slash behind its name. */
function makeEntry(process: KernelProcess, parent: number, path: Path, make: () => number): Result {
  if (!path.endsInSlash) return fromHost(make());
  const found = fromLookup(process.attributes.loadBeneath(parent, path.name.address, Open.noFollow));
  return found === 0 ? -Errno.exist : found;
}

/** file_unlink with `Ulflags.removedir`: removes an empty directory. */
export function removeDirectory(process: KernelProcess, fd: number): Result {
  const { path } = process;
  const noEntry = (): Result => (path.namesAbove ? -Errno.notempty : -Errno.inval);
  return onEntry(process, 'file_unlink', fd, R.removeDirectory, path, noEntry, (parent) =>
    fromHost(entries.removeDirectory(parent, path.name)),
  );
}

/** file_symlink: `process.path` holds the contents, `process.otherPath` the new name. */
export function symlink(process: KernelProcess, fd: number): Result {
  const { descriptors, path, otherPath } = process;
  const directory = descriptors.require('file_symlink', fd, R.file_symlink);
  if (directory < 0) return directory;
  if (path.problem < 0) return path.problem;
  return onEntry(process, 'file_symlink', fd, R.file_symlink, otherPath, Errno.exist, (parent) =>
    makeEntry(process, parent, otherPath, () => entries.symlink(path.address, parent, otherPath.name)),
  );
}

/*
 * Calls with two paths find mistakes in the order in which Linux finds them, so that programs see the same error here
 * as anywhere.
 */

/** file_rename: `process.path` becomes `process.otherPath`, replacing an older file of that name. */
export function rename(process: KernelProcess, fd: number, otherFd: number): Result {
  const { path, otherPath } = process;
  const toTarget = (act: (parent: number) => Result): Result =>
    onEntry(process, 'file_rename', otherFd, R.file_rename_target, otherPath, Errno.busy, act);
  return onEntry(
    process,
    'file_rename',
    fd,
    R.file_rename_source,
    path,
    () => toTarget(() => -Errno.busy),
    (parent) =>
      toTarget((otherParent) => {
        const slash = path.endsInSlash || otherPath.endsInSlash;
        const missing = slash ? findDirectory(parent, path) : 0;
        if (missing < 0) return missing;
        return fromHost(entries.rename(parent, path.name, otherParent, otherPath.name));
      }),
  );
}

/** file_link: `process.otherPath` becomes another name for `process.path`, or for its target if followed. */
export function link(process: KernelProcess, fd: number, lookup: number, otherFd: number): Result {
  const { attributes, path, otherPath } = process;
  const toTarget = (act: (parent: number) => Result): Result =>
    onEntry(process, 'file_link', otherFd, R.file_link_target, otherPath, Errno.exist, act);
  const missing = (parent: number, { name }: Path): Result =>
    fromLookup(attributes.loadBeneath(parent, name.address, Open.noFollow));
  if ((lookup & Lookupflags.symlink_follow) !== 0 || path.endsInSlash) {
    return onObject(process, 'file_link', fd, R.file_link_source, lookup, (object) =>
      toTarget((otherParent) =>
        makeEntry(process, otherParent, otherPath, () =>
          entries.linkObject(object, otherParent, otherPath.name),
        ),
      ),
    );
  }
  // A directory never gets another name, but first the new one must be one that could be given.
  const directoryTo = (otherParent: number): Result => {
    if (missing(otherParent, otherPath) === 0) return -Errno.exist;
    return otherPath.endsInSlash ? -Errno.noent : -Errno.perm;
  };
  return onEntry(
    process,
    'file_link',
    fd,
    R.file_link_source,
    path,
    () => toTarget(directoryTo),
    (parent) => {
      const problem = missing(parent, path);
      if (problem < 0) return problem;
      return toTarget((otherParent) =>
        makeEntry(process, otherParent, otherPath, () =>
          entries.link(parent, path.name, otherParent, otherPath.name),
        ),
      );
    },
  );
}
