import { ModuleNetwork } from '../../broker/module-network.ts';
import { duplicate, makeSocketPair } from '../../host/files/new-descriptors.ts';
import { Arrivals } from '../../host/sockets/arrivals.ts';
import { EPOLLIN } from '../../linux/waiting.ts';
import { readServiceLimits, type SomeLimits } from '../limit.ts';
import type { AnyService, Holdings, ServiceHost } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import type { Wire } from '../wire.ts';
import { LocalChannel } from './local-channel.ts';

/** Runs a service in this process with what it would hold, and with the authority that this process has anyway. */
export function runHere(service: AnyService, written: Wire): LocalChannel {
  const limits = readServiceLimits(service.limits, written);
  const handlers = service.start(holdHere(service, limits), limits, new HostHere());
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

/** Watches descriptors with Node's event loop, for a service that has no process of its own. */
class HostHere implements ServiceHost {
  readonly #watched = new Map<number, Arrivals>();

  watch(descriptor: number, events: number, onEvents: (events: number) => void): void {
    if ((events & EPOLLIN) === 0)
      throw new TypeError('Without a process of services, descriptors are watched to be read');
    // A copy, which the watch closes.
    const arrivals = new Arrivals(duplicate(descriptor));
    // The process has no reason to stay for it.
    arrivals.unref();
    this.#watched.set(descriptor, arrivals);
    const look = async (): Promise<void> => {
      for (;;) {
        await arrivals.wait();
        if (this.#watched.get(descriptor) !== arrivals) return;
        onEvents(EPOLLIN);
      }
    };
    void look();
  }

  unwatch(descriptor: number): void {
    const arrivals = this.#watched.get(descriptor);
    this.#watched.delete(descriptor);
    arrivals?.close();
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
}
