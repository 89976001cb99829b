import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { WRITE_OF_OTHERS } from '../host/files/own-file.ts';
import { readSocketLines, writeLine } from './json-lines.ts';
import { isTrustedPeer } from './peer.ts';

/** A connected process of the user. */
export type LineClient = { readonly send: (value: unknown) => void };

/** Serves one client. */
export type LineSession = {
  readonly onValue: (value: unknown) => void;
  readonly onEnd: () => void;
};

/** Clients at once, and the longest line of one, in UTF-16 units. */
const MOST_CLIENTS = 16;
const LONGEST_LINE = 64 * 1024;

/** A UNIX socket of mode 0600 at which other processes of the user, and no sandboxed ones, exchange JSON lines with us. */
export class LineServer {
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  /**
   * Listens. A socket that a process of the user has left behind is replaced.
   *
   * @throws Error when the path is taken, or the folder is not the user's alone.
   */
  constructor(path: string, begin: (client: LineClient) => LineSession) {
    const place = resolve(path);
    checkFolder(dirname(place));
    removeStale(place);
    this.#server = createServer((socket) => this.#serve(socket, begin));
    this.#server.maxConnections = MOST_CLIENTS;
    this.#server.on('error', () => undefined);
    const mask = process.umask(0o177);
    try {
      // The socket is there when this returns; only the event comes later.
      this.#server.listen(place);
    } finally {
      process.umask(mask);
    }
    if (!this.#server.listening)
      throw new Error(`Cannot listen at '${path}': it is taken, or cannot be made`);
    this.#server.unref();
  }

  /** Ends all connections and removes the socket. */
  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.end();
  }

  #serve(socket: Socket, begin: (client: LineClient) => LineSession): void {
    if (!isTrustedPeer(socket)) {
      socket.destroy();
      return;
    }
    this.#clients.add(socket);
    socket.unref();
    const { onValue, onEnd } = begin({ send: (value) => writeLine(socket, value) });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#clients.delete(socket);
      onEnd();
    });
    readSocketLines(socket, onValue, LONGEST_LINE);
  }
}

/** Other users must not be able to put another socket in the place of ours. */
function checkFolder(folder: string): void {
  const { uid, mode } = lstatSync(folder);
  const own = uid === process.geteuid?.() || uid === 0;
  const shared = (mode & WRITE_OF_OTHERS) !== 0 && (mode & 0o1000) === 0;
  if (!own || shared)
    throw new Error(`'${folder}' is no safe place for a socket: other users can write to it`);
}

function removeStale(path: string): void {
  let uid: number;
  try {
    const stats = lstatSync(path);
    if (!stats.isSocket()) return;
    ({ uid } = stats);
  } catch {
    return;
  }
  const served = readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`));
  if (uid === process.geteuid?.() && !served) rmSync(path, { force: true });
}
