// A guest whose memory belongs to another process, reached as process_vm_readv(2) and process_vm_writev(2) reach it.
import { Errno } from '../../../src/abi/generated/constants.ts';
import { type Address, addressOf } from '../../../src/host/libc.ts';
import { NativeMemory } from '../../../src/host/memory.ts';
import { syscall } from '../../../src/host/syscall.ts';
import type { Memory } from '../../../src/kernel/memory.ts';
import type { Result } from '../../../src/kernel/result.ts';
import type { Vectors } from '../../../src/kernel/vectors.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';

const READ = callNumberOf('process_vm_readv');
const WRITE = callNumberOf('process_vm_writev');

/** A piece of memory: an address and its bytes. */
type Piece = readonly [at: number, length: number];

/** An array of `struct iovec`. */
function iovecs(pieces: readonly Piece[]): BigUint64Array {
  return BigUint64Array.from(pieces.flat(), BigInt);
}

/**
 * Moves bytes between memory of ours and pieces of another process's.
 *
 * @returns `length`; `-fault` when less could be moved.
 */
function move(call: number, pid: number, ours: Address, length: number, theirs: readonly Piece[]): Result {
  if (length === 0) return 0;
  const [local, remote] = [iovecs([[ours, length]]), iovecs(theirs)];
  const moved = syscall(call, pid, addressOf(local), 1, addressOf(remote), theirs.length, 0);
  return moved === length ? length : -Errno.fault;
}

/** The memory of another process, of which calls see a window. */
export class OtherMemory implements Memory {
  /** As small as may be, so that calls have to move it. */
  readonly most: number = 4096;
  readonly #window = new NativeMemory(this.most);
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
  }

  get bytes(): Uint8Array {
    return this.#window.bytes;
  }

  take(at: number, length: number): Result {
    const moved = move(READ, this.#pid, this.#window.address, length, [[at, length]]);
    return moved < 0 ? moved : 0;
  }

  room(): Result {
    // The last guest's call may have left bytes there, which this one must not see.
    this.#window.bytes.fill(0);
    return 0;
  }

  give(at: number, length: number): Result {
    return move(WRITE, this.#pid, this.#window.address, length, [[at, length]]);
  }

  addressOf(place: number): Address {
    return this.#window.at(place);
  }
}

/** Buffers in another process: the host moves their contents through one of ours. Longer reads and writes are partial. */
export class OtherVectors implements Vectors {
  readonly #buffer = new NativeMemory(65536);
  readonly #vector = new NativeMemory(16);
  readonly #pid: number;
  #pieces: Piece[] = [];
  total = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  get count(): number {
    return this.total === 0 ? 0 : 1;
  }

  get address(): Address {
    this.#vector.view.setBigUint64(0, BigInt(this.first), true);
    this.#vector.view.setBigUint64(8, BigInt(this.firstLength), true);
    return this.#vector.address;
  }

  get bytes(): Uint8Array {
    const used = this.address === 0 ? 0 : this.count * 16;
    return this.#vector.bytes.subarray(0, used);
  }

  get first(): Address {
    return this.#buffer.address;
  }

  get firstLength(): number {
    return this.total;
  }

  clear(): void {
    this.#pieces = [];
    this.total = 0;
  }

  add(at: number, length: number): void {
    const fits = Math.min(length, this.#buffer.length - this.total);
    if (fits > 0) this.#pieces.push([at, fits]);
    this.total += fits;
  }

  gather(): Result {
    const moved = move(READ, this.#pid, this.first, this.total, this.#pieces);
    return moved < 0 ? moved : 0;
  }

  scatter(done: Result): Result {
    if (done <= 0) return done;
    const filled: Piece[] = [];
    let left = done;
    for (const [at, length] of this.#pieces) {
      if (left > 0) filled.push([at, Math.min(length, left)]);
      left -= length;
    }
    return move(WRITE, this.#pid, this.first, done, filled);
  }
}
