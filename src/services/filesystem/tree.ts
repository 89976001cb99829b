import { fstatSync, type Stats } from 'node:fs';
import { LinuxDirent, readEntries } from '../../host/files/directories.ts';
import { close, getFlags, setFlags } from '../../host/files/files.ts';
import { bytesOf, textOf } from '../../host/files/host-path.ts';
import { Open, openBeneath } from '../../host/files/lookup.ts';
import { addressOf } from '../../host/libc.ts';
import { NativeMemory } from '../../host/memory.ts';
import { check } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { O_NONBLOCK } from '../../linux/open-flags.ts';
import { ServiceError, type ServiceErrorCode } from '../service-error.ts';

/** The most names of one directory that are read: beyond, it cannot be listed. */
const MOST_NAMES = 1_000_000;

/** The bytes of a block of getdents64(2). */
const BLOCK = 65536;

/** The kinds of objects in a tree. */
export const kinds = ['file', 'directory', 'link', 'other'] as const;

/** The kind of an object in a tree. */
export type Kind = (typeof kinds)[number];

/** The attributes that are told of an object. */
export type EntryAttributes = {
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
};

/**
 * A tree of files beneath a directory that is held. A lookup takes one step at a time and passes no symbolic link, so that the
 * names of a path are the names of the object; other processes may change the tree at any time.
 */
export class Tree {
  readonly #root: number;
  #block: NativeMemory | undefined;

  /** @param root A host descriptor of the directory, which has to stay open. */
  constructor(root: number) {
    this.#root = root;
  }

  /**
   * Opens a regular file for reading.
   *
   * @returns A host descriptor.
   * @throws ServiceError
   */
  open(path: string): number {
    return this.#within(path, (directory, name) => {
      // A device or pipe is not opened, which would have effects.
      const looked = step(directory, name, Open.path | Open.noFollow);
      const before = fstatSync(looked, { bigint: true });
      close(looked);
      if (!before.isFile()) throw notFile(before.isDirectory());
      const file = step(directory, name, Open.read | Open.noFollow | Open.nonblock);
      const { dev, ino } = fstatSync(file, { bigint: true });
      if (dev !== before.dev || ino !== before.ino) {
        close(file);
        throw new ServiceError('EAGAIN', 'The file was replaced meanwhile');
      }
      setFlags(file, getFlags(file) & ~O_NONBLOCK);
      return file;
    });
  }

  /** Gives the attributes of an object, of a symbolic link its own. @throws ServiceError */
  attributes(path: string): EntryAttributes {
    return this.#within(path, attributesIn);
  }

  /**
   * Uses a directory.
   *
   * @param use Gets a host descriptor that is closed afterwards.
   * @throws ServiceError
   */
  inDirectory<Result>(path: string, use: (directory: number) => Result): Result {
    const steps = path === '' ? [] : path.split('/');
    let at = step(this.#root, '.', Open.path | Open.directory);
    try {
      for (const name of steps) {
        const next = step(at, name, Open.path | Open.directory | Open.noFollow);
        close(at);
        at = next;
      }
      return use(at);
    } finally {
      close(at);
    }
  }

  /** Lists the names in a directory in the order of their bytes. @throws ServiceError */
  names(directory: number): readonly string[] {
    const listing = step(directory, '.', Open.read | Open.directory);
    this.#block ??= new NativeMemory(BLOCK);
    const { view, bytes, address, length } = this.#block;
    const found: Buffer[] = [];
    try {
      for (;;) {
        const used = check(readEntries(listing, address, length), 'getdents64');
        if (used === 0) break;
        for (let at = 0; at < used; at += view.getUint16(at + LinuxDirent.recordLength, true)) {
          const start = at + LinuxDirent.name;
          const name = Buffer.from(bytes.subarray(start, bytes.indexOf(0, start)));
          if (!isDots(name)) found.push(name);
        }
        if (found.length > MOST_NAMES)
          throw new ServiceError('EMSGSIZE', `The directory has more than ${MOST_NAMES} entries`);
      }
    } finally {
      close(listing);
    }
    return found.sort(Buffer.compare).map(textOf);
  }

  #within<Result>(path: string, use: (directory: number, name: string) => Result): Result {
    const slash = path.lastIndexOf('/');
    const name = path === '' ? '.' : path.slice(slash + 1);
    return this.inDirectory(slash < 0 ? '' : path.slice(0, slash), (directory) => use(directory, name));
  }
}

/** Gives the attributes of an entry of an open directory. @throws ServiceError */
export function attributesIn(directory: number, name: string): EntryAttributes {
  const object = step(directory, name, Open.path | Open.noFollow);
  try {
    return attributesOf(fstatSync(object));
  } finally {
    close(object);
  }
}

/** Looks one name up. */
function step(directory: number, name: string, how: number): number {
  const bytes = Buffer.concat([bytesOf(name), Buffer.of(0)]);
  const descriptor = openBeneath(directory, addressOf(bytes), how);
  if (descriptor < 0) throw new ServiceError(codeOf(-descriptor), 'The path cannot be opened');
  return descriptor;
}

function isDots(name: Buffer): boolean {
  return name[0] === DOT && (name.length === 1 || (name.length === 2 && name[1] === DOT));
}

const DOT = 0x2e;

function notFile(isDirectory: boolean): ServiceError {
  return isDirectory
    ? new ServiceError('EISDIR', 'The path is that of a directory')
    : new ServiceError('EACCES', 'The path is that of no regular file');
}

function attributesOf(stats: Stats): EntryAttributes {
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'link'
        : 'other';
  return { kind, size: stats.size, modified: Math.round(stats.mtimeMs) };
}

function codeOf(errno: number): ServiceErrorCode {
  switch (errno) {
    case LinuxErrno.ENOENT:
      return 'ENOENT';
    case LinuxErrno.ENOTDIR:
      return 'ENOTDIR';
    case LinuxErrno.EMFILE:
    case LinuxErrno.ENFILE:
      return 'EMFILE';
    case LinuxErrno.EAGAIN:
      return 'EAGAIN';
    case LinuxErrno.ELOOP:
    case LinuxErrno.EXDEV:
    case LinuxErrno.EACCES:
    case LinuxErrno.EPERM:
      return 'EACCES';
    default:
      return 'EIO';
  }
}

/**
 * Reads a path of a client: names with single slashes between them; the directory itself is an empty text. There is no other
 * spelling of a path, so that patterns mean what they say.
 *
 * @throws ServiceError
 */
export function checkPath(path: string): string {
  if (path === '') return path;
  for (const name of path.split('/'))
    if (name === '' || name === '.' || name === '..')
      throw new ServiceError('EINVAL', "A path is relative, without empty names, '.' and '..'");
  return path;
}
