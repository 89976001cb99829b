import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../linux/memory.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { type Address, bytesAt } from './libc.ts';
import { syscall } from './syscall.ts';
import { check } from './system-error.ts';

/** Page size of x86-64; aarch64 kernels may use larger pages, for which 64 KiB is a multiple that always works. */
const PAGE = 65536;

/** Memory of our own outside JavaScript's heap: its address never moves, system calls can use it at will. */
export class NativeMemory {
  readonly address: Address;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly length: number;

  /**
   * Maps zeroed, writable memory. It lives as long as the process.
   *
   * @param length Bytes; rounded up to whole pages.
   * @throws SystemError when the host has no memory left.
   */
  constructor(length: number) {
    const rounded = Math.ceil(length / PAGE) * PAGE;
    const flags = MAP_PRIVATE | MAP_ANONYMOUS;
    this.address = check(
      syscall(callNumberOf('mmap'), 0, rounded, PROT_READ | PROT_WRITE, flags, -1, 0),
      'mmap',
      `${rounded} bytes`,
    ) as Address;
    this.length = rounded;
    this.bytes = bytesAt(this.address, rounded);
    this.view = new DataView(this.bytes.buffer);
  }

  /** The address of a byte of this memory. */
  at(offset: number): Address {
    return (this.address + offset) as Address;
  }

  /** Makes the memory read-only, so that later writes fault. */
  makeReadOnly(): void {
    check(syscall(callNumberOf('mprotect'), this.address, this.length, PROT_READ), 'mprotect', 'read-only');
  }

  /** Makes the memory executable and no longer writable. */
  makeExecutable(): void {
    check(
      syscall(callNumberOf('mprotect'), this.address, this.length, PROT_READ | PROT_EXEC),
      'mprotect',
      'executable',
    );
  }

  /**
   * Seals the mapping: from now on it can neither be unmapped, replaced, moved nor given another protection,
   * not even by an attacker who controls this process (mseal(2), Linux 6.10).
   *
   * @returns 0, or `-errno` where the host has no mseal.
   */
  seal(): number {
    return syscall(callNumberOf('mseal'), this.address, this.length, 0);
  }
}
