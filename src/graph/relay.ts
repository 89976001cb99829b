import { closeSync, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { O_NOFOLLOW, O_PATH } from '../linux/open-flags.ts';

/** Numbers about the connections of an arrow that we carry. */
export type Traffic = {
  connections: number;
  open: number;
  /** Bytes from clients to servers, and back. */
  sent: number;
  received: number;
  refused: number;
};

/** Makes the numbers of an arrow that nothing has used. */
export function noTraffic(): Traffic {
  return { connections: 0, open: 0, sent: 0, received: 0, refused: 0 };
}

/** Milliseconds until a server that is not there yet is tried again. */
const AGAIN = 20;

/** The way of a connection: it tries once to connect to the server. */
export type RelayTarget = { readonly dial: () => Promise<Socket | undefined>; readonly traffic: Traffic };

/** An address or a path that is listened on. A socket file that an earlier process has left there is replaced. */
export type RelayAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** Options of a relay. */
export type ArrowRelayOptions = {
  /** Finds the server of a connection, and the bytes that were read of it for this. `undefined` refuses it. */
  readonly target: (
    client: Socket,
  ) => Promise<{ readonly to: RelayTarget; readonly head: Buffer } | undefined>;
  /** Milliseconds for which a connection waits for a server that is being replaced. */
  readonly patience: number;
};

/** Carries the connections of a listener to UNIX sockets of this host. A connection waits while its server is away. */
export class ArrowRelay {
  readonly #server: Server;
  readonly #options: ArrowRelayOptions;
  readonly #clients = new Set<Socket>();

  /** @param listener Host descriptor of a socket that listens, which belongs to the relay from now on; or an address. */
  constructor(listener: number | RelayAddress, options: ArrowRelayOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
      this.#clients.add(client);
      client.once('close', () => this.#clients.delete(client));
      client.on('error', () => client.destroy());
      void this.#carry(client);
    });
    if (typeof listener === 'number') this.#server.listen({ fd: listener });
    else if ('path' in listener) this.#server.listen(socketFile(listener.path));
    else this.#server.listen(listener);
  }

  /** Ends the listener; connections that are open stay. */
  close(): void {
    this.#server.close();
  }

  /** Ends all. */
  end(): void {
    this.close();
    for (const client of this.#clients) client.destroy();
  }

  async #carry(client: Socket): Promise<void> {
    const found = await this.#options.target(client);
    if (found === undefined) {
      client.destroy();
      return;
    }
    await carryConnection(client, found, this.#options.patience);
  }
}

/** Removes a socket file that an earlier process has left, and lets all users of the pod or graph connect: the folder holds them. */
function socketFile(path: string): { path: string; readableAll: true; writableAll: true } {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
  return { path, readableAll: true, writableAll: true };
}

/**
 * Carries a connection to its server, for which it waits.
 *
 * @param patience Milliseconds.
 * @param onReached Called once, when the server is there and before a byte comes from it.
 */
export async function carryConnection(
  client: Socket,
  { to, head }: { readonly to: RelayTarget; readonly head: Buffer },
  patience: number,
  onReached: () => void = () => undefined,
): Promise<void> {
  const { traffic } = to;
  let counted = false;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const server = await reach(to, patience, client);
    if (server === undefined) break;
    if (!counted) {
      counted = true;
      traffic.connections++;
      traffic.open++;
      client.once('close', () => traffic.open--);
      if (client.destroyed) traffic.open--;
      onReached();
    }
    if (head.length > 0) {
      traffic.sent += head.length;
      server.write(head);
    }
    if (await joined(client, server, traffic, head.length > 0)) return;
  }
  if (!counted) traffic.refused++;
  client.destroy();
}

/** A server that ends a connection before a byte was exchanged was being stopped: another may be there already. */
const MOST_TRIES = 3;

/**
 * Carries the bytes of a connection.
 *
 * @param begun True if bytes were sent already.
 * @returns False when the server has ended it and no byte was exchanged, so that a new one makes no difference.
 */
function joined(client: Socket, server: Socket, traffic: Traffic, begun: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let moved = begun;
    const onSent = (bytes: Buffer): void => {
      moved = true;
      traffic.sent += bytes.length;
    };
    const onClose = (): void => {
      server.destroy();
    };
    client.on('data', onSent);
    client.once('close', onClose);
    server.on('data', (bytes: Buffer) => {
      moved = true;
      traffic.received += bytes.length;
    });
    server.on('error', () => server.destroy());
    server.once('end', () => {
      if (moved) client.end();
      else server.destroy();
    });
    server.once('close', () => {
      client.off('data', onSent);
      client.off('close', onClose);
      client.unpipe(server);
      client.pause();
      const over = moved || client.readableEnded || client.destroyed;
      // The last bytes of the server may not have left yet.
      if (over) client.destroySoon();
      resolve(over);
    });
    client.pipe(server);
    server.pipe(client, { end: false });
  });
}

/** Connects to a server, and waits for one that is not there. */
async function reach({ dial }: RelayTarget, patience: number, client: Socket): Promise<Socket | undefined> {
  const until = performance.now() + patience;
  for (;;) {
    const socket = await dial();
    if (socket !== undefined) return socket;
    if (client.destroyed || performance.now() > until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/**
 * Connects to a UNIX socket; `undefined` when nothing listens there. The last name of the path may be the server's, which could
 * make it a link to any socket of the host: connect(2) follows links, so that it gets what was opened without.
 */
export function tryOnce(path: string): Promise<Socket | undefined> {
  const held = openSocketFile(path);
  if (held === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect({ path: `/proc/self/fd/${held}`, allowHalfOpen: true });
    const fail = (): void => {
      closeSync(held);
      resolve(undefined);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      closeSync(held);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** Opens the file of a socket, only to name it; `undefined` for anything else. */
function openSocketFile(path: string): number | undefined {
  let held: number;
  try {
    held = openSync(path, O_PATH | O_NOFOLLOW);
  } catch {
    return undefined;
  }
  if (fstatSync(held).isSocket()) return held;
  closeSync(held);
  return undefined;
}
