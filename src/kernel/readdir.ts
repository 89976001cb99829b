import { Errno } from '../abi/generated/constants.ts';
import { LinuxDirent, readEntries, seekEntries } from '../host/files/directories.ts';
import { NativeMemory } from '../host/memory.ts';
import { entryType } from './attributes.ts';
import type { Cookies } from './cookies.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { Memory } from './memory.ts';
import { fromHost, type Result } from './result.ts';
import { R } from './rights.ts';

/** Bytes of the ABI's `dirent` before the name: next cookie (u64), inode (u64), name length (u32), type (u8), padding. */
export const ENTRY_HEADER = 24;

/** The ABI's own numbers for types of entries. */
export const ownTypes: Uint8Array = Uint8Array.from({ length: 256 }, (_, type) => type);

/**
 * The last block of entries read from the host. Programs read a directory in small pieces and each piece ends in
 * the middle of an entry; going on from this block saves reading the rest of it again.
 */
export class DirectoryBlock {
  readonly memory: NativeMemory = new NativeMemory(65536);
  /** The directory that the block comes from; -1 when the block is stale. */
  descriptor = -1;
  /** `DescriptorTable.closes` when the block was read: afterwards the number may name another directory. */
  closes = 0;
  /** The program's cookie for `at`. */
  cookie = 0n;
  /** The start of the next entry, and the end of the block. */
  at = 0;
  end = 0;
}

/** The part of a process that reads directories. */
export type DirectoryReader = {
  readonly descriptors: DescriptorTable;
  readonly directoryBlock: DirectoryBlock;
  readonly cookies: Cookies;
};

/** The header of an entry that does not fit as a whole. */
const entryBytes = new Uint8Array(ENTRY_HEADER);
const entry = new DataView(entryBytes.buffer);

/** Copies a 64-bit number as two halves, which engines do many times faster than as one. */
function copyLong(into: DataView, at: number, from: DataView, offset: number): void {
  into.setUint32(at, from.getUint32(offset, true), true);
  into.setUint32(at + 4, from.getUint32(offset + 4, true), true);
}

/** Turns the ABI's file type of an entry into the calling face's number for it. */
export type TypeNumbers = Uint8Array;

/**
 * file_readdir: fills `length` bytes of the guest at `start` with entries that follow the cookie, `.` and `..` among
 * them. The last entry may be cut off at the end of the buffer; less than a full buffer means the end of the directory.
 *
 * A cookie stands for the host's own place (cookies.ts): it stays valid as long as the directory is open, and 0 starts
 * anew.
 *
 * @returns Bytes stored.
 */
export function readDirectory(
  process: DirectoryReader,
  fd: number,
  memory: Memory,
  start: number,
  length: number,
  after: bigint,
  types: TypeNumbers,
): Result {
  const directory = process.descriptors.require('file_readdir', fd, R.file_readdir);
  if (directory < 0) return directory;
  const { directoryBlock: block, cookies } = process;
  const cookie = BigInt.asUintN(64, after);
  const { closes } = process.descriptors;
  const stale = block.descriptor !== directory || block.closes !== closes || block.cookie !== cookie;
  // Another thread may have moved the host's position meanwhile.
  if (stale || cookie === 0n || process.descriptors.isShared) {
    block.descriptor = -1;
    const place = cookies.place(cookie);
    if (place === undefined) return -Errno.inval;
    const sought = seekEntries(directory, place);
    if (sought < 0) return fromHost(sought);
    block.descriptor = directory;
    block.closes = closes;
    block.cookie = cookie;
    block.at = 0;
    block.end = 0;
  }

  let used = 0;
  while (used < length) {
    const room = Math.min(length - used, memory.most);
    const place = memory.room(start + used, room);
    if (place < 0) return place;
    const stored = storeEntries(process, memory.bytes, place, room, used + room === length, types);
    if (stored < 0) return used > 0 ? used : stored;
    const given = memory.give(start + used, stored);
    if (given < 0) return given;
    used += stored;
    // The host had no more entries, or could not read them.
    if (block.end === 0 || block.descriptor < 0) break;
  }
  return used;
}

/**
 * Stores entries from the block's place on, of the directory that the block comes from.
 *
 * @param isLast True if an entry that does not fit is to be cut off; else it is left for the next piece of the buffer.
 * @returns Bytes stored; or an error, if the host gave none before it.
 */
function storeEntries(
  { directoryBlock: block, cookies }: DirectoryReader,
  target: Uint8Array,
  start: number,
  length: number,
  isLast: boolean,
  types: TypeNumbers,
): Result {
  const { bytes, view, address } = block.memory;
  const out = new DataView(target.buffer, target.byteOffset);
  let used = 0;
  while (used < length) {
    if (block.at === block.end) {
      const read = readEntries(block.descriptor, address, block.memory.length);
      if (read < 0) {
        block.descriptor = -1;
        return used > 0 ? used : fromHost(read);
      }
      block.at = 0;
      block.end = read;
      if (read === 0) break;
    }
    const from = block.at;
    const nameStart = from + LinuxDirent.name;
    const next = from + view.getUint16(from + LinuxDirent.recordLength, true);
    let nameEnd = nameStart;
    while (nameEnd < next && bytes[nameEnd] !== 0) nameEnd++;
    const nameLength = nameEnd - nameStart;
    const size = ENTRY_HEADER + nameLength;
    const following = cookies.of(
      view.getUint32(from + LinuxDirent.next, true),
      view.getInt32(from + LinuxDirent.next + 4, true),
    );
    const type = types[entryType(view.getUint8(from + LinuxDirent.type))] ?? 0;
    const room = length - used;
    const at = start + used;
    if (size > room) {
      if (!isLast) break;
      // Cut off: made apart, and stored as far as it fits. The next call starts with it again.
      entry.setBigUint64(0, following, true);
      copyLong(entry, 8, view, from + LinuxDirent.inode);
      entry.setUint32(16, nameLength, true);
      entry.setUint32(20, type, true);
      target.set(entryBytes.subarray(0, Math.min(room, ENTRY_HEADER)), at);
      if (room > ENTRY_HEADER)
        target.set(bytes.subarray(nameStart, nameStart + room - ENTRY_HEADER), at + ENTRY_HEADER);
      used = length;
      break;
    }
    out.setBigUint64(at, following, true);
    copyLong(out, at + 8, view, from + LinuxDirent.inode);
    out.setUint32(at + 16, nameLength, true);
    out.setUint32(at + 20, type, true);
    for (let index = 0; index < nameLength; index++)
      target[at + ENTRY_HEADER + index] = bytes[nameStart + index] ?? 0;
    used += size;
    block.at = next;
    block.cookie = following;
  }
  return used;
}
