import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { ClientHttp2Session, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { pipeline, type Readable, Transform, type TransformCallback, type Writable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { credentialTarget } from './credential.ts';
import {
  endToEnd,
  type HeaderPairs,
  headerObject,
  outgoingHeaders,
  redactedHeaders,
  trailerPairs,
} from './headers.ts';
import type { HeldOrigin } from './held-origin.ts';
import { Redaction } from './redaction.ts';
import type { Upstream } from './upstream.ts';

/** A request as Node's servers hand it over, of either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** The answer that goes with it. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A request that is allowed, on its way to a server. */
export type Exchange = {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly origin: HeldOrigin;
  readonly upstream: Upstream;
  /** The value of `Host`. */
  readonly host: string;
  /** Called if the body is longer than the rule allows; its connection is kept until this has resolved. */
  readonly onTooLong: () => Promise<void>;
};

/** The status, headers and body of a server's answer. */
type Answer = {
  readonly status: number;
  readonly pairs: HeaderPairs;
  readonly body: Readable;
  /** Called when the body has been read. */
  readonly trailers: () => HeaderPairs;
};

/**
 * Sends a request on and its answer back, bodies as they come.
 *
 * @throws An error of the connection before the answer has begun.
 */
export async function exchange(parts: Exchange): Promise<void> {
  const { incoming, origin, upstream } = parts;
  const session = incoming.httpVersionMajor === 2 ? await upstream.session() : undefined;
  const answer = await (session === undefined ? overHttp1(parts) : overHttp2(parts, session));
  const { credential } = origin;
  const redaction = new Redaction(credential === undefined ? [] : [credential]);
  await sendBack(parts.outgoing, answer, credential === undefined ? undefined : redaction);
}

/** The headers and the target that go out. */
export function outgoingHead({ incoming, origin, host }: Exchange): {
  readonly target: string;
  readonly pairs: HeaderPairs;
} {
  const { rule, credential } = origin;
  const target = incoming.url ?? '/';
  return {
    target: credential === undefined ? target : credentialTarget(credential, target),
    pairs: outgoingHeaders(endToEnd(incoming.rawHeaders, incoming.headers.connection), {
      rule,
      credential,
      host,
    }),
  };
}

function overHttp1(parts: Exchange): Promise<Answer> {
  const { incoming, upstream } = parts;
  const { target, pairs } = outgoingHead(parts);
  return new Promise((resolve, reject) => {
    const out: ClientRequest = upstream.request(incoming.method ?? 'GET', target, pairs);
    out.once('error', reject);
    out.once('response', (response) =>
      resolve({
        status: response.statusCode ?? 502,
        pairs: endToEnd(response.rawHeaders, response.headers.connection),
        body: response,
        trailers: () => trailerPairs(response.trailers),
      }),
    );
    sendBody(parts, out, reject);
  });
}

function overHttp2(parts: Exchange, session: ClientHttp2Session): Promise<Answer> {
  const { incoming, host } = parts;
  const { target, pairs } = outgoingHead(parts);
  return new Promise((resolve, reject) => {
    const stream = session.request(
      {
        ...headerObject(pairs.filter(([name]) => name !== 'host')),
        ':method': incoming.method ?? 'GET',
        ':path': target,
        ':scheme': 'https',
        ':authority': host,
      },
      { endStream: false },
    );
    let trailers: HeaderPairs = [];
    stream.once('error', reject);
    stream.once('trailers', (headers) => {
      trailers = trailerPairs(headers);
    });
    stream.once('response', (headers) => {
      const { ':status': status = 502, ...others } = headers;
      const found = Object.entries(others).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(
          (each) => [name, String(each)] as const,
        ),
      );
      resolve({
        status,
        pairs: endToEnd(found.flat(), undefined),
        body: stream,
        trailers: () => trailers,
      });
    });
    sendBody(parts, stream, reject);
  });
}

/** Passes the body on; it is cut, and the exchange fails, where the rule allows no more. */
function sendBody(
  { incoming, origin, onTooLong }: Exchange,
  out: Writable,
  reject: (error: Error) => void,
): void {
  const limit = origin.rule.maximumBody;
  const ended = (error: Error | null | undefined): void => {
    if (error) reject(error);
  };
  if (limit === undefined) {
    pipeline(incoming, out, ended);
    return;
  }
  let length = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void => {
      length += chunk.length;
      if (length > limit) void onTooLong().then(() => done(new Error('The body is too long')));
      else done(null, chunk);
    },
  });
  pipeline(incoming, counted, out, ended);
}

function sendBack(outgoing: Outgoing, answer: Answer, redaction: Redaction | undefined): Promise<void> {
  const { status, body } = answer;
  const decoder = redaction && decoderFor(answer.pairs);
  const pairs = redaction ? redactedHeaders(answer.pairs, redaction) : answer.pairs;
  const left = decoder
    ? pairs.filter(([name]) => name !== 'content-encoding' && name !== 'content-length')
    : pairs;
  // The two kinds of answer have this method with types of their own.
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headerObject(left))) outgoing.setHeader(name, value);
  // Streams of events begin with nothing: their readers wait for the headers.
  if ('flushHeaders' in outgoing) outgoing.flushHeaders();
  const through: Transform[] = [...(decoder ? [decoder] : []), ...(redaction ? [redaction.stream()] : [])];
  body.once('end', () => {
    const trailers = answer.trailers();
    if (trailers.length > 0 && !outgoing.writableEnded) {
      const safe = redaction ? redactedHeaders(trailers, redaction) : trailers;
      outgoing.addTrailers(Object.fromEntries(safe));
    }
  });
  return new Promise((resolve) => {
    const ended = (): void => resolve();
    pipeline([body, ...through, outgoing], ended);
  });
}

/** A server that compresses all the same is read plain, so that an echoed secret is found. */
function decoderFor(pairs: HeaderPairs): Transform | undefined {
  const encoding = pairs
    .find(([name]) => name === 'content-encoding')?.[1]
    .trim()
    .toLowerCase();
  switch (encoding) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new Error(`The server encodes its answer as '${encoding}', in which a secret could not be found`);
  }
}
