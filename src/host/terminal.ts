import { callNumberOf } from './architecture.ts';
import { addressOf } from './libc.ts';
import { syscall } from './syscall.ts';

const TCGETS = 0x5401;
const TERMIOS_SIZE = 64;

/** Whether a descriptor is a terminal (ioctl_tty(2), TCGETS). */
export function isTerminal(descriptor: number): boolean {
  const attributes = new Uint8Array(TERMIOS_SIZE);
  return syscall(callNumberOf('ioctl'), descriptor, TCGETS, addressOf(attributes)) === 0;
}
