import { ftruncateSync } from 'node:fs';
import { close } from '../../host/files/files.ts';
import { addressOf } from '../../host/libc.ts';
import { mapShared, unmap } from '../../host/mapping.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK } from '../../linux/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC } from '../../linux/memory.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { WINDOW_SIZE } from './guest-layout.ts';

/** Memory that an executable shares with its supervisor: the arguments and results of its calls. */
export type Window = {
  /** The host descriptor of its file. */
  readonly file: number;
  readonly bytes: Uint8Array;
};

/**
 * Makes a window. Its size is sealed: the program cannot take memory away that the supervisor is about to look at.
 *
 * @throws SystemError when the host refuses memory for it.
 */
export function makeWindow(): Window {
  return sealedWindow((file) => ftruncateSync(file, WINDOW_SIZE));
}

/**
 * Makes a window in a supervisor, whose filter lets nothing change the size of a file but by writing.
 *
 * @throws SystemError
 */
export function makeGrownWindow(): Window {
  const last = new Uint8Array(1);
  return sealedWindow((file) =>
    check(syscall(callNumberOf('pwrite64'), file, addressOf(last), 1, WINDOW_SIZE - 1), 'pwrite64'),
  );
}

/** Gives up a window whose process has ended. Precondition: nothing looks at its bytes again. */
export function closeWindow({ bytes, file }: Window): void {
  unmap(bytes);
  close(file);
}

function sealedWindow(grow: (file: number) => void): Window {
  const name = Buffer.from('cloudabi-window\0');
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const file = check(syscall(callNumberOf('memfd_create'), addressOf(name), flags), 'memfd_create');
  try {
    grow(file);
    const seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
    check(syscall(callNumberOf('fcntl'), file, F_ADD_SEALS, seals), 'fcntl', 'to seal a window');
    return { file, bytes: mapShared(file, WINDOW_SIZE, true) };
  } catch (error) {
    close(file);
    throw error;
  }
}
