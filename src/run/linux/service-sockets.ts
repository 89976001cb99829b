import { chownSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { close } from '../../host/files/files.ts';
import { O_CLOEXEC, O_PATH } from '../../linux/open-flags.ts';
import { serveNscd } from '../../nscd/serve.ts';
import { NSCD_SOCKET, wayOf } from '../../plan/linux/granted-services.ts';
import type { LateParts } from '../../plan/linux/world-of.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { OpenedChannel } from '../../resources/resource.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import { ServiceChannel } from '../../services/client/channel.ts';
import type { Mechanism } from '../../walls/confinement.ts';
import { closeChannels, type StartedServices, startServices } from '../services.ts';
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
  readonly #clients = new Set<Socket>();
  readonly #started: StartedServices;
  readonly #servers: Server[] = [];
  /** The sockets in the folder: the path where the program sees each, and a host descriptor. */
  readonly #sockets = new Map<string, { readonly path: string; readonly descriptor: number }>();

  /** @throws ResourceError when a service cannot be started. */
  constructor(services: readonly ServiceResource[], accept: readonly Mechanism[]) {
    const channels: OpenedChannel[] = [];
    try {
      for (const one of services)
        this.#channels.set(one.service.name, new ServiceChannel(openOne(one, channels)));
    } catch (error) {
      closeChannels(channels);
      this.#close();
      throw error;
    }
    this.#started = startServices(channels, accept);
    const answers = new ServiceAnswers(this.#channels);
    if (services.some(({ service }) => wayOf(service.name) === NSCD_SOCKET))
      this.#serve('nscd', NSCD_SOCKET, (client) => serveNscd(client, (question) => answers.answer(question)));
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

  /** Ends the services and all connections. */
  end(): void {
    for (const server of this.#servers.splice(0)) server.close();
    for (const client of this.#clients) client.destroy();
    this.#started.end();
    this.#close();
  }

  #close(): void {
    for (const channel of this.#channels.values()) channel.close();
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
