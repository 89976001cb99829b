import {
  ANY_ADDRESSES,
  addressOfBytes,
  type IpAddress,
  LOOPBACK_ADDRESSES,
  sameAddress,
} from '../../network/address.ts';
import { unmapped } from '../../network/embedded.ts';
import type { ConnectionRefusal } from '../../network/refusal.ts';

/** Connects that are remembered; later ones take the place of the oldest. */
const ENTRIES = 64;

/** The longest name of an executable, in bytes (PATH_MAX of linux/limits.h). */
const LONGEST_NAME = 4096;

/** The parts of an entry: process id, port, lengths of the address and the name, then both. */
const Entry = {
  pid: 0,
  port: 4,
  addressLength: 6,
  nameLength: 8,
  address: 16,
  name: 32,
  size: 32 + LONGEST_NAME,
} as const;

/** The count of all connects so far comes first. */
const HEAD = 8;

/** Bytes of the memory for recent connects. */
export const RECENT_CONNECTS_SIZE = HEAD + ENTRIES * Entry.size;

/** A connect(2) that a process is about to make. */
export type Connect = {
  readonly address: IpAddress;
  readonly port: number;
  readonly process: NonNullable<ConnectionRefusal['process']>;
};

/**
 * The last connects of an observed program, in memory that the observing thread shares with the launcher: an entry is there
 * before the kernel has made the call, and can have refused it.
 */
export class RecentConnects {
  readonly #count: Uint32Array;
  readonly #bytes: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.#count = new Uint32Array(memory, 0, 1);
    this.#bytes = Buffer.from(memory);
  }

  /** Notes a connect. Only one thread does. */
  add({ address: named, port, process: { pid, executable } }: Connect): void {
    const address = reached(named);
    const count = Atomics.load(this.#count, 0);
    const entry = this.#entry(count % ENTRIES);
    entry.writeUInt32LE(pid, Entry.pid);
    entry.writeUInt16LE(port, Entry.port);
    entry.writeUInt16LE(address.bytes.length, Entry.addressLength);
    entry.set(address.bytes, Entry.address);
    entry.writeUInt16LE(entry.write(executable, Entry.name, LONGEST_NAME), Entry.nameLength);
    Atomics.store(this.#count, 0, count + 1);
  }

  /** Finds the process that was the last to connect to an address and port; `undefined` when that is too long ago. */
  find(address: IpAddress, port: number): ConnectionRefusal['process'] {
    const count = Atomics.load(this.#count, 0);
    for (let back = 1; back <= Math.min(count, ENTRIES); back++) {
      const entry = this.#entry((count - back) % ENTRIES);
      if (entry.readUInt16LE(Entry.port) !== port) continue;
      const bytes = entry.subarray(Entry.address, Entry.address + entry.readUInt16LE(Entry.addressLength));
      if (!sameAddress(address, addressOfBytes(bytes))) continue;
      const executable = entry.toString(
        'utf8',
        Entry.name,
        Entry.name + entry.readUInt16LE(Entry.nameLength),
      );
      return { pid: entry.readUInt32LE(Entry.pid), executable };
    }
    return undefined;
  }

  #entry(index: number): Buffer {
    const at = HEAD + index * Entry.size;
    return this.#bytes.subarray(at, at + Entry.size);
  }
}

/** The address that the kernel connects to: 0.0.0.0 and :: are the loopback's. */
function reached(address: IpAddress): IpAddress {
  const plain = unmapped(address);
  const any = ANY_ADDRESSES.findIndex((one) => sameAddress(one, plain));
  return LOOPBACK_ADDRESSES[any] ?? plain;
}
