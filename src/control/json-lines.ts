import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The longest line that is read, in UTF-16 units. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Bytes that wait for a peer that does not read, at most. */
const MOST_WAITING = 32 * 1024 * 1024;

/**
 * Reads JSON values from a socket, one a line. A line that is too long or no JSON ends the connection.
 *
 * @param longest UTF-16 units of a line at most.
 */
export function readSocketLines(
  socket: Socket,
  onValue: (value: unknown) => void,
  longest: number = LONGEST_LINE,
): void {
  readValues(socket, onValue, longest);
}

/** Does the same with any stream. */
export function readValues(
  socket: Readable,
  onValue: (value: unknown) => void,
  longest: number = LONGEST_LINE,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  socket.on('data', (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longest) socket.destroy();
    for (const line of lines) {
      if (socket.destroyed) return;
      if (line.trim() === '') continue;
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        socket.destroy();
        return;
      }
      onValue(value);
    }
  });
}

/** Writes a value as a line. A peer that does not read loses its connection. */
export function writeLine(socket: Socket, value: unknown): void {
  if (socket.destroyed) return;
  socket.write(`${JSON.stringify(value)}\n`);
  if (socket.writableLength > MOST_WAITING) socket.destroy();
}

/** Gives a field of a value that was received; `undefined` where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
