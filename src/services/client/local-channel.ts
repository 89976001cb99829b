import { narrowLimits, readServiceLimits, type SomeLimits } from '../limit.ts';
import { performCall, type RunningService } from '../perform.ts';
import type { AnyHandlers, RequestChannel, ServiceForm } from '../service.ts';
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

/** Puts functions of a test in the place of a service. */
export function mockHere(service: ServiceForm, handlers: AnyHandlers, written: Wire): LocalChannel {
  const limits = readServiceLimits(service.limits, written);
  return new LocalChannel({ service, handlers }, limits, structuredClone(service.state));
}
