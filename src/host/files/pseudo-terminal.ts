import { constants, openSync } from 'node:fs';
import { O_CLOEXEC } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { TIOCGPTPEER, TIOCGWINSZ, TIOCSPTLCK, TIOCSWINSZ } from '../../linux/terminals.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { close } from './files.ts';

/*
 * Terminals of our own: pty(7), ioctl_tty(2). The requests have the same numbers on x86-64 and aarch64.
 */

/** The two ends of a terminal, as host descriptors with FD_CLOEXEC. */
export type PseudoTerminal = {
  /** The program reads bytes written here as if they were typed; its output is read here. */
  readonly ours: number;
  /** The end that the program gets as its terminal. */
  readonly theirs: number;
};

/** The size of a terminal, in characters. */
export type TerminalSize = { readonly columns: number; readonly rows: number };

/**
 * Makes a terminal.
 *
 * @throws Error when the host has none to give; nothing stays open then.
 */
export function openPseudoTerminal(): PseudoTerminal {
  const ours = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
  try {
    const unlocked = new Int32Array(1);
    check(syscall(callNumberOf('ioctl'), ours, TIOCSPTLCK, addressOf(unlocked)), 'ioctl', 'TIOCSPTLCK');
    const flags = constants.O_RDWR | constants.O_NOCTTY | O_CLOEXEC;
    // Opened by descriptor (Linux 4.13): its path may not be where we look, or not be its own.
    const theirs = check(syscall(callNumberOf('ioctl'), ours, TIOCGPTPEER, flags), 'ioctl', 'TIOCGPTPEER');
    return { ours, theirs };
  } catch (error) {
    close(ours);
    throw error;
  }
}

/** Sets the size of a terminal; programs in it are told by SIGWINCH. Returns 0 or `-errno`. */
export function setTerminalSize(terminal: number, { columns, rows }: TerminalSize): number {
  const size = Uint16Array.of(rows, columns, 0, 0);
  return syscall(callNumberOf('ioctl'), terminal, TIOCSWINSZ, addressOf(size));
}

/** The size of a terminal; `undefined` for other files, or an unknown size. */
export function terminalSize(terminal: number): TerminalSize | undefined {
  const size = new Uint16Array(4);
  const result = syscall(callNumberOf('ioctl'), terminal, TIOCGWINSZ, addressOf(size));
  const [rows = 0, columns = 0] = size;
  return result < 0 || rows === 0 || columns === 0 ? undefined : { columns, rows };
}
