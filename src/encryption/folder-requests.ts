import { LinuxErrno } from '../linux/errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '../linux/open-flags.ts';
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK, Stat, UTIME_NOW, UTIME_OMIT } from '../linux/stat.ts';
import { type BackingFolder, HostFailure } from './backing.ts';
import { MARK_NAME } from './folder-key.ts';
import {
  attributesAnswer,
  type DirectoryEntry,
  entryAnswer,
  FATTR_ATIME,
  FATTR_ATIME_NOW,
  FATTR_GID,
  FATTR_MODE,
  FATTR_MTIME,
  FATTR_MTIME_NOW,
  FATTR_SIZE,
  FATTR_UID,
  type FileOwner,
  FOPEN_KEEP_CACHE,
  type FuseAttributes,
  FuseCall,
  type FuseRequest,
  initAnswer,
  listAnswer,
  namesInRequest,
  noEntryAnswer,
  openAnswer,
} from './fuse-wire.ts';
import { type FileNode, join, Nodes, nodePath } from './nodes.ts';
import type { OpenFiles } from './open-files.ts';
import { PAGE_SIZE } from './page-cipher.ts';

/** Most bytes of a write at once. */
export const LARGEST_WRITE: number = 256 * PAGE_SIZE;

/** Entries in lists of open directories with which one more is refused. */
const MOST_LISTED = 1_000_000;

/** Permission bits, and those above them. */
const MODE_BITS = 0o7777;

const NOTHING = Buffer.alloc(0);

/** The answer to a request: bytes, an error, or nothing where the kernel waits for none. */
export type FolderAnswer = Buffer | number | 'none';

/** An encrypted directory and its files. */
export type FolderParts = {
  readonly folder: BackingFolder;
  readonly files: OpenFiles;
  /** The owner that all files have. */
  readonly owner: FileOwner;
};

/** Carries out requests for the files of an encrypted directory. */
export class FolderRequests {
  readonly #parts: FolderParts;
  readonly #nodes: Nodes;
  readonly #lists = new Map<number, readonly DirectoryEntry[]>();
  #lastHandle = 0;
  /** Entries of all lists. */
  #listed = 0;

  constructor(parts: FolderParts) {
    this.#parts = parts;
    const status = parts.folder.status('');
    this.#nodes = new Nodes(status.getBigUint64(Stat.inode, true), S_IFDIR);
  }

  /** The path of a node, for messages; empty when it has none. */
  nameOf(id: number): string {
    try {
      return nodePath(this.#nodes.get(id));
    } catch {
      return '';
    }
  }

  /**
   * Carries a request out.
   *
   * @throws HostFailure, IntegrityError, RangeError, and errors of `node:fs`.
   */
  carryOut({ call, node: id, body }: FuseRequest): FolderAnswer {
    const { files, folder } = this.#parts;
    switch (call) {
      case FuseCall.init:
        return initAnswer(body.readUInt32LE(12), LARGEST_WRITE);
      case FuseCall.forget:
        this.#forget(id, Number(body.readBigUInt64LE(0)));
        return 'none';
      case FuseCall.batchForget:
        for (let index = 0; index < body.readUInt32LE(0); index++)
          this.#forget(
            Number(body.readBigUInt64LE(8 + 16 * index)),
            Number(body.readBigUInt64LE(16 + 16 * index)),
          );
        return 'none';
      case FuseCall.interrupt:
        return 'none';
    }
    const node = this.#nodes.get(id);
    const [name = '', second = ''] = namesInRequest(body, nameOffsets.get(call) ?? body.length);
    if (name === MARK_NAME || second === MARK_NAME) {
      if (id === this.#nodes.root.id || second === MARK_NAME)
        return call === FuseCall.lookup ? LinuxErrno.ENOENT : LinuxErrno.EPERM;
    }
    switch (call) {
      case FuseCall.lookup:
        return this.#lookUp(node, name);
      case FuseCall.getattr:
        return attributesAnswer(this.#attributes(node), this.#parts.owner);
      case FuseCall.setattr:
        return this.#setAttributes(node, body);
      case FuseCall.readlink:
        return folder.readLink(nodePath(node));
      case FuseCall.symlink:
        folder.makeLink(nodePath(node), name, second);
        return this.#entry(node, name);
      case FuseCall.mknod:
        return this.#makeNode(node, name, body.readUInt32LE(0));
      case FuseCall.mkdir:
        folder.makeDirectory(nodePath(node), name, body.readUInt32LE(0) & MODE_BITS);
        return this.#entry(node, name);
      case FuseCall.unlink:
      case FuseCall.rmdir:
        this.#unname(node, name, () => folder.remove(nodePath(node), name, call === FuseCall.rmdir));
        return NOTHING;
      case FuseCall.rename:
        return this.#rename(node, name, Number(body.readBigUInt64LE(0)), second, 0);
      case FuseCall.rename2:
        return this.#rename(node, name, Number(body.readBigUInt64LE(0)), second, body.readUInt32LE(8));
      case FuseCall.link:
        return this.#link(Number(body.readBigUInt64LE(0)), node, name);
      case FuseCall.open:
        files.of(node);
        files.opened(node);
        return openAnswer(0, FOPEN_KEEP_CACHE);
      case FuseCall.create:
        return this.#create(node, name, body.readUInt32LE(4));
      case FuseCall.read:
        return this.#read(node, body);
      case FuseCall.write:
        return this.#write(node, body);
      case FuseCall.statfs:
        return this.#space();
      // Nothing is kept back, so that the kernel need not ask at each close.
      case FuseCall.flush:
        return LinuxErrno.ENOSYS;
      case FuseCall.release:
        files.released(node);
        return NOTHING;
      case FuseCall.fsync:
        files.of(node).sync((body.readUInt32LE(8) & 1) !== 0);
        return NOTHING;
      case FuseCall.fsyncdir:
        return NOTHING;
      case FuseCall.opendir:
        return this.#openList(node);
      case FuseCall.readdir: {
        const entries = this.#lists.get(Number(body.readBigUInt64LE(0))) ?? [];
        return listAnswer(entries, Number(body.readBigUInt64LE(8)), body.readUInt32LE(16));
      }
      case FuseCall.releasedir:
        return this.#closeList(Number(body.readBigUInt64LE(0)));
      case FuseCall.fallocate:
        return this.#allocate(node, body);
      default:
        return LinuxErrno.ENOSYS;
    }
  }

  #forget(id: number, count: number): void {
    const node = this.#nodes.forget(id, count);
    if (node !== undefined) this.#parts.files.drop(node);
  }

  /** The kernel keeps the answer that there is nothing, too: all changes go through it. */
  #lookUp(parent: FileNode, name: string): Buffer {
    try {
      return this.#entry(parent, name);
    } catch (error) {
      if (error instanceof HostFailure && error.errno === LinuxErrno.ENOENT) return noEntryAnswer();
      throw error;
    }
  }

  /** The node of a name, which the kernel is told of once more. */
  #entry(parent: FileNode, name: string): Buffer {
    const status = this.#parts.folder.status(join(nodePath(parent), name));
    const type = status.getUint32(Stat.mode, true) & S_IFMT;
    const node = this.#nodes.at(parent, name, status.getBigUint64(Stat.inode, true), type);
    const answer = entryAnswer(node.id, this.#attributes(node), this.#parts.owner);
    node.lookups++;
    return answer;
  }

  #attributes(node: FileNode): FuseAttributes {
    const { files, folder } = this.#parts;
    const regular = node.type === S_IFREG;
    const facts = regular ? files.factsOf(node) : undefined;
    const status =
      node.file === undefined ? folder.status(nodePath(node)) : folder.statusOf(node.file.descriptor);
    if (facts !== undefined) return { status, size: facts.size, mode: S_IFREG | facts.mode };
    const size = Number(status.getBigUint64(Stat.fileSize, true));
    return { status, size, mode: status.getUint32(Stat.mode, true) };
  }

  #setAttributes(node: FileNode, body: Buffer): Buffer | number {
    const { files, folder, owner } = this.#parts;
    const valid = body.readUInt32LE(0);
    if ((valid & FATTR_UID) !== 0 && body.readUInt32LE(76) !== owner.uid) return LinuxErrno.EPERM;
    if ((valid & FATTR_GID) !== 0 && body.readUInt32LE(80) !== owner.gid) return LinuxErrno.EPERM;
    if ((valid & FATTR_SIZE) !== 0) {
      const size = body.readBigUInt64LE(16);
      files.change(node, (file) => file.setSize(Number(size)));
    }
    if ((valid & FATTR_MODE) !== 0) {
      const mode = body.readUInt32LE(68) & MODE_BITS;
      if (node.type === S_IFREG) files.change(node, (file) => file.setMode(mode));
      else folder.setMode(nodePath(node), mode);
    }
    if ((valid & (FATTR_ATIME | FATTR_MTIME)) !== 0) {
      const time = (set: number, now: number, seconds: number, nanoseconds: number): readonly bigint[] => {
        if ((valid & set) === 0) return [0n, UTIME_OMIT];
        if ((valid & now) !== 0) return [0n, UTIME_NOW];
        return [body.readBigInt64LE(seconds), BigInt(body.readUInt32LE(nanoseconds))];
      };
      const accessed = time(FATTR_ATIME, FATTR_ATIME_NOW, 32, 56);
      const times = [...accessed, ...time(FATTR_MTIME, FATTR_MTIME_NOW, 40, 60)];
      if (node.file === undefined) folder.setTimes(nodePath(node), times);
      else folder.setTimesOf(node.file.descriptor, times);
    }
    return attributesAnswer(this.#attributes(node), owner);
  }

  #makeNode(parent: FileNode, name: string, mode: number): Buffer | number {
    const { files, folder } = this.#parts;
    const type = mode & S_IFMT;
    if (type === S_IFREG) {
      const file = files.make(join(nodePath(parent), name), mode & MODE_BITS);
      const answer = this.#entry(parent, name);
      this.#adopt(parent, name, file);
      return answer;
    }
    if (type !== S_IFIFO && type !== S_IFSOCK) return LinuxErrno.EPERM;
    folder.makeNode(nodePath(parent), name, mode);
    return this.#entry(parent, name);
  }

  #create(parent: FileNode, name: string, mode: number): Buffer {
    const { files } = this.#parts;
    const file = files.make(join(nodePath(parent), name), mode & MODE_BITS);
    const answer = this.#entry(parent, name);
    const node = this.#adopt(parent, name, file);
    files.opened(node);
    return Buffer.concat([answer, openAnswer(0, FOPEN_KEEP_CACHE)]);
  }

  /** Lets a node have the contents with which its file was made. */
  #adopt(parent: FileNode, name: string, file: NonNullable<FileNode['file']>): FileNode {
    const node = this.#nodes.named(parent, name);
    if (node === undefined) throw new Error('A file that was made has no node');
    this.#parts.files.drop(node);
    node.file = file;
    this.#parts.files.of(node);
    return node;
  }

  /** Takes a name away on the host, and then here. */
  #unname(parent: FileNode, name: string, remove: () => void): void {
    const node = this.#nodes.named(parent, name);
    const { folder, files } = this.#parts;
    const links =
      node?.type === S_IFREG ? folder.status(join(nodePath(parent), name)).getUint32(Stat.links, true) : 1;
    remove();
    if (node === undefined) return;
    this.#nodes.unname(node, parent, name);
    if (node.names.length > 0) return;
    if (node.opens === 0) files.drop(node);
    // The file may be found again by a name that is not known here.
    if (links === 1) this.#nodes.gone(node);
  }

  #rename(from: FileNode, name: string, to: number, newName: string, flags: number): Buffer | number {
    if ((flags & ~(RENAME_EXCHANGE | RENAME_NOREPLACE)) !== 0) return LinuxErrno.EINVAL;
    const target = this.#nodes.get(to);
    const move = (): void =>
      this.#parts.folder.rename(nodePath(from), name, nodePath(target), newName, flags);
    const moved = this.#nodes.named(from, name);
    const replaced = this.#nodes.named(target, newName);
    const exchange = (flags & RENAME_EXCHANGE) !== 0;
    // Two names of one file: the call does nothing.
    const same = moved !== undefined && moved === replaced;
    if (exchange || same) move();
    else this.#unname(target, newName, move);
    if (same) return NOTHING;
    if (moved !== undefined) this.#nodes.unname(moved, from, name);
    if (exchange && replaced !== undefined) {
      this.#nodes.unname(replaced, target, newName);
      this.#nodes.name(replaced, from, name);
    }
    if (moved !== undefined) this.#nodes.name(moved, target, newName);
    return NOTHING;
  }

  #link(id: number, parent: FileNode, name: string): Buffer | number {
    const node = this.#nodes.get(id);
    const [old] = node.names;
    if (old === undefined) return LinuxErrno.ENOENT;
    this.#parts.folder.link(nodePath(old.parent), old.name, nodePath(parent), name);
    return this.#entry(parent, name);
  }

  #read(node: FileNode, body: Buffer): Buffer {
    const room = Buffer.alloc(Math.min(body.readUInt32LE(16), LARGEST_WRITE));
    const length = this.#parts.files.of(node).read(Number(body.readBigUInt64LE(8)), room);
    return room.subarray(0, length);
  }

  #write(node: FileNode, body: Buffer): Buffer {
    const size = body.readUInt32LE(16);
    const offset = Number(body.readBigUInt64LE(8));
    this.#parts.files.change(node, (file) => file.write(offset, body.subarray(40, 40 + size)));
    const answer = Buffer.alloc(8);
    answer.writeUInt32LE(size, 0);
    return answer;
  }

  /** Space may be promised without being there: what is written takes it. */
  #allocate(node: FileNode, body: Buffer): Buffer | number {
    const [offset, length] = [body.readBigUInt64LE(8), body.readBigUInt64LE(16)];
    if (body.readUInt32LE(24) !== 0) return LinuxErrno.EOPNOTSUPP;
    this.#parts.files.change(node, (file) => {
      file.setSize(Math.max(file.size, Number(offset + length)));
    });
    return NOTHING;
  }

  /** Lists are kept until they are closed, in memory that no limit of the program counts. */
  #openList(node: FileNode): Buffer | number {
    if (this.#listed > MOST_LISTED) return LinuxErrno.ENFILE;
    const entries = this.#list(node);
    this.#listed += entries.length;
    this.#lists.set(++this.#lastHandle, entries);
    return openAnswer(this.#lastHandle, 0);
  }

  #closeList(handle: number): Buffer {
    this.#listed -= this.#lists.get(handle)?.length ?? 0;
    this.#lists.delete(handle);
    return NOTHING;
  }

  #list(node: FileNode): readonly DirectoryEntry[] {
    const entries = this.#parts.folder.list(nodePath(node));
    return node === this.#nodes.root ? entries.filter(({ name }) => name !== MARK_NAME) : entries;
  }

  #space(): Buffer {
    const found = this.#parts.folder.space();
    const answer = Buffer.alloc(80);
    // f_blocks, f_bfree, f_bavail, f_files and f_ffree stand in the same order; f_bsize, f_namelen, f_frsize.
    for (let word = 0; word < 5; word++)
      answer.writeBigUInt64LE(found.getBigUint64(16 + 8 * word, true), 8 * word);
    answer.writeUInt32LE(found.getUint32(8, true), 40);
    answer.writeUInt32LE(found.getUint32(64, true), 44);
    answer.writeUInt32LE(found.getUint32(72, true), 48);
    return answer;
  }
}

/** The place of the first name in the arguments of each request that has one. */
const nameOffsets: ReadonlyMap<number, number> = new Map([
  [FuseCall.lookup, 0],
  [FuseCall.symlink, 0],
  [FuseCall.mknod, 16],
  [FuseCall.mkdir, 8],
  [FuseCall.unlink, 0],
  [FuseCall.rmdir, 0],
  [FuseCall.rename, 8],
  [FuseCall.rename2, 16],
  [FuseCall.link, 8],
  [FuseCall.create, 16],
]);
