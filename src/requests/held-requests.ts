import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createMemoryFile } from '../host/files/memory-file.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import type { FindClient } from '../network/refusal.ts';
import type { RefusedRequest } from './held-origin.ts';
import type { BeginRequests, FromRequests, HeldTarget, ToRequests } from './protocol.ts';
import { SentSockets } from './sent-sockets.ts';

/** The launcher's part in holding requests. */
export type HeldRequestsOptions = {
  /** The script of the process, with `.js`. */
  readonly script: string;
  readonly begin: BeginRequests;
  /** Connects to the server of an origin. The socket must not have been read from. */
  readonly dial: (target: HeldTarget) => Promise<Socket>;
  /** Called for each request that is refused; its client waits for the answer meanwhile. */
  readonly onRefused: (refused: RefusedRequest, findClient: FindClient) => void;
  /** Called when the process has ended by itself. */
  readonly onLost: () => void;
};

/** Most bytes of a certificate, which has a name or two for each grant. */
const CERTIFICATE_ROOM = 0x100000;

/** The most connections whose clients are remembered: more than the pump carries at once. */
const MOST_CLIENTS = 20_000;

/** The process that holds the requests of one program. */
export class HeldRequests {
  readonly #options: HeldRequestsOptions;
  /** The end of a pipe on which the certificate comes. */
  readonly #coming: number;
  readonly #child: ChildProcess;
  readonly #sent = new SentSockets();
  readonly #clients = new Map<number, FindClient>();
  #nextClient = 0;
  #ended = false;
  #certificate: string | undefined;

  /**
   * Starts it. It takes some tenths of a second until it has its authority.
   *
   * @throws SystemError
   */
  constructor(options: HeldRequestsOptions) {
    this.#options = options;
    const { script, begin } = options;
    const { read, write } = makePipe();
    this.#coming = read;
    const file = createMemoryFile('cloudabi-requests', [Buffer.from(JSON.stringify(begin))]);
    this.#child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', write, file],
      env: {
        ...(process.env['NODE_EXTRA_CA_CERTS'] && {
          NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
        }),
      },
    });
    for (const descriptor of [write, file]) closeSync(descriptor);
    this.#child.on('message', (message: FromRequests) => this.#hear(message));
    this.#child.once('error', () => this.#lost()).once('exit', () => this.#lost());
  }

  /**
   * The certificate of its authority, in PEM. The first time, this waits until there is one.
   *
   * @throws Error if the process has ended before.
   */
  get certificate(): string {
    this.#certificate ??= this.#readCertificate();
    return this.#certificate;
  }

  /** Its process id; `undefined` if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Gives it a connection of the program, of which nothing has been read. */
  serve(target: HeldTarget, socket: Socket, findClient: FindClient): void {
    const client = this.#nextClient++;
    this.#clients.set(client, findClient);
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MOST_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
    this.#tell({ kind: 'serve', target, client }, socket);
  }

  /** Ends it, and all its connections. */
  end(): void {
    if (this.#certificate === undefined && !this.#ended) closeSync(this.#coming);
    this.#ended = true;
    this.#child.kill('SIGKILL');
    this.#sent.close();
  }

  #readCertificate(): string {
    const read = this.#coming;
    const room = Buffer.alloc(CERTIFICATE_ROOM);
    let length = 0;
    try {
      for (;;) {
        const count = readSync(read, room, length, room.length - length, null);
        length += count;
        const text = room.toString('latin1', 0, length);
        if (/-----END CERTIFICATE-----\s*$/.test(text)) return text;
        if (count === 0) throw new Error('The process that holds requests has not started');
      }
    } finally {
      closeSync(read);
    }
  }

  #hear(message: FromRequests): void {
    switch (message.kind) {
      case 'refused':
        this.#options.onRefused(message.refused, this.#clients.get(message.client) ?? (() => undefined));
        this.#tell({ kind: 'recorded', record: message.record });
        return;
      case 'ended':
        this.#clients.delete(message.client);
        return;
      case 'taken':
        this.#sent.taken();
        return;
      case 'dial':
        this.#options.dial(message.target).then(
          (socket) => this.#tell({ kind: 'dialled', dial: message.dial }, socket),
          (error: Error) => this.#tell({ kind: 'not dialled', dial: message.dial, reason: error.message }),
        );
    }
  }

  #tell(message: ToRequests, socket?: Socket): void {
    if (this.#ended || !this.#child.connected) {
      socket?.destroy();
      return;
    }
    if (socket !== undefined) this.#sent.add(socket);
    this.#child.send(message, socket, {}, () => undefined);
  }

  #lost(): void {
    this.#sent.close();
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onLost();
  }
}
