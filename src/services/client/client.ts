import { type LimitsOf, type SomeLimits, writeServiceLimits } from '../limit.ts';
import type { AnyService, ArgumentsOf, ReplyOf } from '../service.ts';
import type { ServiceTypes } from '../table.ts';
import type { Wire } from '../wire.ts';
import { readReply } from './read-reply.ts';

/** The way of requests to a service: a channel, or functions in this process. */
export type ServiceWay = {
  /** @throws ServiceError */
  ask(call: string, given?: Wire): Promise<Wire>;
  /** Opens another with the limits of now. */
  branch(): Promise<ServiceWay>;
  close(): void;
};

/** The function of a client for a call: its arguments may be left out where all of them may. */
type ClientCall<C> =
  Record<never, never> extends ArgumentsOf<C>
    ? (given?: ArgumentsOf<C>) => Promise<ReplyOf<C>>
    : (given: ArgumentsOf<C>) => Promise<ReplyOf<C>>;

/** A client of a service: a function for each of its calls, and those of every channel. */
export type ServiceClient<N extends keyof ServiceTypes> = {
  readonly [K in keyof ServiceTypes[N]['calls']]: ClientCall<ServiceTypes[N]['calls'][K]>;
} & {
  /**
   * Narrows the limits of the channel; those that are not named stay.
   *
   * @throws ServiceError `ENOTCAPABLE` when one would be wider.
   */
  limit(limits: Partial<LimitsOf<ServiceTypes[N]['limits']>>): Promise<void>;
  /** Opens another channel with the limits of now. */
  clone(): Promise<ServiceClient<N>>;
} & AnyServiceClient;

/** A client of a service whose calls are not known to the compiler. */
export class AnyServiceClient {
  readonly #service: AnyService;
  readonly #asked: ServiceWay;

  constructor(service: AnyService, asked: ServiceWay) {
    this.#service = service;
    this.#asked = asked;
    for (const [call, { takes, gives }] of Object.entries(service.calls))
      Object.defineProperty(this, call, {
        enumerable: true,
        value: async (given: unknown = {}) => readReply(gives, await asked.ask(call, takes.write(given))),
      });
  }

  /** The name of the service. */
  get service(): string {
    return this.#service.name;
  }

  async limit(limits: SomeLimits): Promise<void> {
    await this.#asked.ask('limit', writeServiceLimits(this.#service.limits, limits));
  }

  async clone(): Promise<AnyServiceClient> {
    return new AnyServiceClient(this.#service, await this.#asked.branch());
  }

  /** Closes the channel. */
  close(): void {
    this.#asked.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
