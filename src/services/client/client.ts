import { type LimitsOf, type ServiceLimitTable, type SomeLimits, writeServiceLimits } from '../limit.ts';
import type { ArgumentsOf, ReplyOf, ServiceCalls, ServiceForm } from '../service.ts';
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
export type ClientOf<S extends { readonly limits: ServiceLimitTable; readonly calls: ServiceCalls }> = {
  readonly [K in keyof S['calls']]: ClientCall<S['calls'][K]>;
} & {
  /**
   * Narrows the limits of the channel; those that are not named stay.
   *
   * @throws ServiceError `ENOTCAPABLE` when one would be wider.
   */
  limit(limits: Partial<LimitsOf<S['limits']>>): Promise<void>;
  /** Opens another channel with the limits of now. */
  clone(): Promise<ClientOf<S>>;
} & AnyServiceClient;

/** A client of a service of this library. */
export type ServiceClient<N extends keyof ServiceTypes> = ClientOf<ServiceTypes[N]>;

/** A client of a service whose calls are not known to the compiler. */
export class AnyServiceClient {
  readonly #service: ServiceForm;
  readonly #asked: ServiceWay;

  constructor(service: ServiceForm, asked: ServiceWay) {
    this.#service = service;
    this.#asked = asked;
    for (const [call, { takes, gives }] of Object.entries(service.calls))
      Object.defineProperty(this, call, {
        enumerable: true,
        value: async (given: unknown = {}) => readReply(gives, await asked.ask(call, takes.write(given))),
      });
  }

  /** The declaration of the service. */
  get form(): ServiceForm {
    return this.#service;
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
