import { chownSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplicate } from '../../host/files/new-descriptors.ts';
import { descriptorOfSocket } from '../../host/sockets/node-descriptor.ts';
import { O_CLOEXEC, O_PATH } from '../../linux/open-flags.ts';
import type { LateParts } from '../../plan/linux/world-of.ts';

/** A UNIX socket in a program's world at which an origin is served. */
type Served = {
  readonly at: string;
  readonly path: string;
  readonly server: Server;
  readonly socket: number;
};

/** UNIX sockets in a program's world at which origins are served without TLS. */
export class OriginSockets {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloudabi-origins-'));
  readonly #served: Served[];

  /**
   * Makes them.
   *
   * @param paths In the program's world.
   * @param onClient Called with the path and the host descriptor of a connection, which belongs to the callee.
   * @throws SystemError
   */
  constructor(paths: readonly string[], onClient: (at: string, descriptor: number) => void) {
    this.#served = paths.map((at, index) => {
      const path = join(this.#folder, String(index));
      // Nothing is read here: the process that carries connections takes the socket over.
      const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
        const descriptor = descriptorOfSocket(client);
        if (descriptor !== undefined) onClient(at, duplicate(descriptor));
        client.destroy();
      });
      // The socket is there when this returns; only the event comes later.
      server.listen(path);
      server.on('error', () => server.close());
      server.unref();
      return { at, path, server, socket: openSync(path, O_PATH | O_CLOEXEC) };
    });
  }

  /** The parts of the world by which the program finds them. */
  get entries(): LateParts['entries'] {
    return this.#served.map(({ at, socket }) => ({
      kind: 'mount',
      at,
      descriptor: socket,
      access: 'read',
      execute: false,
    }));
  }

  /** Lets a program of another user connect. */
  giveTo({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
    for (const { path } of this.#served) chownSync(path, uid, gid);
  }

  /** Ends them. */
  close(): void {
    for (const { server, socket } of this.#served.splice(0)) {
      server.close();
      closeSync(socket);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
