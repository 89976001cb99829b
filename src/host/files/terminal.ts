import { readFileSync } from 'node:fs';
import { callNumberOf } from '../../linux/system-calls.ts';
import {
  BRKINT,
  CS8,
  CSIZE,
  ECHO,
  ECHOE,
  ECHOK,
  ECHONL,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNBRK,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IXON,
  ONLCR,
  OPOST,
  PARENB,
  PARMRK,
  TCGETS,
  TCSETSF,
  TCSETSW,
  Termios,
  VEOF,
  VEOL,
  VEOL2,
  VMIN,
  VTIME,
} from '../../linux/terminals.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';

/** Tells whether a descriptor is a terminal (ioctl_tty(2), TCGETS). */
export function isTerminal(descriptor: number): boolean {
  const attributes = new Uint8Array(Termios.size);
  return syscall(callNumberOf('ioctl'), descriptor, TCGETS, addressOf(attributes)) === 0;
}

/** Fields of proc_pid_stat(5), counted from the state: our process group, and the one that the terminal listens to. */
const GROUP = 2;
const FOREGROUND_GROUP = 5;

/** Tells whether this process is in the foreground of its terminal: others are stopped when they read there. */
export function isForeground(): boolean {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[GROUP] === fields[FOREGROUND_GROUP];
}

/** Settings of a terminal, as the kernel has them. */
export type TerminalSettings = Uint8Array;

/** The settings of a terminal; `undefined` for other files. */
export function terminalSettings(descriptor: number): TerminalSettings | undefined {
  const settings = new Uint8Array(Termios.size);
  const result = syscall(callNumberOf('ioctl'), descriptor, TCGETS, addressOf(settings));
  return result < 0 ? undefined : settings;
}

/** Changes the settings of a terminal when all that was written has been shown; returns 0 or `-errno`. */
export function setTerminalSettings(descriptor: number, settings: TerminalSettings): number {
  return syscall(callNumberOf('ioctl'), descriptor, TCSETSW, addressOf(settings));
}

/** Does the same and drops all that was typed and not read; returns 0 or `-errno`. */
export function setTerminalAfresh(descriptor: number, settings: TerminalSettings): number {
  return syscall(callNumberOf('ioctl'), descriptor, TCSETSF, addressOf(settings));
}

/** `^C`, which breaks an answer off. */
export const INTERRUPT = 3;

/** `^D`, which ends a line, and input at a terminal (VEOF). */
export const END_OF_INPUT = 4;

/**
 * The same settings for a line that is read as an answer: edited and echoed by the kernel, without signals or an end of input.
 * `^C` and `^D` end the line.
 */
export function answerSettings(settings: TerminalSettings): TerminalSettings {
  const changed = Uint8Array.from(settings);
  const view = new DataView(changed.buffer);
  const change = (field: number, clear: number, add: number): void =>
    view.setUint32(field, (view.getUint32(field, true) & ~clear) | add, true);
  change(Termios.input, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR, ICRNL);
  change(Termios.output, 0, OPOST | ONLCR);
  change(Termios.local, ISIG | ECHONL, ICANON | ECHO | ECHOE | ECHOK | IEXTEN);
  changed[Termios.characters + VEOL] = INTERRUPT;
  changed[Termios.characters + VEOL2] = END_OF_INPUT;
  // Zero is no character (_POSIX_VDISABLE).
  changed[Termios.characters + VEOF] = 0;
  return changed;
}

/** The same settings, but every byte passes as it is (cfmakeraw(3)). */
export function rawSettings(settings: TerminalSettings): TerminalSettings {
  const raw = Uint8Array.from(settings);
  const view = new DataView(raw.buffer);
  const clear = (field: number, flags: number): void =>
    view.setUint32(field, view.getUint32(field, true) & ~flags, true);
  clear(Termios.input, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  clear(Termios.output, OPOST);
  clear(Termios.local, ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  clear(Termios.control, CSIZE | PARENB);
  view.setUint32(Termios.control, view.getUint32(Termios.control, true) | CS8, true);
  raw[Termios.characters + VMIN] = 1;
  raw[Termios.characters + VTIME] = 0;
  return raw;
}
