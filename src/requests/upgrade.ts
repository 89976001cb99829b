import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { credentialTarget } from './credential.ts';
import { endToEnd, type HeaderPairs, outgoingHeaders, redactedHeaders } from './headers.ts';
import type { HeldOrigin } from './held-origin.ts';
import { Redaction } from './redaction.ts';
import type { OwnAnswer } from './refusal-answer.ts';
import type { Upstream } from './upstream.ts';

/** A request for a WebSocket (RFC 6455), which is allowed. */
export type Upgrade = {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** The first bytes that the client has sent behind its request. */
  readonly head: Buffer;
  readonly origin: HeldOrigin;
  readonly upstream: Upstream;
  readonly host: string;
};

/** Sends an upgrade on; from then on all bytes pass, those that come back without the secret. */
export function upgrade({ incoming, socket, head, origin, upstream, host }: Upgrade): void {
  const { rule, credential } = origin;
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket') {
    refuseUpgrade(socket, { status: 501, reason: 'the relay upgrades to websocket only' });
    return;
  }
  const target = incoming.url ?? '/';
  const pairs = outgoingHeaders(endToEnd(incoming.rawHeaders, incoming.headers.connection), {
    // Compressed frames would hide an echoed secret.
    rule: credential === undefined ? rule : { ...rule, without: [...(rule.without ?? []), EXTENSIONS] },
    credential,
    host,
  });
  const redaction = new Redaction(credential === undefined ? [] : [credential]);
  const request = upstream.upgrade(credential === undefined ? target : credentialTarget(credential, target), [
    ...pairs,
    ['connection', 'Upgrade'],
    ['upgrade', 'websocket'],
  ]);
  socket.once('error', () => request.destroy());
  request.once('error', (error) =>
    refuseUpgrade(socket, { status: 502, reason: `${origin.name} does not answer: ${error.message}` }),
  );
  request.once('response', (response) => {
    const answer = redactedHeaders(endToEnd(response.rawHeaders, response.headers.connection), redaction);
    // The end of the connection ends the body, which need not say its length.
    const left = answer.filter(([name]) => name !== 'content-length');
    writeHead(socket, response.statusCode ?? 502, [...left, ['connection', 'close']]);
    pipeline([response, redaction.stream(), socket], () => socket.destroy());
  });
  request.once('upgrade', (response, server: Duplex, first: Buffer) => {
    const answer = redactedHeaders(endToEnd(response.rawHeaders, undefined), redaction);
    writeHead(socket, 101, [...answer, ['connection', 'Upgrade'], ['upgrade', 'websocket']]);
    // Two pipelines listen on each of them, beside Node's own listeners.
    for (const stream of [socket, server]) stream.setMaxListeners(LISTENERS);
    server.write(head);
    if (first.length > 0) server.unshift(first);
    const end = (): void => {
      socket.destroy();
      server.destroy();
    };
    const back: readonly (Readable | Duplex)[] =
      credential === undefined ? [server, socket] : [server, redaction.stream(), socket];
    pipeline(socket, server, end);
    pipeline(back, end);
  });
  request.end();
}

const LISTENERS = 30;

/** The header that offers compression of frames (RFC 7692). */
const EXTENSIONS = 'sec-websocket-extensions';

/** Answers an upgrade by ourselves. */
export function refuseUpgrade(socket: Duplex, { status, reason }: OwnAnswer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = `cloudabi: ${reason}\n`;
  writeHead(socket, status, [
    ['content-type', 'text/plain; charset=utf-8'],
    ['content-length', String(Buffer.byteLength(text))],
    ['connection', 'close'],
  ]);
  socket.end(text);
}

function writeHead(socket: Duplex, status: number, pairs: HeaderPairs): void {
  const lines = pairs.map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
}
