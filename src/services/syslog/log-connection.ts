import { close } from '../../host/files/files.ts';
import { NativeMemory } from '../../host/memory.ts';
import { send } from '../../host/sockets/sockets.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { LauncherLines } from '../launcher/lines.ts';
import type { ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';

/** Lines that wait for a connection, at most. */
const MOST_WAITING = 256;

/** The way of lines to a log. */
export type LogWriter = {
  /**
   * Writes a line.
   *
   * @throws ServiceError `EPIPE` when the log has ended.
   */
  write(line: Uint8Array): null | Promise<null>;
};

/**
 * A socket that was connected to the log before the start, for as long as the log keeps it.
 *
 * @param most Bytes of the longest line.
 */
export function onceConnected(socket: number, most: number): LogWriter {
  const memory = new NativeMemory(most);
  return {
    write: (line) => {
      if (!sends(socket, memory, line)) throw ended();
      return null;
    },
  };
}

/** A connection to the log that the launcher makes, and another one each time that a line cannot be written. */
export class LogConnection implements LogWriter {
  readonly #memory: NativeMemory;
  readonly #lines: LauncherLines;
  readonly #waiting: ((socket: number) => void)[] = [];
  #socket = -1;

  /**
   * @param launcher The socket to the launcher, which answers each line with `ok` and a connected socket, or with an error.
   * @param most Bytes of the longest line.
   */
  constructor(launcher: number, most: number, host: ServiceHost) {
    this.#memory = new NativeMemory(most);
    const settle = (socket: number): void => {
      if (this.#socket >= 0) close(this.#socket);
      this.#socket = socket;
      for (const go of this.#waiting.splice(0)) go(socket);
    };
    this.#lines = new LauncherLines(
      launcher,
      (text, take) => settle((text === 'ok' ? take() : undefined) ?? -1),
      () => settle(-1),
    );
    host.watch(launcher, EPOLLIN, () => {
      if (!this.#lines.read()) host.unwatch(launcher);
    });
  }

  write(line: Uint8Array): null | Promise<null> {
    // While a connection is being made, lines keep their order behind the first.
    if (this.#waiting.length === 0 && sends(this.#socket, this.#memory, line)) return null;
    if (this.#waiting.length >= MOST_WAITING) throw new ServiceError('EAGAIN', 'The log takes no more lines');
    if (this.#waiting.length === 0) this.#lines.send('connect');
    return new Promise((resolve, reject) => {
      this.#waiting.push((socket) => {
        if (sends(socket, this.#memory, line)) resolve(null);
        else reject(ended());
      });
    });
  }
}

function sends(socket: number, memory: NativeMemory, line: Uint8Array): boolean {
  if (socket < 0) return false;
  memory.bytes.set(line);
  return send(socket, memory.address, line.length) >= 0;
}

function ended(): ServiceError {
  return new ServiceError('EPIPE', 'The log has ended');
}
