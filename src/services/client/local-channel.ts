import { ModuleNetwork } from '../../broker/module-network.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { waitToRead } from '../../host/files/poll.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { narrowLimits, readServiceLimits, type SomeLimits } from '../limit.ts';
import { performCall, type RunningService } from '../perform.ts';
import type { AnyHandlers, AnyService, Holdings, RequestChannel, ServiceHost } from '../service.ts';
import { asServiceError, ServiceError } from '../service-error.ts';
import type { Wire } from '../wire.ts';
import type { ServiceWay } from './client.ts';

/** A channel without a process: the functions of the service run in this one. */
export class LocalChannel implements ServiceWay, RequestChannel<SomeLimits, unknown> {
  readonly #running: RunningService;
  readonly #ended = new AbortController();
  #limits: SomeLimits;
  state: unknown;

  constructor(running: RunningService, limits: SomeLimits, state: unknown) {
    this.#running = running;
    this.#limits = limits;
    this.state = state;
  }

  get limits(): SomeLimits {
    return this.#limits;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  async ask(call: string, given: Wire = new Map()): Promise<Wire> {
    try {
      if (this.#ended.signal.aborted) throw new ServiceError('EPIPE', 'The channel is closed');
      if (call === 'limit') {
        this.#limits = narrowLimits(this.#running.service.limits, this.#limits, given);
        return null;
      }
      return await performCall(this.#running, { call, given }, this);
    } catch (error) {
      throw asServiceError(error);
    }
  }

  async branch(): Promise<LocalChannel> {
    return new LocalChannel(this.#running, this.#limits, structuredClone(this.state));
  }

  close(): void {
    this.#ended.abort();
  }
}

/** Runs a service in this process with what it would hold, and with the authority that this process has anyway. */
export function runHere(service: AnyService, written: Wire): LocalChannel {
  const limits = readServiceLimits(service.limits, written);
  const handlers = service.start(holdHere(service, limits), limits, new PollingHost());
  return new LocalChannel({ service, handlers }, limits, structuredClone(service.state));
}

/** Opens the possessions of a service; this process stands in for the launcher, where it can. @throws ServiceError */
function holdHere(service: AnyService, limits: SomeLimits): Holdings {
  const held = service.prepare(limits);
  const asked = service.asks?.(limits);
  if (asked === undefined) return held;
  if (asked.kind !== 'network')
    throw new ServiceError(
      'ENOSYS',
      `Service '${service.name}' needs a launcher, so there is no 'direct' way`,
    );
  const [ours, launcher] = makeSocketPair();
  const { rules, bind } = asked;
  new ModuleNetwork(ours, {
    rules,
    bind,
    resolver: undefined,
    onRefused: undefined,
    process: undefined,
    socketFor: () => undefined,
  });
  return { ...held, descriptors: { ...held.descriptors, launcher } };
}

/** Puts functions of a test in the place of a service. */
export function mockHere(service: AnyService, handlers: AnyHandlers, written: Wire): LocalChannel {
  const limits = readServiceLimits(service.limits, written);
  return new LocalChannel({ service, handlers }, limits, structuredClone(service.state));
}

/** Milliseconds between two looks at descriptors: Node has no watch for those of others. */
const PAUSE = 1;

class PollingHost implements ServiceHost {
  readonly #watched = new Map<number, (events: number) => void>();

  watch(descriptor: number, events: number, onEvents: (events: number) => void): void {
    if ((events & EPOLLIN) === 0)
      throw new TypeError('Without a process of services, descriptors are watched to be read');
    this.#watched.set(descriptor, onEvents);
    if (this.#watched.size === 1) this.#look();
  }

  unwatch(descriptor: number): void {
    this.#watched.delete(descriptor);
  }

  /** Node's event loop goes on by itself. */
  hold(): () => void {
    return () => undefined;
  }

  openChannel(): number {
    throw new ServiceError(
      'ENOSYS',
      'Without a process of services, channels are opened by openService() alone',
    );
  }

  #look(): void {
    for (const [descriptor, onEvents] of [...this.#watched]) if (waitToRead(descriptor, 0)) onEvents(EPOLLIN);
    // The process has no reason to stay for it.
    if (this.#watched.size > 0) setTimeout(() => this.#look(), PAUSE).unref();
  }
}
