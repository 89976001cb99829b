import type { Duplex } from 'node:stream';
import { createServer, type SecureContext, type TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';

/** Milliseconds until a client must have ended its TLS handshake. */
const HANDSHAKE_TIME = 60_000;

/** The ends of a handshake with a client. */
export type SecureOptions = {
  /** The name that was granted; a client that asks for another one (SNI, RFC 6066) is refused. */
  readonly name: string;
  readonly onSecure: (socket: TLSSocket) => void;
  /** Called with such a name; the handshake is refused when this has resolved. */
  readonly onOtherName: (name: string) => Promise<void>;
};

/** Does the server's part of a TLS handshake, as a host of the granted name. */
export async function secureServer(
  stream: Duplex,
  authority: Authority,
  { name, onSecure, onOtherName }: SecureOptions,
): Promise<void> {
  const { context, key, certificate } = await authority.hostFor(name);
  // A server of its own for each connection, which never listens, says whose handshake an event is about.
  const server = createServer({
    key,
    cert: certificate,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: HANDSHAKE_TIME,
    SNICallback: (asked: string, done: (error: Error | null, context?: SecureContext) => void): void => {
      if (asked.toLowerCase().replace(/\.$/, '') === name) done(null, context);
      else
        void onOtherName(asked).then(() =>
          done(new Error('The client asks for a name that differs from the granted one')),
        );
    },
  });
  // A client that ends what it sends within the handshake cannot finish it; a later one may wait for an answer. The socket
  // of TLS takes this over from the stream.
  const { allowHalfOpen } = stream;
  stream.allowHalfOpen = false;
  server.once('secureConnection', (socket) => {
    socket.allowHalfOpen = allowHalfOpen;
    onSecure(socket);
  });
  server.once('tlsClientError', (_error, socket) => socket.destroy());
  if (!stream.destroyed) server.emit('connection', stream);
}
