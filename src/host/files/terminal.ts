import { callNumberOf } from '../../linux/system-calls.ts';
import {
  BRKINT,
  CS8,
  CSIZE,
  ECHO,
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
  OPOST,
  PARENB,
  PARMRK,
  TCGETS,
  TCSETSW,
  Termios,
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
