/**
 * Clients of services, for programs that hold a channel, and the same services without a process or with functions of a
 * test in their place (docs/services.md).
 */
import '../configuration/parsers.ts';
import { type LimitsOf, writeServiceLimits } from '../limit.ts';
import type { AnyHandler, AnyHandlers, AnyService, ServiceHandlers } from '../service.ts';
import { type ServiceTypes, services } from '../table.ts';
import { ServiceChannel } from './channel.ts';
import { AnyServiceClient, type ServiceClient } from './client.ts';
import { mockHere, runHere } from './local-channel.ts';

export type { ProgramEnd } from '../program/process-end.ts';
export { ServiceError, type ServiceErrorCode } from '../service-error.ts';
export type { ServiceTypes } from '../table.ts';
export { Passed, type Wire } from '../wire.ts';
export { ControlledProcess } from './controlled-process.ts';
export { ServiceChannel, type ServiceClient };

/** Functions of a test for some calls of a service. A call without one fails with `ENOSYS`. */
export type ServiceMock<N extends keyof ServiceTypes> = Partial<
  ServiceHandlers<LimitsOf<ServiceTypes[N]['limits']>, ServiceTypes[N]['calls'], ServiceTypes[N]['state']>
>;

/** The limits with which a service begins that has no channel. */
export type ServiceLimits<N extends keyof ServiceTypes> = Partial<LimitsOf<ServiceTypes[N]['limits']>>;

/**
 * A client of a service, by the way that is chosen where the program starts. The rest of the program is the same for all:
 *
 * - a number or a channel: the descriptor of a channel that the program was granted;
 * - `'direct'`: without a process of services, with the authority that this process has anyway;
 * - functions: those of a test, in the place of the service.
 *
 * @param limits Limits of the two that have no channel; by default none.
 */
export function openService<N extends keyof ServiceTypes>(
  name: N,
  way: number | ServiceChannel | 'direct' | ServiceMock<N>,
  limits?: ServiceLimits<N>,
): ServiceClient<N>;
export function openService(
  name: string,
  way: number | ServiceChannel | 'direct' | object,
  limits: object = {},
): AnyServiceClient {
  const service = serviceNamed(name);
  if (typeof way === 'number') return new AnyServiceClient(service, new ServiceChannel(way));
  if (way instanceof ServiceChannel) return new AnyServiceClient(service, way);
  const written = writeServiceLimits(service.limits, Object.fromEntries(Object.entries(limits)));
  return new AnyServiceClient(
    service,
    way === 'direct' ? runHere(service, written) : mockHere(service, handlersIn(way), written),
  );
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
