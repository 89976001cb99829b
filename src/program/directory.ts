import { Errno, Filetype, Fsflags, Lookupflags, Oflags } from '../abi/generated/constants.ts';
import { resolveType } from '../kernel/files.ts';
import * as lookups from '../kernel/lookups.ts';
import { OwnMemory } from '../kernel/memory.ts';
import { open } from '../kernel/open.ts';
import { R } from '../kernel/rights.ts';
import { directoryRights, intersection, union } from '../resources/rights.ts';
import { Descriptor, placeOf } from './descriptor.ts';
import { listEntries } from './entries.ts';
import { type Data, File, nanoseconds } from './file.ts';
import { modes, type OpenMode } from './mode.ts';
import type { ProgramWorld } from './program-world.ts';
import { parseRights, type Rights } from './rights.ts';
import { type Entry, Status } from './status.ts';
import { type Change, type WatchOptions, watchDirectory } from './watch.ts';

/** The longest contents of a symbolic link, in bytes. */
const LINK_LENGTH = 4096;

let linkBuffer: OwnMemory | undefined;

/**
 * A directory and the files beneath it. Paths are relative; no path, `..` and symbolic links included, leads out of it:
 * the host sees to that at each lookup.
 */
export class Directory extends Descriptor {
  /** Loads a path where the kernel finds it. */
  #load(path: string, into: 'path' | 'otherPath' = 'path'): ProgramWorld {
    const { world } = placeOf(this);
    const bytes = Buffer.from(path);
    world.process[into].load(bytes, 0, bytes.length, false);
    return world;
  }

  #check(result: number, call: string, path: string): number {
    const { world, label } = placeOf(this);
    return world.check(result, call, label, path);
  }

  get #number(): number {
    this.require('fd_stat_get', 0);
    return placeOf(this).number;
  }

  #opened(number: number, path: string): { world: ProgramWorld; number: number; label: string } {
    const { world, label } = placeOf(this);
    return { world, number, label: path === '.' ? label : `${label}/${path}` };
  }

  /**
   * Opens a file.
   *
   * @param mode As for `fs.open`: `r` reads, `r+` also writes, `w` makes it or empties it, `a` adds to its end; `x` lets
   *   it fail if the file exists. By default `r`.
   * @throws OperationError
   */
  async open(path: string, mode: OpenMode = 'r'): Promise<File> {
    const { process } = this.#load(path);
    const fd = this.#number;
    const { needed, useful, oflags, fdflags } = modes[mode];
    const low = needed | (useful & process.descriptors.inheritingLow(fd));
    const attempt = (flags: number): number =>
      open(process, fd, Lookupflags.symlink_follow, flags, low, 0, 0, 0, fdflags);
    // A program that may not make files can still open those that are there for writing.
    const mayCreate = (process.descriptors.baseLow(fd) & R.file_create_file) !== 0;
    let opened = attempt(mayCreate ? oflags : oflags & ~Oflags.creat);
    if (opened === -Errno.noent && !mayCreate && oflags & Oflags.creat) opened = attempt(oflags);
    const place = this.#opened(this.#check(opened, 'file_open', path), path);
    const file = new File(place);
    const type = resolveType(process, place.number);
    if (type === Filetype.directory || type === Filetype.unknown || type < 0) {
      await file.close();
      this.#check(type === Filetype.directory ? -Errno.isdir : -Errno.notsup, 'file_open', path);
    }
    return file;
  }

  /**
   * A directory beneath this one, with its rights or fewer.
   *
   * @param rights Presets or names of CloudABI rights; one that this directory lacks itself is an error.
   * @throws OperationError
   */
  async directory(path: string, rights?: Rights): Promise<Directory> {
    return this.#directory(path, Lookupflags.symlink_follow, rights);
  }

  #directory(path: string, lookup: number, rights?: Rights): Directory {
    const { process } = this.#load(path);
    const fd = this.#number;
    const { descriptors } = process;
    const own = { low: descriptors.inheritingLow(fd), high: descriptors.inheritingHigh(fd) };
    const all = directoryRights({ presets: ['read', 'write', 'create', 'remove', 'execute'], names: [] });
    const wanted =
      rights === undefined
        ? {
            base: intersection(all.base, own),
            inheriting: intersection(union(all.base, all.inheriting), own),
          }
        : directoryRights(parseRights(rights));
    const { base, inheriting } = wanted;
    const opened = open(
      process,
      fd,
      lookup,
      Oflags.directory,
      base.low,
      base.high,
      inheriting.low,
      inheriting.high,
      0,
    );
    return new Directory(this.#opened(this.#check(opened, 'file_open', path), path));
  }

  /** Reads a whole file, as bytes or as text. */
  read(path: string): Promise<Buffer>;
  read(path: string, encoding: BufferEncoding): Promise<string>;
  async read(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
    const file = await this.open(path);
    try {
      return await (encoding === undefined ? file.readFile() : file.readFile(encoding));
    } finally {
      await file.close();
    }
  }

  /** Makes a file or replaces its contents. `mode` is `a` to add to it, `wx` to fail if it exists. */
  async write(path: string, data: Data, mode: OpenMode = 'w'): Promise<void> {
    const file = await this.open(path, mode);
    try {
      await file.writeFile(data);
    } finally {
      await file.close();
    }
  }

  /** The names in a directory, `.` and `..` left out, in no particular order. */
  async list(path = '.'): Promise<Entry[]> {
    if (path === '.')
      return listEntries(this.#load(path).process, this.#number, (result) => {
        this.#check(result, 'file_readdir', path);
      });
    const directory = await this.directory(path);
    try {
      return await directory.list();
    } finally {
      await directory.close();
    }
  }

  /** Returns the attributes of a path's target. */
  async stat(path = '.'): Promise<Status> {
    return this.#attributes(path, Lookupflags.symlink_follow);
  }

  /** The same; of a symbolic link, its own. */
  async lstat(path: string): Promise<Status> {
    return this.#attributes(path, 0);
  }

  #attributes(path: string, lookup: number): Status {
    const { process } = this.#load(path);
    this.#check(lookups.getAttributesAt(process, this.#number, lookup), 'file_stat_get', path);
    return new Status(process.attributes);
  }

  /** Sets the times of last access and last change; numbers are seconds since 1970. */
  async utimes(path: string, accessed: Date | number, modified: Date | number): Promise<void> {
    const { process } = this.#load(path);
    const result = lookups.setTimesAt(
      process,
      this.#number,
      Lookupflags.symlink_follow,
      nanoseconds(accessed),
      nanoseconds(modified),
      Fsflags.atim | Fsflags.mtim,
    );
    this.#check(result, 'file_stat_put', path);
  }

  /** Makes a directory; with `recursive` also those above it, and it may exist. */
  async mkdir(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    const make = (each: string): number => lookups.createDirectory(this.#load(each).process, this.#number);
    if (options.recursive !== true) {
      this.#check(make(path), 'file_create', path);
      return;
    }
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    for (let count = 1; count <= names.length; count++) {
      const each = names.slice(0, count).join('/');
      const result = make(each);
      if (result === -Errno.exist && this.#attributes(each, Lookupflags.symlink_follow).isDirectory())
        continue;
      this.#check(result, 'file_create', each);
    }
  }

  /** Removes a file or an empty directory; with `recursive` a directory and all beneath it. */
  async remove(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    const unlinked = lookups.unlink(this.#load(path).process, this.#number);
    if (unlinked !== -Errno.isdir) {
      this.#check(unlinked, 'file_unlink', path);
      return;
    }
    if (options.recursive === true) await this.#empty(path);
    this.#check(lookups.removeDirectory(this.#load(path).process, this.#number), 'file_unlink', path);
  }

  async #empty(path: string): Promise<void> {
    // A symbolic link that was put there meanwhile is not followed.
    const directory = this.#directory(path, 0);
    try {
      for (const { name } of await directory.list()) await directory.remove(name, { recursive: true });
    } finally {
      await directory.close();
    }
  }

  /** Renames a file, here or into another directory; an older file of that name is replaced. */
  async rename(from: string, to: string, directory: Directory = this): Promise<void> {
    const { process } = this.#load(from);
    this.#sameWorld(directory);
    directory.#load(to, 'otherPath');
    this.#check(lookups.rename(process, this.#number, directory.#number), 'file_rename', from);
  }

  /** Gives a file another name and lets it keep the one it has. */
  async link(from: string, to: string, directory: Directory = this): Promise<void> {
    const { process } = this.#load(from);
    this.#sameWorld(directory);
    directory.#load(to, 'otherPath');
    this.#check(lookups.link(process, this.#number, 0, directory.#number), 'file_link', from);
  }

  /** Makes a symbolic link. A link that leads out of the directory cannot be followed from here. */
  async symlink(target: string, path: string): Promise<void> {
    const { process } = this.#load(target);
    this.#load(path, 'otherPath');
    this.#check(lookups.symlink(process, this.#number), 'file_symlink', path);
  }

  /** Reads a symbolic link. */
  async readlink(path: string): Promise<string> {
    const { process } = this.#load(path);
    linkBuffer ??= new OwnMemory(LINK_LENGTH);
    const length = lookups.readLink(process, this.#number, linkBuffer, 0, LINK_LENGTH);
    this.#check(length, 'file_readlink', path);
    return Buffer.from(linkBuffer.bytes.subarray(0, length)).toString();
  }

  /** Reports changes in the directory itself, not beneath its subdirectories, until `signal` is aborted. */
  watch(options: WatchOptions = {}): AsyncIterableIterator<Change> {
    return watchDirectory(this, options);
  }

  #sameWorld(directory: Directory): void {
    if (placeOf(directory).world === placeOf(this).world) return;
    throw new TypeError('Both directories must be of the same program');
  }
}
