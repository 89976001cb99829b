import { Stat } from '../linux/stat.ts';
import { PAGE_SIZE } from './page-cipher.ts';

/*
 * The messages between the kernel and a server of a file system (uapi/linux/fuse.h, fuse(4)). Numbers are little-endian on both
 * architectures.
 */

/** The number of each request. */
export const FuseCall = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  fsyncdir: 30,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  fallocate: 43,
  rename2: 45,
} as const;

/** Bytes of the heads of requests and answers. */
export const IN_HEADER = 40;
export const OUT_HEADER = 16;

/** The node of the root. */
export const ROOT_NODE = 1;

/** The version of the protocol that is spoken here: 7.31, of Linux 5.4. */
export const FUSE_MAJOR = 7;
export const FUSE_MINOR = 31;

/** Flags of `init`. */
export const FUSE_ASYNC_READ = 1;
export const FUSE_BIG_WRITES: number = 1 << 5;
export const FUSE_PARALLEL_DIROPS: number = 1 << 18;
export const FUSE_MAX_PAGES: number = 1 << 22;
export const FUSE_CACHE_SYMLINKS: number = 1 << 23;

/** Flags of `open`. */
export const FOPEN_KEEP_CACHE: number = 1 << 1;

/** Bits of `setattr`. */
export const FATTR_MODE: number = 1 << 0;
export const FATTR_UID: number = 1 << 1;
export const FATTR_GID: number = 1 << 2;
export const FATTR_SIZE: number = 1 << 3;
export const FATTR_ATIME: number = 1 << 4;
export const FATTR_MTIME: number = 1 << 5;
export const FATTR_ATIME_NOW: number = 1 << 7;
export const FATTR_MTIME_NOW: number = 1 << 8;

/** A request. */
export type FuseRequest = {
  readonly call: number;
  readonly unique: bigint;
  readonly node: number;
  /** The arguments behind the head. */
  readonly body: Buffer;
};

/** Reads a request. Nodes are numbers that this server has given out. */
export function readFuseRequest(bytes: Buffer): FuseRequest {
  return {
    call: bytes.readUInt32LE(4),
    unique: bytes.readBigUInt64LE(8),
    node: Number(bytes.readBigUInt64LE(16)),
    body: bytes.subarray(IN_HEADER),
  };
}

/** Reads names that end with a zero, each of whose bytes becomes a character. */
export function namesInRequest(body: Buffer, from: number): readonly string[] {
  const names: string[] = [];
  for (let at = from; at < body.length; ) {
    const end = body.indexOf(0, at);
    if (end < 0) break;
    names.push(body.toString('latin1', at, end));
    at = end + 1;
  }
  return names;
}

/** Facts about a file that the kernel asks for. Times lie as `struct stat` has them. */
export type FuseAttributes = {
  readonly status: DataView;
  readonly mode: number;
  readonly size: number;
};

/** The owner that all files have. */
export type FileOwner = { readonly uid: number; readonly gid: number };

const ATTRIBUTES_SIZE = 88;
const BLOCK = 512;

/** Seconds for which the kernel need not ask again, because nothing else changes the files. */
const VALID = 3600n;

function putAttributes(
  to: Buffer,
  at: number,
  { status, mode, size }: FuseAttributes,
  owner: FileOwner,
): void {
  to.writeBigUInt64LE(status.getBigUint64(Stat.inode, true), at);
  to.writeBigUInt64LE(BigInt(size), at + 8);
  to.writeBigUInt64LE(BigInt(Math.ceil(size / BLOCK)), at + 16);
  for (const [index, time] of [Stat.accessed, Stat.modified, Stat.changed].entries()) {
    to.writeBigInt64LE(status.getBigInt64(time, true), at + 24 + 8 * index);
    to.writeUInt32LE(Number(status.getBigInt64(time + 8, true)), at + 48 + 4 * index);
  }
  to.writeUInt32LE(mode, at + 60);
  to.writeUInt32LE(status.getUint32(Stat.links, true), at + 64);
  to.writeUInt32LE(owner.uid, at + 68);
  to.writeUInt32LE(owner.gid, at + 72);
  to.writeUInt32LE(PAGE_SIZE, at + 80);
}

/** The answer to `getattr` and `setattr`. */
export function attributesAnswer(attributes: FuseAttributes, owner: FileOwner): Buffer {
  const answer = Buffer.alloc(16 + ATTRIBUTES_SIZE);
  answer.writeBigUInt64LE(VALID, 0);
  putAttributes(answer, 16, attributes, owner);
  return answer;
}

/** The answer to `lookup` and to requests that make an entry. */
export function entryAnswer(node: number, attributes: FuseAttributes, owner: FileOwner): Buffer {
  const answer = Buffer.alloc(40 + ATTRIBUTES_SIZE);
  answer.writeBigUInt64LE(BigInt(node), 0);
  answer.writeBigUInt64LE(VALID, 16);
  answer.writeBigUInt64LE(VALID, 24);
  putAttributes(answer, 40, attributes, owner);
  return answer;
}

/** The answer to `lookup` where there is nothing, which the kernel keeps. */
export function noEntryAnswer(): Buffer {
  const answer = Buffer.alloc(40 + ATTRIBUTES_SIZE);
  answer.writeBigUInt64LE(VALID, 16);
  return answer;
}

/** The answer to `open` and `opendir`, and what follows the entry in that to `create`. */
export function openAnswer(handle: number, flags: number): Buffer {
  const answer = Buffer.alloc(16);
  answer.writeBigUInt64LE(BigInt(handle), 0);
  answer.writeUInt32LE(flags, 8);
  return answer;
}

/** An entry of a directory. */
export type DirectoryEntry = { readonly name: string; readonly inode: bigint; readonly type: number };

/** As many entries as fit, from one on. */
export function listAnswer(entries: readonly DirectoryEntry[], from: number, room: number): Buffer {
  const parts: Buffer[] = [];
  let used = 0;
  for (let index = from; index < entries.length; index++) {
    const entry = entries[index];
    if (entry === undefined) break;
    const name = Buffer.from(entry.name, 'latin1');
    const part = Buffer.alloc(Math.ceil((24 + name.length) / 8) * 8);
    if (used + part.length > room) break;
    part.writeBigUInt64LE(entry.inode, 0);
    part.writeBigUInt64LE(BigInt(index + 1), 8);
    part.writeUInt32LE(name.length, 16);
    part.writeUInt32LE(entry.type, 20);
    name.copy(part, 24);
    parts.push(part);
    used += part.length;
  }
  return Buffer.concat(parts);
}

/** The answer to `init`. */
export function initAnswer(offered: number, largestWrite: number): Buffer {
  const answer = Buffer.alloc(64);
  const flags =
    FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS;
  answer.writeUInt32LE(FUSE_MAJOR, 0);
  answer.writeUInt32LE(FUSE_MINOR, 4);
  answer.writeUInt32LE(largestWrite, 8);
  answer.writeUInt32LE((flags & offered) >>> 0, 12);
  answer.writeUInt16LE(64, 16);
  answer.writeUInt16LE(48, 18);
  answer.writeUInt32LE(largestWrite, 20);
  answer.writeUInt32LE(1, 24);
  answer.writeUInt16LE(largestWrite / PAGE_SIZE, 28);
  return answer;
}
