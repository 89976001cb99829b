import { Dirent, readEntries, seekEntries } from '../host/directories.ts';
import { NativeMemory } from '../host/memory.ts';
import { entryType } from './attributes.ts';
import type { Process } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { R } from './rights.ts';

/** Bytes of the ABI's `dirent` before the name: next cookie (u64), inode (u64), name length (u32), type (u8), padding. */
const HEADER = 24;

/**
 * The last block of entries read from the host. Programs read a directory in small pieces and each piece ends in
 * the middle of an entry; going on from this block saves reading the rest of it again.
 */
export class DirectoryBlock {
  readonly memory: NativeMemory = new NativeMemory(65536);
  /** Which directory the block comes from; -1 when the block is stale. */
  descriptor = -1;
  /** `DescriptorTable.closes` when the block was read: afterwards the number may name another directory. */
  closes = 0;
  /** The cookie that stands for `at`. */
  cookie = 0n;
  /** Where the next entry starts, and where the block ends. */
  at = 0;
  end = 0;
}

/** Turns the ABI's file type of an entry into the calling face's number for it. */
export type TypeNumbers = Uint8Array;

/**
 * file_readdir: fills `target` from `start` with entries that follow the cookie, `.` and `..` among them. The last
 * entry may be cut off at the end of the buffer; less than a full buffer means the end of the directory.
 *
 * A cookie is the host's own position: it stays valid as long as the directory is open, and 0 starts anew.
 *
 * @returns Bytes stored.
 */
export function readDirectory(
  process: Process,
  fd: number,
  target: Uint8Array,
  start: number,
  length: number,
  cookie: bigint,
  types: TypeNumbers,
): Result {
  const directory = process.descriptors.require('file_readdir', fd, R.file_readdir);
  if (directory < 0) return directory;
  const { directoryBlock: block } = process;
  const { bytes, view, address } = block.memory;
  const { closes } = process.descriptors;
  const stale = block.descriptor !== directory || block.closes !== closes || block.cookie !== cookie;
  if (stale || cookie === 0n) {
    block.descriptor = -1;
    const sought = seekEntries(directory, cookie);
    if (sought < 0) return fromHost(sought);
    block.descriptor = directory;
    block.closes = closes;
    block.cookie = cookie;
    block.at = 0;
    block.end = 0;
  }

  const out = new DataView(target.buffer, target.byteOffset);
  const entry = new DataView(new ArrayBuffer(HEADER));
  const header = new Uint8Array(entry.buffer);
  let used = 0;
  while (used < length) {
    if (block.at === block.end) {
      const read = readEntries(directory, address, block.memory.length);
      if (read < 0) {
        block.descriptor = -1;
        return used > 0 ? used : fromHost(read);
      }
      block.at = 0;
      block.end = read;
      if (read === 0) break;
    }
    const nameStart = block.at + Dirent.name;
    const nameEnd = bytes.indexOf(0, nameStart);
    const next = view.getBigInt64(block.at + Dirent.next, true);
    const size = HEADER + nameEnd - nameStart;
    const room = length - used;
    const into = room >= HEADER ? out : entry;
    const at = room >= HEADER ? start + used : 0;
    into.setBigInt64(at, next, true);
    into.setBigUint64(at + 8, view.getBigUint64(block.at + Dirent.inode, true), true);
    into.setUint32(at + 16, nameEnd - nameStart, true);
    into.setUint32(at + 20, types[entryType(view.getUint8(block.at + Dirent.type))] ?? 0, true);
    if (room < HEADER) target.set(header.subarray(0, room), start + used);
    else
      target.set(
        bytes.subarray(nameStart, Math.min(nameEnd, nameStart + room - HEADER)),
        start + used + HEADER,
      );
    if (size > room) {
      used = length;
      break;
    }
    used += size;
    block.at += view.getUint16(block.at + Dirent.recordLength, true);
    block.cookie = next;
  }
  return used;
}
