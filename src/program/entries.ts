import { OwnMemory } from '../kernel/memory.ts';
import type { KernelProcess } from '../kernel/process.ts';
import { ENTRY_HEADER, ownTypes, readDirectory } from '../kernel/readdir.ts';
import { Entry, kindOf } from './status.ts';

/** Room for a block of records; every name fits. */
const BLOCK = 0x10000;

/** Memory that is mapped stays: one block serves every listing, which nothing interrupts. */
let block: OwnMemory | undefined;

/**
 * All names in a directory but `.` and `..`.
 *
 * @param check Throws when a call has failed.
 */
export function listEntries(process: KernelProcess, fd: number, check: (result: number) => void): Entry[] {
  block ??= new OwnMemory(BLOCK);
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, BLOCK);
  const entries: Entry[] = [];
  for (let cookie = 0n; ; ) {
    const end = readDirectory(process, fd, block, 0, BLOCK, cookie, ownTypes);
    check(end);
    let at = 0;
    while (at + ENTRY_HEADER <= end) {
      const length = bytes.readUInt32LE(at + 16);
      if (at + ENTRY_HEADER + length > end) break;
      const name = bytes.toString('utf8', at + ENTRY_HEADER, at + ENTRY_HEADER + length);
      if (name !== '.' && name !== '..') entries.push(new Entry(name, kindOf(bytes[at + 20] ?? 0)));
      cookie = bytes.readBigUInt64LE(at);
      at += ENTRY_HEADER + length;
    }
    if (end < BLOCK) return entries;
  }
}
