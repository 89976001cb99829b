import { lstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Server } from 'node:tls';
import { ArrowRelay, carryConnection, noTraffic, tryOnce } from '../relay.ts';
import { createChannelServer, TAKEN } from './channel-server.ts';
import { Credentials } from './credentials.ts';
import { dialChannel } from './dial-channel.ts';

/** Milliseconds between two looks for the socket of a program that is starting. */
const AGAIN = 100;

/** Options of the ends of channels. */
export type ChannelOptions = {
  /** Milliseconds for which a connection waits for its server. */
  readonly patience: number;
  /** Is told of refusals, in words for a log. */
  readonly onRefusal: (words: string) => void;
};

/** The ends of channels in one pod. Their programs see UNIX sockets; keys, certificates and the network are seen here alone. */
export class ChannelEnds {
  readonly credentials: Credentials;
  readonly #options: ChannelOptions;
  readonly #servers: Server[] = [];
  readonly #relays: ArrowRelay[] = [];
  readonly #clients = new Set<Socket>();
  #closed = false;

  /**
   * @param folder The folder of the certificates.
   * @throws Error when it holds none.
   */
  constructor(folder: string, options: ChannelOptions) {
    this.credentials = new Credentials(folder);
    this.#options = options;
  }

  /**
   * Takes connections of allowed peers for a program. The port listens as soon as the program's socket is there, so that a
   * probe of it tells whether the program has come up.
   *
   * @returns The port that is listened on.
   */
  async accept(way: {
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly allowed: readonly string[];
  }): Promise<number> {
    const { host, port, path, allowed } = way;
    const { onRefusal, patience } = this.#options;
    while (!lstatSync(path, { throwIfNoEntry: false })?.isSocket())
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    const to = { dial: () => tryOnce(path), traffic: noTraffic() };
    const server = createChannelServer({
      credentials: this.credentials,
      allowed,
      onRefusal,
      onConnection: (client) => {
        this.#clients.add(client);
        client.once('close', () => this.#clients.delete(client));
        const taken = (): void => {
          client.write(Buffer.of(TAKEN));
        };
        void carryConnection(client, { to, head: Buffer.alloc(0) }, patience, taken);
      },
    });
    this.#servers.push(server);
    if (this.#closed) return 0;
    await new Promise<void>((resolve) => server.listen({ host, port }, resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Listens on a UNIX socket, whose connections lead to a server that has the identity. */
  reach(way: {
    readonly path: string;
    readonly host: string;
    readonly port: number;
    readonly identity: string;
  }): void {
    const { path, ...target } = way;
    const { onRefusal, patience } = this.#options;
    const dial = (): Promise<Socket | undefined> => dialChannel(target, this.credentials, onRefusal);
    const found = { to: { dial, traffic: noTraffic() }, head: Buffer.alloc(0) };
    this.#relays.push(new ArrowRelay({ path }, { target: () => Promise.resolve(found), patience }));
  }

  /** Takes no more connections; those that are open stay. */
  close(): void {
    this.#closed = true;
    for (const server of this.#servers) server.close();
    for (const relay of this.#relays) relay.close();
    this.credentials.close();
  }

  /** Ends all. */
  end(): void {
    this.close();
    for (const relay of this.#relays) relay.end();
    for (const client of this.#clients) client.destroy();
  }
}
