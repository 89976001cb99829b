import { MAP_SHARED, PROT_READ, PROT_WRITE } from '../linux/memory.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { type Address, addressOf, bytesAt } from './libc.ts';
import { syscall } from './syscall.ts';
import { check } from './system-error.ts';

/**
 * Maps a whole file so that others see what is written (mmap(2), MAP_SHARED). It stays mapped.
 *
 * @param length Bytes, more than 0.
 * @param writes True if it may be written to. Writing to a mapping that may not be ends the process.
 * @throws SystemError
 */
export function mapShared(descriptor: number, length: number, writes: boolean): Uint8Array {
  const protection = writes ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = check(
    syscall(callNumberOf('mmap'), 0, length, protection, MAP_SHARED, descriptor, 0),
    'mmap',
    `${length} bytes`,
  ) as Address;
  return bytesAt(address, length);
}

/** Takes a mapping away that `mapShared` has made. Precondition: nothing looks at it again. */
export function unmap(bytes: Uint8Array): void {
  check(syscall(callNumberOf('munmap'), addressOf(bytes), bytes.length), 'munmap', `${bytes.length} bytes`);
}
