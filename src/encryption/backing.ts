import { LinuxDirent, readEntries } from '../host/files/directories.ts';
import { close, setTimes, stat } from '../host/files/files.ts';
import { emptyPath } from '../host/files/lookup.ts';
import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { LinuxErrno } from '../linux/errno.ts';
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from '../linux/open-flags.ts';
import { Stat } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { DirectoryEntry } from './fuse-wire.ts';

/** An error of the host, which the program gets. */
export class HostFailure extends Error {
  override readonly name = 'HostFailure';
  readonly errno: number;

  constructor(errno: number) {
    super(`The host answers with error ${errno}`);
    this.errno = errno;
  }
}

/** Passes a result on. @throws HostFailure for a negative one. */
function must(result: number): number {
  if (result < 0) throw new HostFailure(-result);
  return result;
}

const HOW = { flags: 0, mode: 8, resolve: 16, size: 24 } as const;
const FIRST_NAME = 64;
const NAME_ROOM = 8192;
const STATUS = FIRST_NAME + 2 * NAME_ROOM;
const ENTRIES = 65536;

/**
 * The directory on the host that has the encrypted files. Paths are relative to it, a byte is a character, and no call follows a
 * symbolic link or leaves it.
 */
export class BackingFolder {
  readonly #root: number;
  readonly #memory = new NativeMemory(STATUS + Stat.size);
  readonly #listing = new NativeMemory(ENTRIES);

  /** @param root A descriptor of the directory, which stays open. */
  constructor(root: number) {
    this.#root = root;
  }

  /** Opens the object at a path; the empty one is the directory itself. A pipe that an attacker put there is not waited for. */
  open(path: string, flags: number, mode = 0): number {
    const { view } = this.#memory;
    view.setBigUint64(
      HOW.flags,
      BigInt(flags | O_CLOEXEC | O_NOFOLLOW | ((flags & O_PATH) === 0 ? O_NONBLOCK : 0)),
      true,
    );
    view.setBigUint64(HOW.mode, BigInt(mode), true);
    const resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    view.setBigUint64(HOW.resolve, BigInt(resolve), true);
    const name = this.#text(0, path === '' ? '.' : path);
    return must(syscall(callNumberOf('openat2'), this.#root, name, this.#memory.address, HOW.size));
  }

  /** Reads the status of the object at a path, which is valid until the next call. */
  status(path: string): DataView {
    return this.#with(path, O_PATH, (descriptor) => this.statusOf(descriptor));
  }

  /** The same of a descriptor. */
  statusOf(descriptor: number): DataView {
    must(stat(descriptor, this.#memory.at(STATUS)));
    return new DataView(this.#memory.bytes.buffer, this.#memory.bytes.byteOffset + STATUS, Stat.size);
  }

  makeDirectory(parent: string, name: string, mode: number): void {
    this.#in(parent, (directory) => syscall(callNumberOf('mkdirat'), directory, this.#text(0, name), mode));
  }

  /** Makes a pipe with a name, or the entry of a socket. */
  makeNode(parent: string, name: string, mode: number): void {
    this.#in(parent, (directory) =>
      syscall(callNumberOf('mknodat'), directory, this.#text(0, name), mode, 0),
    );
  }

  makeLink(parent: string, name: string, target: string): void {
    this.#in(parent, (directory) =>
      syscall(callNumberOf('symlinkat'), this.#text(1, target), directory, this.#text(0, name)),
    );
  }

  remove(parent: string, name: string, directory: boolean): void {
    const flags = directory ? AT_REMOVEDIR : 0;
    this.#in(parent, (at) => syscall(callNumberOf('unlinkat'), at, this.#text(0, name), flags));
  }

  rename(from: string, name: string, to: string, newName: string, flags: number): void {
    this.#with(to, O_PATH | O_DIRECTORY, (target) =>
      this.#in(from, (source) =>
        syscall(
          callNumberOf('renameat2'),
          source,
          this.#text(0, name),
          target,
          this.#text(1, newName),
          flags,
        ),
      ),
    );
  }

  /** Gives a file another name. */
  link(from: string, name: string, to: string, newName: string): void {
    this.#with(to, O_PATH | O_DIRECTORY, (target) =>
      this.#in(from, (source) =>
        syscall(callNumberOf('linkat'), source, this.#text(0, name), target, this.#text(1, newName), 0),
      ),
    );
  }

  /** Reads the target of a symbolic link. */
  readLink(path: string): Buffer {
    return this.#with(path, O_PATH, (descriptor) => {
      const room = this.#memory.at(FIRST_NAME);
      const length = must(syscall(callNumberOf('readlinkat'), descriptor, emptyPath, room, NAME_ROOM));
      return Buffer.from(this.#memory.bytes.subarray(FIRST_NAME, FIRST_NAME + length));
    });
  }

  /** Sets the permission bits of the object at a path, and never those of what a link there names. */
  setMode(path: string, mode: number): void {
    // A descriptor that only names its object: fchmod(2) refuses it, and the name of it in /proc is no link to follow.
    this.#with(path, O_PATH, (descriptor) => {
      const name = this.#text(0, `/proc/self/fd/${descriptor}`);
      must(syscall(callNumberOf('fchmodat'), AT_FDCWD, name, mode));
    });
  }

  /** Sets times: access, then modification, each as `struct timespec` has it. */
  setTimes(path: string, times: readonly bigint[]): void {
    this.#with(path, O_PATH, (descriptor) => this.setTimesOf(descriptor, times));
  }

  /** The same of a descriptor. */
  setTimesOf(descriptor: number, times: readonly bigint[]): void {
    for (const [index, word] of times.entries())
      this.#memory.view.setBigInt64(STATUS + 8 * index, word, true);
    must(setTimes(descriptor, this.#memory.at(STATUS)));
  }

  /** Lists a directory, `.` and `..` among the rest. */
  list(path: string): readonly DirectoryEntry[] {
    return this.#with(path, O_RDONLY | O_DIRECTORY, (descriptor) => {
      const found: DirectoryEntry[] = [];
      const { bytes, view, address } = this.#listing;
      for (;;) {
        const used = must(readEntries(descriptor, address, ENTRIES));
        if (used === 0) return found;
        for (let at = 0; at < used; at += view.getUint16(at + LinuxDirent.recordLength, true)) {
          const start = at + LinuxDirent.name;
          const name = Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString('latin1');
          const inode = view.getBigUint64(at + LinuxDirent.inode, true);
          found.push({ name, inode, type: view.getUint8(at + LinuxDirent.type) });
        }
      }
    });
  }

  /** The status of its file system (statfs(2)): `struct statfs`, as both architectures have it. */
  space(): DataView {
    const room = this.#listing;
    must(syscall(callNumberOf('fstatfs'), this.#root, room.address));
    return room.view;
  }

  #in(path: string, act: (directory: number) => number): void {
    this.#with(path, O_PATH | O_DIRECTORY, (directory) => must(act(directory)));
  }

  #with<Result>(path: string, flags: number, act: (descriptor: number) => Result): Result {
    const descriptor = this.open(path, flags);
    try {
      return act(descriptor);
    } finally {
      close(descriptor);
    }
  }

  #text(index: number, text: string): Address {
    const at = FIRST_NAME + index * NAME_ROOM;
    const bytes = Buffer.from(text, 'latin1');
    if (bytes.length >= NAME_ROOM) throw new HostFailure(LinuxErrno.ENAMETOOLONG);
    this.#memory.bytes.set(bytes, at);
    this.#memory.bytes[at + bytes.length] = 0;
    return this.#memory.at(at);
  }
}
