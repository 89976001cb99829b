import { close } from '../host/files/files.ts';
import { addressOf } from '../host/libc.ts';
import { sendDescriptors } from '../host/sockets/messages.ts';
import { connectSocket, makeSocket } from '../host/sockets/socket-setup.ts';
import { check } from '../host/system-error.ts';
import { IOVEC_SIZE } from '../linux/limits.ts';

/** Seconds that an engine has to take a connection. */
const PATIENCE = 10;

/**
 * Sends a descriptor over a socket, with one byte or a few.
 *
 * @throws SystemError
 */
export function sendDescriptor(socket: number, descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  const vector = Buffer.alloc(IOVEC_SIZE);
  vector.writeBigUInt64LE(BigInt(addressOf(bytes)), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  check(sendDescriptors(socket, vector, [descriptor]), 'sendmsg');
}

/**
 * Gives the engine its end of a terminal (`--console-socket`).
 *
 * @throws SystemError
 */
export function sendConsole(path: string, terminal: number): void {
  const socket = check(makeSocket('unix', false), 'socket');
  try {
    const subject = `to the console socket ${path}`;
    check(connectSocket(socket, { family: 'unix', path }, PATIENCE), 'connect', subject);
    sendDescriptor(socket, terminal, '/dev/ptmx');
  } finally {
    close(socket);
  }
}
