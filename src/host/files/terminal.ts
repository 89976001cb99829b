import { TCGETS, TCSETSW } from '../../linux/ioctl.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';

const TERMIOS_SIZE = 64;

/** Fields of the kernel's `struct termios`, and flags of theirs (asm-generic/termbits.h, the same on x86-64 and aarch64). */
const Termios = { input: 0, output: 4, control: 8, local: 12, least: 17 + 6, time: 17 + 5 } as const;
/** IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON. */
const INPUT_FLAGS = 0o2753;
/** OPOST. */
const OUTPUT_FLAGS = 0o1;
/** ECHO, ECHONL, ICANON, ISIG, IEXTEN. */
const LOCAL_FLAGS = 0o100113;
/** CSIZE and PARENB; CS8. */
const CONTROL_FLAGS = 0o460;
const EIGHT_BITS = 0o60;

/** Tells whether a descriptor is a terminal (ioctl_tty(2), TCGETS). */
export function isTerminal(descriptor: number): boolean {
  const attributes = new Uint8Array(TERMIOS_SIZE);
  return syscall(callNumberOf('ioctl'), descriptor, TCGETS, addressOf(attributes)) === 0;
}

/** Settings of a terminal, as the kernel has them. */
export type TerminalSettings = Uint8Array;

/** The settings of a terminal; `undefined` for what is none. */
export function terminalSettings(descriptor: number): TerminalSettings | undefined {
  const settings = new Uint8Array(TERMIOS_SIZE);
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
  clear(Termios.input, INPUT_FLAGS);
  clear(Termios.output, OUTPUT_FLAGS);
  clear(Termios.local, LOCAL_FLAGS);
  clear(Termios.control, CONTROL_FLAGS);
  view.setUint32(Termios.control, view.getUint32(Termios.control, true) | EIGHT_BITS, true);
  raw[Termios.least] = 1;
  raw[Termios.time] = 0;
  return raw;
}
