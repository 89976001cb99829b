import { closeSync, constants, openSync } from 'node:fs';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { SeekFrom } from './files.ts';

const GETDENTS64 = callNumberOf('getdents64');
const LSEEK = callNumberOf('lseek');

/** Offsets within `struct linux_dirent64` (getdents64(2)). */
export const LinuxDirent = { inode: 0, next: 8, recordLength: 16, type: 18, name: 19 } as const;

/** Fills memory with directory entries from where the descriptor stands; returns bytes used, 0 at the end, or `-errno`. */
export function readEntries(directory: number, into: Address, length: number): number {
  return syscall(GETDENTS64, directory, into, length);
}

const LOW_BITS = 0xffffffffn;

/**
 * Moves a directory descriptor to a place that an earlier entry's `next` named; 0 is the start. Places are 63-bit
 * hashes on some file systems (ext4), more than a `number` holds: such a seek goes in two exact steps.
 */
export function seekEntries(directory: number, position: bigint): number {
  if (position <= LOW_BITS) return syscall(LSEEK, directory, Number(position), SeekFrom.start);
  const high = syscall(LSEEK, directory, Number(position & ~LOW_BITS), SeekFrom.start);
  return high < 0 ? high : syscall(LSEEK, directory, Number(position & LOW_BITS), SeekFrom.current);
}

/** Lists the numeric names of a directory such as /proc/self/task again and again through one open descriptor. */
export class NumericListing {
  /** The open directory. */
  readonly descriptor: number;
  readonly #block = new NativeMemory(65536);

  /** @param path A directory; it is opened here and needs no path afterwards. */
  constructor(path: string) {
    this.descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  /** The numbers found now, in the order of the directory; names that are not numbers are left out. */
  read(): number[] {
    const found: number[] = [];
    check(seekEntries(this.descriptor, 0n), 'lseek');
    for (;;) {
      const used = check(readEntries(this.descriptor, this.#block.address, this.#block.length), 'getdents64');
      if (used === 0) return found;
      for (let at = 0; at < used; at += this.#block.view.getUint16(at + LinuxDirent.recordLength, true)) {
        let value = 0;
        for (let index = at + LinuxDirent.name; this.#block.bytes[index] !== 0; index++) {
          value = value * 10 + (this.#block.bytes[index] ?? 0) - 48;
        }
        if (Number.isSafeInteger(value) && value >= 0) found.push(value);
      }
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
