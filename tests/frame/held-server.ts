import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { Authority } from '../../src/requests/authority.ts';
import type { HeldOrigin, RefusedRequest } from '../../src/requests/held-origin.ts';
import { RequestRelay } from '../../src/requests/request-relay.ts';
import { RequestRate } from '../../src/requests/request-rule.ts';

/** The name of the server of these tests. */
export const NAME = 'api.example.org';

/** A relay that listens on a port of the loopback interface, before a server of HTTP/1.1 and HTTP/2. */
export type HeldServer = {
  readonly port: number;
  /** The certificate of the relay's authority. */
  readonly certificate: string;
  readonly refused: RefusedRequest[];
  /** Connections that the relay has made to the server. */
  readonly dialled: Socket[];
  readonly end: () => Promise<void>;
};

/** The parts of a test that differ from one to the next. */
export type HeldParts = Partial<Omit<HeldOrigin, 'name'>> & {
  readonly onRequest: Parameters<typeof createServer>[1];
  /** Called with the server, for further events. */
  readonly prepare?: (server: Server) => void;
  /** Serves without TLS. */
  readonly plain?: boolean;
};

/** Starts a server for the granted name, with an authority of its own, and a relay before it. */
export async function holdServer(parts: HeldParts): Promise<HeldServer> {
  const { onRequest, prepare, plain = false, ...origin } = parts;
  const theirs = await Authority.make([NAME]);
  const { key, certificate: cert } = await theirs.hostFor(NAME);
  const server = plain ? createServer(onRequest) : createSecureServer({ allowHTTP1: true, key, cert });
  // The compatible interface of HTTP/2 is that of HTTP/1.1.
  if (!plain && onRequest) server.on('request', onRequest);
  prepare?.(server as Server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstreamPort = (server.address() as AddressInfo).port;
  const refused: RefusedRequest[] = [];
  const dialled: Socket[] = [];
  const authority = await Authority.make([NAME]);
  const relay = new RequestRelay(authority, {
    dial: async () => {
      const socket = connect(upstreamPort, '127.0.0.1');
      dialled.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    onRefused: (request) => {
      refused.push(request);
    },
    trust: [theirs.certificate],
  });
  const held: HeldOrigin = {
    grant: 0,
    name: NAME,
    port: 443,
    rule: {},
    credential: undefined,
    upstream: plain ? 'plain' : 'tls',
    ...origin,
  };
  const rate = new RequestRate(held.rule.rate);
  const open = new Set<Socket>();
  const listener = createTcpServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    relay.serve(socket, held, rate, 0);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    certificate: authority.certificate,
    refused,
    dialled,
    end: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      for (const socket of dialled) socket.destroy();
    },
  };
}
