import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request } from 'node:http';
import { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import type { HeldOrigin } from '../../requests/held-origin.ts';
import { RequestRelay } from '../../requests/request-relay.ts';
import type { RequestRate } from '../../requests/request-rule.ts';
import { MAX_REPLY } from '../frame.ts';
import { ServiceError } from '../service-error.ts';

/** Bytes of an answer's body, at most; its headers need room beside it in a message. */
const MOST_BODY = MAX_REPLY - 0x20000;

/** Connections to the relay at once for one origin and set of rules. */
const MOST_CONNECTIONS = 8;

/** A request of a client. */
export type OriginRequest = {
  readonly method: string;
  /** A path with its query. */
  readonly target: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: Uint8Array | undefined;
};

/** The answer to it. */
export type OriginAnswer = {
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: Uint8Array;
};

/** An origin with the count of the requests to it. */
export type CountedOrigin = { readonly origin: HeldOrigin; readonly rate: RequestRate };

/**
 * The requests of the channels of one grant. All go through the relay that holds requests of Linux programs, which checks them,
 * and puts secrets in.
 */
export class OriginRequests {
  readonly #relay: RequestRelay;
  readonly #hold: () => () => void;
  /** Connections are kept for the next request, as the ones to the server behind them are. */
  readonly #agents = new WeakMap<HeldOrigin, HttpAgent>();

  /**
   * @param dial Connects to the server of an origin; gives a host descriptor.
   * @param hold Keeps the process, until the returned function is called.
   * @param trust Certificates of authorities in PEM; Node's own when left out.
   */
  constructor(
    dial: (origin: HeldOrigin) => Promise<number>,
    hold: () => () => void,
    trust: readonly string[] | undefined,
  ) {
    this.#hold = hold;
    this.#relay = new RequestRelay(undefined, {
      dial: async (origin) => new Socket({ fd: await dial(origin), readable: true, writable: true }),
      onRefused: () => undefined,
      ...(trust && { trust }),
    });
  }

  /** Serves a connection of a client, a host descriptor that belongs to this object from now on. */
  serve(socket: number, { origin, rate }: CountedOrigin): void {
    const stream = new Socket({ fd: socket, readable: true, writable: true, allowHalfOpen: true });
    stream.once('close', this.#hold());
    this.#relay.serve(stream, origin, rate, 0);
  }

  /**
   * Makes a request, and reads its answer whole.
   *
   * @param signal Aborted when the client has closed its channel.
   * @throws ServiceError `EMSGSIZE` for an answer that is too long for a message, `EHOSTUNREACH` when there is none.
   */
  ask({ origin, rate }: CountedOrigin, asked: OriginRequest, signal: AbortSignal): Promise<OriginAnswer> {
    const { method, target, headers, body } = asked;
    const release = this.#hold();
    return new Promise<OriginAnswer>((resolve, reject) => {
      const sent = request({
        agent: this.#agentFor(origin, rate),
        method,
        path: target,
        headers: [
          'host',
          hostIn(origin),
          ...(body === undefined ? [] : ['content-length', String(body.length)]),
          ...headers.flatMap(({ name, value }) => [name, value]),
        ],
        setHost: false,
        signal,
      });
      const fail = (error: Error): void =>
        reject(
          error instanceof ServiceError
            ? error
            : new ServiceError('EHOSTUNREACH', 'The origin gives no answer'),
        );
      sent.once('error', fail);
      sent.once('response', (response) => readAnswer(sent, response).then(resolve, fail));
      sent.end(body);
    }).finally(release);
  }

  #agentFor(origin: HeldOrigin, rate: RequestRate): HttpAgent {
    const before = this.#agents.get(origin);
    if (before !== undefined) return before;
    const agent = new HttpAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
    // Pairs of streams have none of the settings of sockets that Node's agent makes here.
    agent.keepSocketAlive = () => true;
    agent.reuseSocket = () => undefined;
    agent.createConnection = (): Duplex => {
      const [ours, theirs] = duplexPair();
      this.#relay.serve(theirs, origin, rate, 0);
      return ours;
    };
    this.#agents.set(origin, agent);
    return agent;
  }
}

function hostIn({ name, port, upstream }: HeldOrigin): string {
  return port === (upstream === 'tls' ? 443 : 80) ? name : `${name}:${port}`;
}

async function readAnswer(sent: ClientRequest, response: IncomingMessage): Promise<OriginAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MOST_BODY) {
      sent.destroy();
      throw new ServiceError(
        'EMSGSIZE',
        `The answer has more than ${MOST_BODY} bytes: 'connect' gives a socket for it`,
      );
    }
    chunks.push(chunk);
  }
  const { rawHeaders, statusCode = 502 } = response;
  const headers: { readonly name: string; readonly value: string }[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.push({ name: (rawHeaders[at] ?? '').toLowerCase(), value: rawHeaders[at + 1] ?? '' });
  return { status: statusCode, headers, body: Buffer.concat(chunks) };
}
