import { Filetype, Fsflags } from '../abi/generated/constants.ts';
import { STATX_SIZE, Statx, stat } from '../host/files.ts';
import type { Address } from '../host/libc.ts';
import { statBeneath } from '../host/lookup.ts';
import { NativeMemory } from '../host/memory.ts';

const S_IFMT = 0o170000;
const types: ReadonlyMap<number, Filetype> = new Map([
  [0o060000, Filetype.block_device],
  [0o020000, Filetype.character_device],
  [0o040000, Filetype.directory],
  [0o100000, Filetype.regular_file],
  [0o120000, Filetype.symbolic_link],
  [0o140000, Filetype.socket_stream],
]);

/** The ABI's file type for a `d_type` of a directory entry (readdir(3)): the same numbers as `st_mode >> 12`. */
const entryTypes = new Uint8Array(16);
for (const [mode, type] of types) entryTypes[mode >> 12] = type;

/** The ABI's file type of a directory entry's `d_type`. */
export function entryType(type: number): number {
  return entryTypes[type & 15] ?? Filetype.unknown;
}

/** Attributes of a file, read into memory of ours; the faces copy the fields in their own layouts. */
export class Attributes {
  readonly #memory = new NativeMemory(STATX_SIZE);
  readonly #view = this.#memory.view;

  /** Reads the attributes of a descriptor; 0 or `-errno` of Linux. */
  load(descriptor: number): number {
    return stat(descriptor, this.#memory.address);
  }

  /** Reads the attributes of what a path names beneath a directory; `how` are `Open` bits. */
  loadBeneath(directory: number, path: Address, how: number): number {
    return statBeneath(directory, path, how, this.#memory.address);
  }

  /** The ABI's file type. A socket in the file system counts as a stream socket. */
  get type(): Filetype {
    return types.get(this.#view.getUint16(Statx.mode, true) & S_IFMT) ?? Filetype.unknown;
  }

  get device(): bigint {
    const { deviceMajor, deviceMinor } = Statx;
    return (
      (BigInt(this.#view.getUint32(deviceMajor, true)) << 32n) |
      BigInt(this.#view.getUint32(deviceMinor, true))
    );
  }

  get inode(): bigint {
    return this.#view.getBigUint64(Statx.inode, true);
  }

  get links(): number {
    return this.#view.getUint32(Statx.links, true);
  }

  get size(): bigint {
    return this.#view.getBigUint64(Statx.size, true);
  }

  /** Nanoseconds since 1970; times before that count as 0. */
  get accessed(): bigint {
    return this.#time(Statx.accessed);
  }

  get modified(): bigint {
    return this.#time(Statx.modified);
  }

  get changed(): bigint {
    return this.#time(Statx.changed);
  }

  #time(at: number): bigint {
    const seconds = this.#view.getBigInt64(at, true);
    return seconds < 0n ? 0n : seconds * 1_000_000_000n + BigInt(this.#view.getUint32(at + 8, true));
  }
}

const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;

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
