import { OwnMemory } from '../kernel/memory.ts';
import type { Process } from '../kernel/process.ts';
import { readDirectory } from '../kernel/readdir.ts';
import { Entry, kindOf } from './status.ts';

/** Bytes of a record before the name: next cookie (u64), inode (u64), name length (u32), type (u8), padding. */
const HEADER = 24;

/** Room for a block of records; every name fits. */
const BLOCK = 0x10000;

/** The ABI's own numbers for types of entries. */
const types = Uint8Array.from({ length: 256 }, (_, type) => type);

/** Memory that is mapped stays: one block serves every listing, which nothing interrupts. */
let block: OwnMemory | undefined;

/**
 * All names in a directory but `.` and `..`.
 *
 * @param check Throws when a call has failed.
 */
export function listEntries(process: Process, fd: number, check: (result: number) => void): Entry[] {
  block ??= new OwnMemory(BLOCK);
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, BLOCK);
  const entries: Entry[] = [];
  for (let cookie = 0n; ; ) {
    const end = readDirectory(process, fd, block, 0, BLOCK, cookie, types);
    check(end);
    let at = 0;
    while (at + HEADER <= end) {
      const length = bytes.readUInt32LE(at + 16);
      if (at + HEADER + length > end) break;
      const name = bytes.toString('utf8', at + HEADER, at + HEADER + length);
      if (name !== '.' && name !== '..') entries.push(new Entry(name, kindOf(bytes[at + 20] ?? 0)));
      cookie = bytes.readBigUInt64LE(at);
      at += HEADER + length;
    }
    if (end < BLOCK) return entries;
  }
}
