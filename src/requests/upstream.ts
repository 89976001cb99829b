import { Agent, type ClientRequest, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type Duplex, PassThrough } from 'node:stream';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { type HeaderPairs, headerObject, joinCookies } from './headers.ts';

/** The server behind an origin. */
export type UpstreamOptions = {
  /** The name that its certificate must have. */
  readonly name: string;
  readonly tls: boolean;
  /** Connects to it; the stream is plain, also for TLS. */
  readonly dial: () => Promise<Duplex>;
  /** The authorities that its certificate may be from. */
  readonly trust: SecureContext;
};

/** Connections of HTTP/1.1 at once to one server, for one client. */
const MOST_CONNECTIONS = 8;

/** Milliseconds until a TLS handshake must have ended. */
const HANDSHAKE = 30_000;

/** The connections of one client to its server: HTTP/2 if both speak it, HTTP/1.1 otherwise. */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #agent: Agent;
  /** A connection that was made to find the protocol out, and is not in use yet. */
  #spare: Duplex | undefined;
  #session: Promise<ClientHttp2Session | undefined> | undefined;
  /** Connections whose TLS handshake has not ended. */
  readonly #securing = new Set<Duplex>();
  #closed = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
    this.#agent.createConnection = (_options, done) => {
      const spare = this.#spare;
      this.#spare = undefined;
      return handOver(spare === undefined ? this.#open(['http/1.1']) : Promise.resolve(spare), done);
    };
  }

  /**
   * Finds a session of HTTP/2; `undefined` if the server does not speak it.
   *
   * @throws An error of the connection or its TLS.
   */
  session(): Promise<ClientHttp2Session | undefined> {
    this.#session ??= this.#startSession();
    return this.#session;
  }

  /** Begins a request of HTTP/1.1. */
  request(method: string, path: string, pairs: HeaderPairs): ClientRequest {
    return request({
      agent: this.#agent,
      method,
      path,
      headers: headerObject(joinCookies(pairs)),
      setHost: false,
      insecureHTTPParser: false,
    });
  }

  /** Opens a connection of its own, for an upgrade. */
  upgrade(path: string, pairs: HeaderPairs): ClientRequest {
    return request({
      createConnection: (_options, done) => handOver(this.#open(['http/1.1']), done),
      method: 'GET',
      path,
      headers: headerObject(pairs),
      setHost: false,
    });
  }

  /** Ends all connections. */
  close(): void {
    this.#closed = true;
    this.#agent.destroy();
    this.#spare?.destroy();
    for (const stream of this.#securing) stream.destroy();
    this.#session?.then(
      (session) => session?.destroy(),
      () => undefined,
    );
  }

  async #startSession(): Promise<ClientHttp2Session | undefined> {
    if (!this.#options.tls) return undefined;
    const stream = await this.#open(['h2', 'http/1.1']);
    if (!('alpnProtocol' in stream) || stream.alpnProtocol !== 'h2') {
      this.#spare = stream;
      return undefined;
    }
    const session = connectHttp2(`https://${this.#options.name}`, {
      createConnection: () => stream,
      settings: { enablePush: false },
    });
    const forget = (): void => {
      this.#session = undefined;
    };
    session.once('close', forget).once('goaway', forget);
    session.on('error', () => session.destroy());
    return session;
  }

  async #open(protocols: readonly string[]): Promise<Duplex> {
    const { name, tls, dial, trust } = this.#options;
    const stream = this.#live(await dial());
    if (!tls) return stream;
    this.#securing.add(stream);
    try {
      return this.#live(await secured(stream, { name, protocols, trust }));
    } finally {
      this.#securing.delete(stream);
    }
  }

  #live(stream: Duplex): Duplex {
    if (!this.#closed) return stream;
    stream.destroy();
    throw new Error('The client has gone');
  }
}

/** Passes a connection to Node's client, which takes it by a callback. */
function handOver(
  opened: Promise<Duplex>,
  done: ((error: Error | null, stream: Duplex) => void) | undefined,
): undefined {
  opened.then(
    (stream) => done?.(null, stream),
    // The type demands a stream, which Node does not look at when there is an error.
    (error: Error) => done?.(error, new PassThrough()),
  );
  return undefined;
}

type SecureOptions = Pick<UpstreamOptions, 'name' | 'trust'> & { readonly protocols: readonly string[] };

function secured(stream: Duplex, { name, protocols, trust }: SecureOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: stream,
      servername: name,
      ALPNProtocols: [...protocols],
      secureContext: trust,
    });
    const late = setTimeout(() => socket.destroy(new Error('The TLS handshake took too long')), HANDSHAKE);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject).once('close', () => {
      clearTimeout(late);
      reject(new Error('The server closed the connection during the TLS handshake'));
    });
  });
}
