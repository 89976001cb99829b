import { chownSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOther } from '../../broker/name-service.ts';
import { close } from '../../host/files/files.ts';
import { O_CLOEXEC, O_PATH } from '../../linux/open-flags.ts';
import { AskedNames } from '../../nscd/asked-names.ts';
import { serveNscd } from '../../nscd/serve.ts';
import { LOG_SOCKET, NSCD_SOCKET, wayOf } from '../../plan/linux/granted-services.ts';
import type { LateParts } from '../../plan/linux/world-of.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { OpenedChannel } from '../../resources/resource.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import { ServiceChannel } from '../../services/client/channel.ts';
import { closeChannels } from '../services.ts';
import { ChannelPool } from './channel-pool.ts';
import { HostAnswers } from './host-answers.ts';
import { LogAnswers } from './log-answers.ts';
import { LogSocket } from './log-socket.ts';
import { ServiceAnswers } from './service-answers.ts';

/** Connections of a program's C library at once. */
const MOST_CLIENTS = 256;

/**
 * The sockets at which a program finds services without knowing: that of name services, and /dev/log. Requests are read and
 * replies are made here; the services are processes of their own, which never see the program.
 */
export class ServiceSockets {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloudabi-services-'));
  readonly #channels = new Map<string, ServiceChannel>();
  readonly #pool: ChannelPool | undefined;
  readonly #hosts: HostAnswers | undefined;
  readonly #clients = new Set<Socket>();
  readonly #asked = new AskedNames(MOST_CLIENTS);
  /** The server's ends of the channels, until the processes of services are started. */
  readonly #pending: OpenedChannel[] = [];
  readonly #servers: Server[] = [];
  readonly #log: LogSocket | undefined;
  #ended = false;
  /** The sockets in the folder: the path where the program sees each, and a host descriptor. */
  readonly #sockets = new Map<string, { readonly path: string; readonly descriptor: number }>();

  /**
   * @param serverOnly True if the library has to ask the server of names for hosts, where rules of hosts have names too.
   * @throws ResourceError when a service cannot open what it holds.
   */
  constructor(services: readonly ServiceResource[], serverOnly: boolean) {
    try {
      for (const one of services)
        this.#channels.set(one.service.name, new ServiceChannel(openOne(one, this.#pending)));
    } catch (error) {
      this.#close();
      throw error;
    }
    const dns = this.#channels.get('dns');
    this.#pool = dns && new ChannelPool(dns);
    this.#hosts = this.#pool && new HostAnswers(this.#pool);
    const answers = new ServiceAnswers(this.#channels, serverOnly ? undefined : this.#hosts);
    const syslog = this.#channels.get('syslog');
    this.#log = syslog && this.#receiveLog(syslog);
    if (services.some(({ service }) => wayOf(service.name) === NSCD_SOCKET))
      this.#serve('nscd', NSCD_SOCKET, (client) =>
        serveNscd(client, (question) => this.#asked.answer(question, (one) => answers.answer(one))),
      );
  }

  /** Receives messages for the log. */
  #receiveLog(channel: ServiceChannel): LogSocket {
    const path = join(this.#folder, 'log');
    const answers = new LogAnswers(channel);
    const log = new LogSocket(path, (message) => answers.write(message));
    this.#sockets.set(LOG_SOCKET, { path, descriptor: openSync(path, O_PATH | O_CLOEXEC) });
    return log;
  }

  #serve(name: string, at: string, serve: (client: Socket) => void): void {
    const path = join(this.#folder, name);
    const server = createServer((client) => {
      this.#clients.add(client);
      client.once('close', () => this.#clients.delete(client));
      serve(client);
    });
    server.maxConnections = MOST_CLIENTS;
    // The socket is there when this returns; only the event comes later.
    server.listen(path);
    server.on('error', () => server.close());
    server.unref();
    this.#servers.push(server);
    this.#sockets.set(at, { path, descriptor: openSync(path, O_PATH | O_CLOEXEC) });
  }

  /** Takes the server's ends of the channels: the services are started with those of the program's tree. */
  takeChannels(): readonly OpenedChannel[] {
    return this.#pending.splice(0);
  }

  /** Answers questions of DNS; `undefined` where that was not granted. */
  get answerDns(): AnswerOther | undefined {
    const hosts = this.#hosts;
    return hosts && ((question) => hosts.answerDns(question));
  }

  /** The parts of the world by which the program finds the sockets. */
  get lateParts(): LateParts {
    const entries = [...this.#sockets].map(
      ([at, { descriptor }]) => ({ kind: 'mount', at, descriptor, access: 'read', execute: false }) as const,
    );
    return { entries, defaults: [], variables: [] };
  }

  /** Lets a program of another user connect. */
  giveTo({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
    for (const { path } of this.#sockets.values()) chownSync(path, uid, gid);
  }

  /**
   * Ends them when the program has: last messages for the log are written before.
   *
   * @returns `undefined` when it is done.
   */
  finish(): Promise<void> | undefined {
    const finished = this.#log?.finish();
    if (finished === undefined) {
      this.end();
      return undefined;
    }
    return finished.then(() => this.end());
  }

  /** Ends the services and all connections. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#log?.end();
    for (const server of this.#servers.splice(0)) server.close();
    for (const client of this.#clients) client.destroy();
    this.#close();
  }

  /** Services end with their last channel. */
  #close(): void {
    if (this.#pending.length > 0) closeChannels(this.#pending.splice(0));
    for (const channel of this.#channels.values()) channel.close();
    this.#pool?.close();
    for (const { descriptor } of this.#sockets.values()) close(descriptor);
    this.#sockets.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function openOne(resource: ServiceResource, channels: OpenedChannel[]): number {
  try {
    return resource.openChannel(channels);
  } catch (error) {
    if (error instanceof ResourceError) throw error;
    throw new ResourceError(
      `Cannot open service '${resource.service.name}': ${reasonOf(error)}`,
      resource.position,
      'services',
    );
  }
}
