import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Authority } from './authority.ts';
import { exchange, type Incoming, type Outgoing } from './exchange.ts';
import { type HeldOptions, type HeldOrigin, hostOf, type RefusedRequest } from './held-origin.ts';
import { answerRefusal } from './refusal-answer.ts';
import { checkRequest, type RequestRate, type RequestRefusal } from './request-rule.ts';
import { secureServer } from './secure.ts';
import { refuseUpgrade, upgrade } from './upgrade.ts';
import { Upstream } from './upstream.ts';

/** Milliseconds in which a client sends the head of a request. */
const HEAD_TIME = 60_000;

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;

/** A connection of the program, and the origin that it meant. */
type Held = {
  readonly origin: HeldOrigin;
  readonly rate: RequestRate;
  /** The connections to the server, made when the first request comes. */
  readonly upstream: Upstream;
  readonly host: string;
  /** The number of the connection. */
  readonly client: number;
};

/**
 * Serves connections of a program to held origins: reads requests, refuses those that no grant allows, puts secrets in,
 * and sends the rest on. All clients of HTTP/1.1 and HTTP/2 speak to it as to the server itself.
 */
export class RequestRelay {
  readonly #authority: Authority | undefined;
  readonly #options: HeldOptions;
  readonly #http1: Server;
  readonly #http2: Http2Server;
  readonly #held = new WeakMap<object, Held>();
  /** Made once: reading a hundred certificates for each connection would cost more than the connection. */
  readonly #trust: SecureContext;

  /** @param authority Vouches for the relay to clients that use TLS; without one, they cannot. */
  constructor(authority: Authority | undefined, options: HeldOptions) {
    this.#authority = authority;
    this.#options = options;
    this.#trust = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(options.trust && { ca: [...options.trust] }),
    });
    this.#http1 = createServer({
      insecureHTTPParser: false,
      requireHostHeader: true,
      headersTimeout: HEAD_TIME,
      // Uploads take their time, and so do connections between two requests.
      requestTimeout: 0,
      keepAliveTimeout: 0,
    });
    // A client may end what it sends when its request is whole, and wait for the answer. Node's types do not name this.
    Reflect.set(this.#http1, 'httpAllowHalfOpen', true);
    this.#http2 = createHttp2Server();
    for (const server of [this.#http1, this.#http2]) {
      server.on('request', (incoming: Incoming, outgoing: Outgoing) => this.#serve(incoming, outgoing));
      server.on('checkContinue', (incoming: Incoming, outgoing: Outgoing) =>
        this.#serve(incoming, outgoing, () => outgoing.writeContinue()),
      );
    }
    this.#http1.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
    this.#http1.on('connect', (incoming: IncomingMessage, socket: Duplex) =>
      this.#upgrade(incoming, socket, Buffer.alloc(0)),
    );
    this.#http1.on('clientError', (_error, socket) => {
      // Such a client may send on without an end.
      if (socket.writable)
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', () => socket.destroy());
      else socket.destroy();
    });
    this.#http2.on('sessionError', (_error, session) => session.destroy());
  }

  /**
   * Takes a connection of the program over.
   *
   * @param client A number for it, which refusals of its requests come with.
   */
  serve(stream: Duplex, origin: HeldOrigin, rate: RequestRate, client: number): void {
    const late = setTimeout(() => stream.destroy(), HEAD_TIME);
    stream.on('error', () => stream.destroy()).once('close', () => clearTimeout(late));
    stream.once('readable', () => {
      clearTimeout(late);
      const first: Buffer | null = stream.read();
      if (first === null) {
        stream.destroy();
        return;
      }
      stream.unshift(first);
      if (first[0] !== HANDSHAKE) {
        this.#hold(stream, false, origin, { rate, client });
        this.#http1.emit('connection', stream);
        return;
      }
      if (this.#authority === undefined) {
        stream.destroy();
        return;
      }
      void secureServer(stream, this.#authority, {
        name: origin.name,
        onSecure: (socket) => {
          this.#hold(socket, true, origin, { rate, client });
          if (socket.alpnProtocol !== 'h2') {
            this.#http1.emit('connection', socket);
            return;
          }
          const held = this.#held.get(socket);
          this.#http2.once('session', (session: ServerHttp2Session) => {
            if (held !== undefined) this.#held.set(session, held);
          });
          // This makes the session, and tells of it, before it returns.
          this.#http2.emit('connection', socket);
        },
        onOtherName: (name) =>
          this.#report(
            { origin, client },
            { method: '', path: '' },
            { reason: `TLS asks for the name ${JSON.stringify(name)}`, lack: undefined },
          ),
      });
    });
  }

  #hold(stream: Duplex, tls: boolean, origin: HeldOrigin, parts: Pick<Held, 'rate' | 'client'>): void {
    const upstreamTls = origin.upstream === 'as the client' ? tls : origin.upstream === 'tls';
    const { dial } = this.#options;
    const upstream = new Upstream({
      name: origin.name,
      tls: upstreamTls,
      dial: () => dial(origin),
      trust: this.#trust,
    });
    stream.once('close', () => upstream.close());
    this.#held.set(stream, { origin, ...parts, upstream, host: hostOf(origin, upstreamTls) });
  }

  #heldOf(incoming: Incoming): Held | undefined {
    const { session } = 'stream' in incoming ? incoming.stream : { session: undefined };
    return this.#held.get(session ?? incoming.socket);
  }

  #serve(incoming: Incoming, outgoing: Outgoing, goOn: () => void = () => undefined): void {
    incoming.on('error', () => outgoing.destroy());
    const held = this.#heldOf(incoming);
    const refusal = held === undefined ? NOT_HELD : refusalOf(held, incoming);
    if (held === undefined || refusal !== undefined) {
      void this.#record(held, incoming, refusal).then(() => answerRefusal(outgoing, refusal ?? NOT_HELD));
      return;
    }
    goOn();
    const { origin, upstream, host } = held;
    const onTooLong = async (): Promise<void> => {
      const reason = `the body is longer than ${origin.rule.maximumBody} bytes`;
      await this.#report(held, requestOf(incoming), { reason, lack: 'max_body' });
      answerRefusal(outgoing, { status: 413, reason });
    };
    exchange({ incoming, outgoing, origin, upstream, host, onTooLong }).catch((error: Error) =>
      answerRefusal(outgoing, { status: 502, reason: `${origin.name} does not answer: ${error.message}` }),
    );
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const held = this.#heldOf(incoming);
    const refusal = held === undefined ? NOT_HELD : refusalOf(held, incoming);
    if (held === undefined || refusal !== undefined)
      void this.#record(held, incoming, refusal).then(() => refuseUpgrade(socket, refusal ?? NOT_HELD));
    else upgrade({ incoming, socket, head, ...held });
  }

  /** Reports a request that is refused, on a connection with an origin. */
  async #record(held: Held | undefined, incoming: Incoming, refusal?: RequestRefusal): Promise<void> {
    if (held !== undefined && refusal !== undefined) await this.#report(held, requestOf(incoming), refusal);
  }

  async #report(
    { origin: { name, port }, client }: Pick<Held, 'origin' | 'client'>,
    request: Pick<RefusedRequest, 'method' | 'path'>,
    { reason, lack }: Pick<RefusedRequest, 'reason' | 'lack'>,
  ): Promise<void> {
    await this.#options.onRefused({ name, port, ...request, reason, lack }, client);
  }
}

const NOT_HELD: RequestRefusal = {
  status: 421,
  reason: 'no origin is granted on this connection',
  lack: undefined,
};

function refusalOf({ origin, rate }: Held, incoming: Incoming): RequestRefusal | undefined {
  const named = authorityOf(incoming);
  if (named === undefined || !isOrigin(named, origin))
    return {
      status: 421,
      reason: `the request is for ${JSON.stringify(named ?? 'no host')}`,
      lack: undefined,
    };
  const refusal = checkRequest(origin.rule, incoming.method ?? '', incoming.url ?? '');
  if (refusal !== undefined) return refusal;
  const { rate: most } = origin.rule;
  if (most === undefined || rate.take()) return undefined;
  return {
    status: 429,
    reason: `the grant allows ${most.count} requests in ${most.within / 1000} s`,
    lack: 'rate',
  };
}

/** The method and path of a request, without the query, where secrets may be. */
function requestOf({ method, url }: Incoming): Pick<RefusedRequest, 'method' | 'path'> {
  return { method: method ?? '', path: (url ?? '').split('?', 1)[0] ?? '' };
}

/** The host that a request is for; `undefined` if it names none, or several. */
function authorityOf(incoming: Incoming): string | undefined {
  const found: string[] = [];
  const { rawHeaders } = incoming;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (name === 'host' || name === ':authority') found.push(rawHeaders[at + 1] ?? '');
  }
  const [first] = found;
  return found.every((each) => each === first) ? first : undefined;
}

function isOrigin(authority: string, { name, port }: HeldOrigin): boolean {
  const [, host = '', written] = /^([^:@/?#\s]+?)\.?(?::(\d{1,5}))?$/.exec(authority) ?? [];
  return host.toLowerCase() === name && (written === undefined || Number(written) === port);
}
