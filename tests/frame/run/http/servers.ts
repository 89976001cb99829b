import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hears of the events of a server, in their order. */
export type Log = (...what: readonly unknown[]) => void;

/** Makes a server for the cases that go by its name. */
type Made = (log: Log) => Server;

/** Answers with what it was asked. */
const echo: RequestListener = (request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { method, url, httpVersion, headers, rawHeaders, trailers } = request;
    const body = Buffer.concat(pieces).toString();
    response.end(JSON.stringify({ method, url, httpVersion, headers, rawHeaders, trailers, body }));
  });
};

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : String(error);
}

function attempt(what: () => unknown): unknown {
  try {
    return what();
  } catch (error) {
    return codeOf(error);
  }
}

const settings = (server: Server): unknown => [
  server.headersTimeout,
  server.requestTimeout,
  server.keepAliveTimeout,
  server.timeout,
  server.maxHeadersCount,
  server.maxRequestsPerSocket,
  server.listening,
];

/** Paths of the server `answers`, each an answer of another shape. */
const answers: Readonly<
  Record<string, (response: ServerResponse, request: IncomingMessage, log: Log) => void>
> = {
  '/slow': (response) => void setTimeout(() => response.end('slow'), 30),
  '/chunks': (response) => {
    response.write('one');
    setImmediate(() => response.end('two'));
  },
  '/trailers': (response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('body');
    response.addTrailers({ 'x-sum': '4' });
    response.end();
  },
  '/hints': (response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.writeProcessing();
    response.writeHead(204, 'Nothing', ['x-a', '1', 'x-a', '2']).end();
  },
  '/cookies': (response) => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.appendHeader('x-list', '1');
    response.appendHeader('x-list', '2');
    response.removeHeader('Date');
    response.end(response.getHeaderNames().join());
  },
  '/errors': (response, _request, log) => {
    log(attempt(() => response.setHeader('bad name', 'x')));
    log(attempt(() => response.setHeader('x', 'a\nb')));
    log(attempt(() => response.writeHead(99)));
    response.end('x');
    log(attempt(() => response.setHeader('late', 'x')));
    response.on('error', (error) => log('write', codeOf(error)));
    response.write('more');
  },
  '/length': (response, _request, log) => {
    response.strictContentLength = true;
    response.setHeader('content-length', 2);
    log(attempt(() => response.end('three')));
    response.destroy();
  },
  '/large': (response, request, log) => {
    log('full', response.write('x'.repeat(1 << 22)));
    response.on('drain', () => response.end(() => log('sent', request.complete)));
  },
  '/destroy': (response) => void response.destroy(),
  '/socket': (response, { socket }) => {
    const { remoteFamily, remoteAddress, localAddress } = socket;
    const made = [
      attempt(() => socket.setNoDelay(true) === socket),
      attempt(() => socket.setKeepAlive(true) === socket),
    ];
    response.end(
      JSON.stringify([remoteFamily, remoteAddress, localAddress, typeof socket.remotePort, ...made]),
    );
  },
  '/abort': (response, request, log) => {
    request.on('close', () => log('request closed', request.complete, request.destroyed));
    response.on('close', () => log('response closed', response.writableFinished));
    request.on('error', (error) => log('request', codeOf(error)));
    response.write('begun');
  },
};

const serving = (options: ServerOptions, listener: RequestListener = echo): Server =>
  createServer(options, listener);

/** The servers, by their names. */
const SERVERS: Readonly<Record<string, Made>> = {
  echo: () => serving({}),
  answers: (log) =>
    serving({}, (request, response) => {
      log(request.method, request.url);
      const answer = answers[request.url ?? ''];
      if (answer === undefined) response.end('plain');
      else answer(response, request, log);
    }),
  own: (log) =>
    serving({})
      .on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
        log('checkContinue', request.headers.expect);
        response.writeContinue();
        echo(request, response);
      })
      .on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
        log('checkExpectation');
        response.writeHead(418).end();
      })
      .on('clientError', (error: Error, socket) => {
        log('clientError', codeOf(error));
        socket.end('HTTP/1.1 400 Own\r\n\r\n');
      })
      .on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
        log('upgrade', request.headers.upgrade, head.toString());
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
      })
      .on('connect', (request: IncomingMessage, socket) => {
        log('connect', request.url);
        socket.end('HTTP/1.1 200 Connected\r\n\r\ntunnel');
      }),
  few: () => Object.assign(serving({}), { maxHeadersCount: 3, maxRequestsPerSocket: 2 }),
  small: () => serving({ maxHeaderSize: 200, joinDuplicateHeaders: true, requireHostHeader: false }),
  lenient: () => serving({ insecureHTTPParser: true, keepAlive: true, noDelay: true, highWaterMark: 100 }),
  headers: () => serving({ headersTimeout: 40, requestTimeout: 80, connectionsCheckingInterval: 10 }),
  body: () => serving({ headersTimeout: 40, requestTimeout: 60, connectionsCheckingInterval: 10 }),
  idle: () => serving({ keepAliveTimeout: 10 }),
  timeout: (log) =>
    serving({}, () => undefined).setTimeout(20, (socket) => {
      log('timeout');
      socket.destroy();
    }),
  settings: (log) => {
    const server = serving({}, (_request, response) => {
      server.getConnections((error, count) => {
        log('connections', error, count);
        log(settings(server));
        log(attempt(() => server.listen(0)));
        const { address, family } = Object(server.address());
        log(address, family, server.ref() === server);
        response.end('counted');
      });
    });
    return server.on('listening', () => log('listening')).on('close', () => log('close'));
  },
  closing: (log) => {
    const server = serving({ keepAliveTimeout: 10 }, (request, response) => {
      response.write('begun');
      server.close((error) => log('closed', error, server.listening, server.address()));
      log('closes', server.listening);
      if (request.url === '/') setTimeout(() => response.end('done'), 20);
    });
    return server.once('close', () => {
      log('close');
      server.close((error) => log('again', codeOf(error)));
    });
  },
  idles: (log) => {
    const server = serving({ keepAliveTimeout: 0 }, (request, response) => {
      response.end('x');
      if (request.url === '/idle') setTimeout(() => server.closeIdleConnections(), 20);
      if (request.url === '/all') setTimeout(() => server.closeAllConnections(), 20);
    });
    return server.on('connection', (socket) => socket.once('close', () => log('closed')));
  },
};

/** The names of all servers. */
export const NAMES: readonly string[] = Object.keys(SERVERS);

/**
 * Starts all servers.
 *
 * @param listen Gives what the server of this name listens on: a port, or something in the place of one.
 * @returns Their ports, by their names.
 */
export async function serveAll(
  listen: (name: string) => number | { readonly fd: number },
  log: (name: string) => Log,
): Promise<{ readonly ports: Readonly<Record<string, number>>; readonly servers: readonly Server[] }> {
  const ports: Record<string, number> = {};
  const servers: Server[] = [];
  for (const [name, make] of Object.entries(SERVERS)) {
    const server = make(log(name));
    const place = listen(name);
    await new Promise<void>((done) => {
      if (typeof place === 'number') server.listen(place, '127.0.0.1', done);
      else server.listen(place, done);
    });
    const address: string | AddressInfo | null = server.address();
    if (address === null || typeof address === 'string') throw new Error(`${name} has no address`);
    ports[name] = address.port;
    servers.push(server);
  }
  return { ports, servers };
}
