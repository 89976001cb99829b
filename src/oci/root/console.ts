import { close } from '../../host/files/files.ts';
import {
  openPseudoTerminal,
  type PseudoTerminal,
  setTerminalSize,
} from '../../host/files/pseudo-terminal.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { O_CLOEXEC, O_NOCTTY, O_NOFOLLOW, O_RDWR } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { TIOCGPTPEER, TIOCSPTLCK } from '../../linux/terminals.ts';
import type { ContainerProcess } from '../config/container-process.ts';
import { attachMount, cloneMount } from './detached-mount.ts';
import { openPlace, withOpen } from './sealed-root.ts';

/** The terminal of a container's process: the engine gets one end, the process the other. */
export type Console = PseudoTerminal;

/**
 * Makes a terminal in a devpts file system of the container, which is found by its mount, or else one of the host's.
 *
 * @param terminals The mount of the container's devpts; `undefined` without one.
 * @throws SystemError
 */
export function openConsole(
  terminals: number | undefined,
  { size, user }: Pick<ContainerProcess, 'size' | 'user'>,
): Console {
  const console = terminals === undefined ? openPseudoTerminal() : openIn(terminals);
  if (size !== undefined) setTerminalSize(console.ours, size);
  // The group is that of the file system's option, which others may write to.
  check(syscall(callNumberOf('fchown'), console.theirs, user, -1), 'fchown', 'of the terminal');
  return console;
}

function openIn(terminals: number): Console {
  const name = Buffer.from('ptmx\0');
  const flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW;
  const ours = check(
    syscall(callNumberOf('openat'), terminals, addressOf(name), flags, 0),
    'openat',
    'ptmx of the container',
  );
  return peerOf(ours);
}

/** Finds the other end of a terminal by its descriptor: no path has a part in it. */
export function peerOf(ours: number): Console {
  try {
    const unlocked = new Int32Array(1);
    check(syscall(callNumberOf('ioctl'), ours, TIOCSPTLCK, addressOf(unlocked)), 'ioctl', 'TIOCSPTLCK');
    const flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
    const theirs = check(syscall(callNumberOf('ioctl'), ours, TIOCGPTPEER, flags), 'ioctl', 'TIOCGPTPEER');
    return { ours, theirs };
  } catch (error) {
    close(ours);
    throw error;
  }
}

/** Shows the terminal at /dev/console. @throws SystemError */
export function addConsole(root: number, { theirs }: Console): void {
  const mount = cloneMount(theirs, false);
  withOpen(mount, () =>
    withOpen(openPlace(root, '/dev/console', 'file', true), (place) =>
      attachMount(mount, place, '/dev/console'),
    ),
  );
}
