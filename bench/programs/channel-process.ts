// A process of the benchmark `channels`, by the name of its part and its settings in JSON. Prints its port, or 0, when it is up.
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls, connect as dialTls } from 'node:tls';
import { ChannelEnds } from '../../src/graph/channels/channel-ends.ts';

type Settings = {
  readonly certificates: string;
  /** The UNIX socket to listen on, or to lead to. */
  readonly path: string;
  readonly port: number;
  /** The identity of the peer. */
  readonly identity: string;
};

const HOST = '127.0.0.1';
const PATIENCE = 5000;

const [part = '', text = '{}'] = process.argv.slice(2);
const settings: Settings = JSON.parse(text);
const { certificates, path, port, identity } = settings;

function carry(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
}

/** A plain proxy has the same certificates, and the same version of TLS. */
function plain() {
  const credentials = readFileSync(join(certificates, 'credentials.pem'));
  const ca = readFileSync(join(certificates, 'trust.pem'));
  return {
    key: credentials,
    cert: credentials,
    ca,
    minVersion: 'TLSv1.3',
    allowHalfOpen: true,
    noDelay: true,
  } as const;
}

function ends(): ChannelEnds {
  return new ChannelEnds(certificates, { patience: PATIENCE, onRefusal: (words) => console.error(words) });
}

const parts: Readonly<Record<string, () => Promise<number> | number>> = {
  echo: () => {
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy()).pipe(socket);
    }).listen(path);
    return 0;
  },
  'our server': () => ends().accept({ host: HOST, port: 0, path, allowed: [identity] }),
  'our client': () => {
    ends().reach({ path, host: HOST, port, identity });
    return 0;
  },
  'plain server': async () => {
    const server = createTls({ ...plain(), requestCert: true, rejectUnauthorized: true }, (client) =>
      carry(client, connect({ path, allowHalfOpen: true })),
    );
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  },
  'plain client': () => {
    createServer({ allowHalfOpen: true }, (client) =>
      carry(client, dialTls({ ...plain(), host: HOST, port, checkServerIdentity: () => undefined })),
    ).listen(path);
    return 0;
  },
};

console.log(await parts[part]?.());
