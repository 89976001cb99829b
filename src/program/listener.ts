import { on } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { RH } from '../kernel/rights.ts';
import { Descriptor } from './descriptor.ts';

/**
 * A socket that listens. Servers of Node take it in the place of a port: `http.createServer(app).listen(listener)`.
 * They close it when they close.
 */
export class Listener extends Descriptor {
  #taken: number | undefined;

  /** The host's number, which is what servers look for. Whoever asks for it has it from then on and closes it. */
  get fd(): number {
    this.#taken ??= this.require('sock_accept', 0, RH.sockAccept);
    return this.#taken;
  }

  /** Connections, one after the other, for programs that need no server. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Socket> {
    const server = createServer({ pauseOnConnect: true }).listen(this);
    try {
      for await (const [socket] of on(server, 'connection')) yield socket;
    } finally {
      server.close();
    }
  }

  /** Closes it, unless a server has it: that closes it then. */
  override async close(): Promise<void> {
    if (this.#taken === undefined) await super.close();
  }
}
