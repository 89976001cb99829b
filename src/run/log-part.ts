import { Socket } from 'node:net';
import { close } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { sendDescriptors } from '../host/sockets/messages.ts';
import { connectSocket, makeSocket } from '../host/sockets/socket-setup.ts';
import { IOVEC_SIZE } from '../linux/limits.ts';

const LINE_END = 0x0a;

/** Seconds until a log that takes no connection is given up. */
const PATIENCE = 1;

/**
 * Connects to the log of this host for a service, each time that it asks by a line, and hands it the socket. The service names
 * no path.
 *
 * @param socket A host descriptor of the launcher's end, which belongs to this from now on.
 */
export function serveLog(socket: number, path: string): { close(): void } {
  const client = new Socket({ fd: socket, readable: true, writable: true });
  client.unref();
  client.on('error', () => client.destroy());
  client.on('data', (bytes) => {
    for (const byte of bytes) if (byte === LINE_END && !client.destroyed) answer(client, socket, path);
  });
  return { close: () => client.destroy() };
}

function answer(client: Socket, socket: number, path: string): void {
  const log = makeSocket('unix', true);
  const isConnected = log >= 0 && connectSocket(log, { family: 'unix', path }, PATIENCE) === 0;
  // The service reads an answer before it asks again: one that does not loses this.
  if (client.writableLength > 0 || (isConnected && !sendOk(socket, log))) client.destroy();
  else if (!isConnected) client.write('EPIPE\n');
  if (log >= 0) close(log);
}

/** Returns false if there is no room for it. */
function sendOk(socket: number, log: number): boolean {
  const bytes = Buffer.from('ok\n');
  const memory = new NativeMemory(bytes.length);
  memory.bytes.set(bytes);
  const vector = Buffer.alloc(IOVEC_SIZE);
  vector.writeBigUInt64LE(BigInt(memory.address), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  return sendDescriptors(socket, vector, [log]) === bytes.length;
}
