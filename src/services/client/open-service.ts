import { type LimitsOf, type ServiceLimitTable, writeServiceLimits } from '../limit.ts';
import type {
  AnyHandler,
  AnyHandlers,
  AnyService,
  ServiceCalls,
  ServiceDeclaration,
  ServiceForm,
  ServiceHandlers,
} from '../service.ts';
import { type ServiceTypes, services } from '../table.ts';
import type { Wire } from '../wire.ts';
import { ServiceChannel } from './channel.ts';
import { AnyServiceClient, type ClientOf, type ServiceClient, type ServiceWay } from './client.ts';
import { mockHere } from './local-channel.ts';

/** Functions of a test for some calls of a service. A call without one fails with `ENOSYS`. */
export type ServiceMock<N extends keyof ServiceTypes> = Partial<
  ServiceHandlers<LimitsOf<ServiceTypes[N]['limits']>, ServiceTypes[N]['calls'], ServiceTypes[N]['state']>
>;

/** The limits with which a service begins that has no channel. */
export type ServiceLimits<N extends keyof ServiceTypes> = Partial<LimitsOf<ServiceTypes[N]['limits']>>;

/** Runs a service in this process. */
export type RunDirectly = (service: AnyService, written: Wire) => ServiceWay;

let runDirectly: RunDirectly | undefined;

/** Says how services run in this process; in a confined one, they do not. */
export function runServicesWith(run: RunDirectly): void {
  runDirectly = run;
}

/**
 * A client of a service, by the way that is chosen where the program starts. The rest of the program is the same for all:
 *
 * - a number or a channel: the descriptor of a channel that the program was granted;
 * - `'direct'`: without a process of services, with the authority that this process has anyway;
 * - functions: those of a test, or of the service itself, in the place of the service.
 *
 * @param name The name of a service, or the declaration of one that stands elsewhere (`declareService`).
 * @param limits Limits of the two that have no channel; by default none.
 */
export function openService<N extends keyof ServiceTypes>(
  name: N,
  way: number | ServiceChannel | 'direct' | ServiceMock<N>,
  limits?: ServiceLimits<N>,
): ServiceClient<N>;
export function openService<T extends ServiceLimitTable, C extends ServiceCalls, State>(
  declared: ServiceDeclaration<T, C, State>,
  way: number | ServiceChannel | Partial<ServiceHandlers<LimitsOf<T>, C, State>>,
  limits?: Partial<LimitsOf<T>>,
): ClientOf<ServiceDeclaration<T, C, State>>;
export function openService(
  named: string | ServiceForm,
  way: number | ServiceChannel | 'direct' | object,
  limits: object = {},
): AnyServiceClient {
  const service = typeof named === 'string' ? serviceNamed(named) : named;
  if (typeof way === 'number') return new AnyServiceClient(service, new ServiceChannel(way));
  if (way instanceof ServiceChannel) return new AnyServiceClient(service, way);
  const written = writeServiceLimits(service.limits, Object.fromEntries(Object.entries(limits)));
  if (way !== 'direct') return new AnyServiceClient(service, mockHere(service, handlersIn(way), written));
  if (runDirectly === undefined || typeof named !== 'string')
    throw new TypeError("There is no 'direct' way here: open the service by a channel or with functions");
  return new AnyServiceClient(service, runDirectly(serviceNamed(named), written));
}

function handlersIn(mock: object): AnyHandlers {
  return Object.fromEntries(
    Object.entries(mock).filter((entry): entry is [string, AnyHandler] => isHandler(entry[1])),
  );
}

function isHandler(value: unknown): value is AnyHandler {
  return typeof value === 'function';
}

function serviceNamed(name: string): AnyService {
  const service = services.get(name);
  if (service === undefined)
    throw new TypeError(`There is no service '${name}', but ${[...services.keys()].join(', ')}`);
  return service;
}
