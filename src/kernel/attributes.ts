import { Filetype, Fsflags } from '../abi/generated/constants.ts';
import { stat } from '../host/files/files.ts';
import { statBeneath } from '../host/files/lookup.ts';
import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  Stat,
  UTIME_NOW,
  UTIME_OMIT,
} from '../linux/stat.ts';

/** The ABI's file type for `st_mode >> 12`, which is also the `d_type` of a directory entry (inode(7), readdir(3)). */
const types: Filetype[] = Array<Filetype>(16).fill(Filetype.unknown);
types[S_IFCHR >> 12] = Filetype.character_device;
types[S_IFDIR >> 12] = Filetype.directory;
types[S_IFBLK >> 12] = Filetype.block_device;
types[S_IFREG >> 12] = Filetype.regular_file;
types[S_IFLNK >> 12] = Filetype.symbolic_link;
types[S_IFSOCK >> 12] = Filetype.socket_stream;

/** The ABI's file type of a directory entry's `d_type`. */
export function entryType(type: number): Filetype {
  return types[type & 15] ?? Filetype.unknown;
}

/**
 * Attributes of a file, read into memory of ours; the faces copy the fields in their own layouts. All arithmetic on
 * 64-bit numbers keeps within 64 bits and starts from typed arrays: the engine then allocates nothing for it.
 */
export class Attributes {
  readonly #memory = new NativeMemory(Stat.size);
  readonly #longs = new BigInt64Array(this.#memory.bytes.buffer);
  readonly #words = new Uint32Array(this.#memory.bytes.buffer);

  /** Reads the attributes of a descriptor; 0 or `-errno` of Linux. */
  load(descriptor: number): number {
    return stat(descriptor, this.#memory.address);
  }

  /** Reads the attributes of a path beneath a directory; `how` are `Open` bits. */
  loadBeneath(directory: number, path: Address, how: number): number {
    return statBeneath(directory, path, how, this.#memory.address);
  }

  #word(offset: number): number {
    return this.#words[offset / 4] ?? 0;
  }

  #long(offset: number): bigint {
    return this.#longs[offset / 8] ?? 0n;
  }

  /** The ABI's file type. A socket in the file system counts as a stream socket. */
  get type(): Filetype {
    return entryType(this.#word(Stat.mode) >> 12);
  }

  /** The device's major number in the upper half, the minor one in the lower (makedev(3)). */
  get device(): bigint {
    const device = this.#word(Stat.device);
    const major = (device >>> 8) & 0xfff;
    const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
    return BigInt.asUintN(64, BigInt(major) * 0x100000000n + BigInt(minor));
  }

  get inode(): bigint {
    return BigInt.asUintN(64, this.#long(Stat.inode));
  }

  get links(): number {
    return this.#word(Stat.links);
  }

  get size(): bigint {
    return BigInt.asUintN(64, this.#long(Stat.fileSize));
  }

  /** Nanoseconds since 1970; times before that count as 0. */
  get accessed(): bigint {
    return this.#time(Stat.accessed);
  }

  get modified(): bigint {
    return this.#time(Stat.modified);
  }

  get changed(): bigint {
    return this.#time(Stat.changed);
  }

  #time(offset: number): bigint {
    // The sign is that of the upper word.
    if (this.#word(offset + 4) >= 0x80000000) return 0n;
    return BigInt.asUintN(64, this.#long(offset) * 1_000_000_000n + this.#long(offset + 8));
  }
}

/** All flags about times. */
export const TIME_FLAGS: Fsflags = Fsflags.atim | Fsflags.atim_now | Fsflags.mtim | Fsflags.mtim_now;

/** Two `struct timespec` for utimensat(2): access and modification time. */
export class Times {
  readonly #memory = new NativeMemory(32);

  get address(): Address {
    return this.#memory.address;
  }

  /**
   * @param accessed Nanoseconds since 1970, likewise `modified`.
   * @param flags `Fsflags`: which of both to set, or to set to now.
   * @returns False when a time is asked for twice, as a value and as now.
   */
  load(accessed: bigint, modified: bigint, flags: number): boolean {
    const both = (set: number, now: number): boolean => (flags & set) !== 0 && (flags & now) !== 0;
    if (both(Fsflags.atim, Fsflags.atim_now) || both(Fsflags.mtim, Fsflags.mtim_now)) return false;
    this.#store(0, accessed, flags & Fsflags.atim, flags & Fsflags.atim_now);
    this.#store(16, modified, flags & Fsflags.mtim, flags & Fsflags.mtim_now);
    return true;
  }

  #store(at: number, time: bigint, set: number, now: number): void {
    const { view } = this.#memory;
    view.setBigInt64(at, set === 0 ? 0n : time / 1_000_000_000n, true);
    view.setBigInt64(at + 8, now !== 0 ? UTIME_NOW : set !== 0 ? time % 1_000_000_000n : UTIME_OMIT, true);
  }
}
