import { closeSync, writeSync } from 'node:fs';
import { F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE } from '../../linux/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC } from '../../linux/memory.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';

/**
 * Creates a file that exists in memory only and has no name that could be opened (memfd_create(2)).
 *
 * @param label Its name in /proc.
 * @param parts Its contents, one after the other.
 * @returns The host descriptor, open for reading and writing, at an offset that does not matter, with FD_CLOEXEC.
 * @throws SystemError when the host refuses.
 */
export function createMemoryFile(label: string, parts: readonly Uint8Array[]): number {
  return makeFile(label, parts, MFD_CLOEXEC);
}

const SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/**
 * The same for a file that nothing can change any more.
 *
 * @throws SystemError when the host refuses.
 */
export function createSealedFile(label: string, parts: readonly Uint8Array[]): number {
  const file = makeFile(label, parts, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  try {
    check(syscall(callNumberOf('fcntl'), file, F_ADD_SEALS, SEALS), 'fcntl', 'to seal a file');
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return file;
}

function makeFile(label: string, parts: readonly Uint8Array[], flags: number): number {
  const name = Buffer.from(`${label}\0`);
  const file = check(syscall(callNumberOf('memfd_create'), addressOf(name), flags), 'memfd_create');
  try {
    let position = 0;
    for (const part of parts) {
      for (let at = 0; at < part.length; ) {
        const written = writeSync(file, part, at, part.length - at, position);
        at += written;
        position += written;
      }
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return file;
}
