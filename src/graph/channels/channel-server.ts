import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Credentials } from './credentials.ts';
import { identityIn } from './identity.ts';

/** Milliseconds for a handshake, after which a client that says nothing is gone. */
const HANDSHAKE = 10_000;

/** The byte by which a server says that the program has taken the connection. A client that reads none tries again. */
export const TAKEN = 0x06;

/** Milliseconds until an idle connection is asked whether its other machine is there; it ends ten seconds later if not. */
export const IDLE = 3_000;

/** Options of the end of a channel at its server. */
export type ChannelServerOptions = {
  readonly credentials: Credentials;
  /** The identities that may connect. */
  readonly allowed: readonly string[];
  /** Takes a connection whose peer is allowed; it has to call `taken` before it sends. */
  readonly onConnection: (socket: Socket) => void;
  /** Is told of refused peers, in words for a log. */
  readonly onRefusal: (words: string) => void;
};

/** Makes a server of TLS 1.3 that asks every client for a certificate, and takes those whose identity is allowed. */
export function createChannelServer(options: ChannelServerOptions): Server {
  const { credentials, allowed, onConnection, onRefusal } = options;
  const settings = { requestCert: true, rejectUnauthorized: true } as const;
  const server = createServer(
    {
      ...credentials.context,
      ...settings,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: IDLE,
      handshakeTimeout: HANDSHAKE,
      // A session that is resumed would bring the certificate of an earlier day.
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (socket) => {
      socket.on('error', () => socket.destroy());
      const peer = channelPeer(socket);
      if (peer !== undefined && allowed.includes(peer)) return onConnection(socket);
      onRefusal(`${peer ?? 'a peer without an identity'} may not connect`);
      socket.destroy();
    },
  );
  server.on('tlsClientError', (error) => onRefusal(`a handshake failed: ${error.message}`));
  // Connections that are open stay as they are.
  credentials.onChange(() => server.setSecureContext(credentials.context));
  return server;
}

/** The identity of the peer, whose chain TLS has verified; `undefined` for none. */
export function channelPeer(socket: TLSSocket): string | undefined {
  if (!socket.authorized || socket.isSessionReused()) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate && identityIn(certificate);
}
