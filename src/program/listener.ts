import { on } from 'node:events';
import type { Socket } from 'node:net';
import { localAddress } from '../host/sockets/local-address.ts';
import { RH } from '../kernel/rights.ts';
import { Descriptor } from './descriptor.ts';

/**
 * A socket that listens. Servers of Node take it in the place of a port: `http.createServer(app).listen(listener)`.
 * They close it when they close.
 */
export class Listener extends Descriptor {
  #taken: number | undefined;

  readonly #end = new AbortController();

  /** Servers that were handed this socket close when it is closed. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** The address on which it listens; `undefined` for a UNIX socket. */
  get address(): { readonly host: string; readonly port: number } | undefined {
    return localAddress(this.#taken ?? this.require('sock_accept', 0, RH.sockAccept));
  }

  /**
   * The host's number, for which servers look. The code that asks for it owns it from then on and closes it.
   */
  get fd(): number {
    this.#taken ??= this.require('sock_accept', 0, RH.sockAccept);
    return this.#taken;
  }

  /** Connections, one after the other, for programs that need no server. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Socket> {
    const server = globalThis.process
      .getBuiltinModule('node:net')
      .createServer({ pauseOnConnect: true })
      .listen(this);
    try {
      for await (const [socket] of on(server, 'connection')) yield socket;
    } finally {
      server.close();
    }
  }

  /** Closes it, and servers that have it. */
  override async close(): Promise<void> {
    this.#end.abort();
    if (this.#taken === undefined) await super.close();
  }
}
