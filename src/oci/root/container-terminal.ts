import { fstatSync, openSync } from 'node:fs';
import { close } from '../../host/files/files.ts';
import { setTerminalSize } from '../../host/files/pseudo-terminal.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { DEVPTS_SUPER_MAGIC, Statfs } from '../../linux/mounts.ts';
import { O_CLOEXEC, O_NOCTTY, O_RDWR } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { ContainerProcess } from '../config/container-process.ts';
import { OciError } from '../oci-error.ts';
import { type Console, openConsole, peerOf } from './console.ts';
import { tryOpenIn } from './sealed-root.ts';

/** Major 5, minor 2: `ptmx`. */
const PTMX_DEVICE = 0x502;

/** Makes a terminal for a process, outside of the container's mount namespace. */
export type MakeConsole = (process: Pick<ContainerProcess, 'size' | 'user'>) => Console;

/**
 * Finds the terminals of a running container, whose files its programs may have changed by now. They are opened only when
 * they are known to be terminals: opening something else could wait for ever, or do harm.
 *
 * @param top A descriptor of the container's root. This thread is in its mount namespace.
 * @throws OciError for anything else in their place.
 */
export function openContainerTerminal(top: number): MakeConsole {
  const found = tryOpenIn(top, '/dev/pts/ptmx', { strict: true });
  if (found < 0) return (process) => openConsole(undefined, process);
  const room = Buffer.alloc(Statfs.size);
  check(syscall(callNumberOf('fstatfs'), found, addressOf(room)), 'fstatfs');
  const isTerminals = room.readUInt32LE(Statfs.type) === DEVPTS_SUPER_MAGIC;
  if (!isTerminals || fstatSync(found).rdev !== PTMX_DEVICE) {
    close(found);
    throw new OciError('/dev/pts/ptmx of the container is not the device that makes terminals');
  }
  return ({ size, user }) => {
    try {
      const ours = openSync(`/proc/self/fd/${found}`, O_RDWR | O_NOCTTY | O_CLOEXEC);
      const console = peerOf(ours);
      if (size !== undefined) setTerminalSize(ours, size);
      check(syscall(callNumberOf('fchown'), console.theirs, user, -1), 'fchown', 'of the terminal');
      return console;
    } finally {
      close(found);
    }
  };
}
