import {
  file_create,
  file_link,
  file_open,
  file_readdir,
  file_readlink,
  file_rename,
  file_stat_get,
  file_symlink,
  file_unlink,
} from './abi/calls';
import { Errno, Fdflags, Filetype, Lookupflags, Oflags, Rights, Ulflags } from './abi/constants';
import { DirentLayout, FdstatLayout } from './abi/layouts';
import { Access } from './access';
import { Descriptor } from './descriptor';
import { File, filestat, FileStat, loadedFileStat } from './file';
import { failure, outcome, Outcome, Result, success } from './result';

const fdstat: usize = memory.data(24, 8);
const result: usize = memory.data(8, 8);

/** Bytes of directory entries that one call gets: many times the longest. */
const ENTRIES: u32 = 4096;

/** Bytes of an entry before its name. */
const HEAD: u32 = <u32>DirentLayout.SIZE;

/** Bytes that the target of a symbolic link may have. */
const LONGEST_TARGET: u32 = 4096;

/** One name in a directory. */
export class DirectoryEntry {
  constructor(
    readonly name: string,
    readonly type: Filetype,
    readonly inode: u64,
  ) {}
}

function encoded(text: string): ArrayBuffer {
  return String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
}

function quoted(task: string, path: string): string {
  return task + " '" + path + "'";
}

/**
 * A directory, and the only place where paths mean something. No path leads out of it: neither `..` nor an absolute
 * one nor a symbolic link.
 */
export class Directory extends Descriptor {
  /**
   * Opens a file that exists.
   *
   * @param access Purpose; of its rights, the file gets those that this directory hands on.
   */
  open(path: string, access: u64 = Access.read): Result<File> {
    return this.openFile(path, access, 0);
  }

  /**
   * Makes a file, or empties the one there is.
   *
   * @param exclusive A file that is there already is the error `exist` instead.
   */
  create(path: string, access: u64 = Access.write, exclusive: bool = false): Result<File> {
    return this.openFile(path, access, exclusive ? Oflags.creat | Oflags.excl : Oflags.creat | Oflags.trunc);
  }

  /** Opens or makes a file whose every write goes to its end, even if other writers change it. */
  append(path: string): Result<File> {
    return this.openFile(path, Access.write & ~(Rights.fd_seek | Rights.file_stat_fput_size), Oflags.creat, Fdflags.append);
  }

  /** Opens or makes a file: `oflags` (of `Oflags`) say how, `fdflags` (of `Fdflags`) how it writes then. */
  openFile(path: string, access: u64, oflags: u32, fdflags: u32 = 0): Result<File> {
    const fd = this.openWith(path, access, 0, Rights.fd_read | Rights.fd_write, oflags, fdflags);
    return fd < 0 ? failure<File>(-fd, quoted('open', path)) : success(new File(fd));
  }

  /**
   * Opens a directory beneath this one.
   *
   * @param rights Its rights, among those that this one hands on; by default all of them.
   * @param inheriting Rights that it hands on in turn, among those that this one does; by default all of them.
   */
  openDirectory(path: string, rights: u64 = u64.MAX_VALUE, inheriting: u64 = u64.MAX_VALUE): Result<Directory> {
    // Nothing is written to a directory itself: asking for that is an error (`isdir`).
    const fd = this.openWith(path, rights & ~Rights.fd_write, inheriting, 0, Oflags.directory, 0);
    return fd < 0 ? failure<Directory>(-fd, quoted('open', path)) : success(new Directory(fd));
  }

  /**
   * Opens with those rights that this directory hands on; without the `necessary` ones among them, not at all.
   *
   * @returns A descriptor, or minus an error.
   */
  private openWith(path: string, rights: u64, inheriting: u64, necessary: u64, oflags: u32, fdflags: u32): i32 {
    const own = this.status();
    if (!own.ok) return -(<i32>own.error);
    const most = own.value.inheriting;
    store<u8>(fdstat, 0, FdstatLayout.fs_filetype);
    store<u16>(fdstat, <u16>fdflags, FdstatLayout.fs_flags);
    store<u64>(fdstat, rights & (most | necessary), FdstatLayout.fs_rights_base);
    store<u64>(fdstat, inheriting & most, FdstatLayout.fs_rights_inheriting);
    const name = encoded(path);
    const error = file_open(
      this.fd,
      Lookupflags.symlink_follow,
      changetype<usize>(name),
      name.byteLength,
      <u16>oflags,
      fdstat,
      result,
    );
    return error == Errno.success ? load<i32>(result) : -(<i32>error);
  }

  /** Everything in this directory, in the order of the host; without `.` and `..`. */
  list(): Result<DirectoryEntry[]> {
    const entries: DirectoryEntry[] = [];
    const buffer = new Uint8Array(<i32>ENTRIES);
    let cookie: u64 = 0;
    let more = true;
    while (more) {
      const error = file_readdir(this.fd, buffer.dataStart, ENTRIES, cookie, result);
      if (error != Errno.success) return failure<DirectoryEntry[]>(error, 'list a directory');
      const used = load<u32>(result);
      let at: u32 = 0;
      // An entry that is cut off at the end comes again, whole, with the next call.
      while (used - at >= HEAD) {
        const head = buffer.dataStart + at;
        const length = load<u32>(head, DirentLayout.d_namlen);
        if (length > used - at - HEAD) break;
        const name = String.UTF8.decodeUnsafe(head + DirentLayout.SIZE, length);
        if (name != '.' && name != '..')
          entries.push(new DirectoryEntry(name, load<u8>(head, DirentLayout.d_type), load<u64>(head, DirentLayout.d_ino)));
        cookie = load<u64>(head, DirentLayout.d_next);
        at += HEAD + length;
      }
      more = used == ENTRIES && at > 0;
    }
    return success(entries);
  }

  /** The attributes of what a path names; with `follow`, of what a symbolic link leads to. */
  stat(path: string, follow: bool = true): Result<FileStat> {
    const name = encoded(path);
    const flags: u32 = follow ? Lookupflags.symlink_follow : 0;
    const error = file_stat_get(this.fd, flags, changetype<usize>(name), name.byteLength, filestat);
    if (error != Errno.success) return failure<FileStat>(error, quoted('tell the attributes of', path));
    return success(loadedFileStat());
  }

  /** Makes an empty directory. */
  mkdir(path: string): Outcome {
    const name = encoded(path);
    const error = file_create(this.fd, changetype<usize>(name), name.byteLength, <u8>Filetype.directory);
    return outcome(error, quoted('make', path));
  }

  /** Removes anything but a directory. */
  unlink(path: string): Outcome {
    return this.remove(path, 0);
  }

  /** Removes an empty directory. */
  rmdir(path: string): Outcome {
    return this.remove(path, <u8>Ulflags.removedir);
  }

  private remove(path: string, flags: u8): Outcome {
    const name = encoded(path);
    return outcome(file_unlink(this.fd, changetype<usize>(name), name.byteLength, flags), quoted('remove', path));
  }

  /** Gives something another name, in this directory or another one; what had that name is gone. */
  rename(path: string, newPath: string, to: Directory = this): Outcome {
    const name = encoded(path);
    const newName = encoded(newPath);
    const error = file_rename(
      this.fd,
      changetype<usize>(name),
      name.byteLength,
      to.fd,
      changetype<usize>(newName),
      newName.byteLength,
    );
    return outcome(error, quoted('rename', path));
  }

  /** Gives a file a further name, in this directory or another one. */
  link(path: string, newPath: string, to: Directory = this): Outcome {
    const name = encoded(path);
    const newName = encoded(newPath);
    const error = file_link(
      this.fd,
      0,
      changetype<usize>(name),
      name.byteLength,
      to.fd,
      changetype<usize>(newName),
      newName.byteLength,
    );
    return outcome(error, quoted('link', path));
  }

  /** Makes a symbolic link at a path. */
  symlink(target: string, path: string): Outcome {
    const text = encoded(target);
    const name = encoded(path);
    const error = file_symlink(
      changetype<usize>(text),
      text.byteLength,
      this.fd,
      changetype<usize>(name),
      name.byteLength,
    );
    return outcome(error, quoted('make', path));
  }

  /** Returns the target of a symbolic link. */
  readlink(path: string): Result<string> {
    const name = encoded(path);
    const target = new Uint8Array(<i32>LONGEST_TARGET);
    const error = file_readlink(
      this.fd,
      changetype<usize>(name),
      name.byteLength,
      target.dataStart,
      LONGEST_TARGET,
      result,
    );
    if (error != Errno.success) return failure<string>(error, quoted('read the link', path));
    return success(String.UTF8.decodeUnsafe(target.dataStart, load<u32>(result)));
  }
}
