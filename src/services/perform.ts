import { type SomeLimits, writeServiceLimits } from './limit.ts';
import type { ServiceRequest } from './request.ts';
import type { AnyHandlers, RequestChannel, ServiceForm } from './service.ts';
import { ServiceError } from './service-error.ts';
import type { Wire } from './wire.ts';

/** A service that runs, with its functions. */
export type RunningService = { readonly service: ServiceForm; readonly handlers: AnyHandlers };

/**
 * Carries out a call of a service, or `limits`: arguments are read by their shape before the service sees them.
 *
 * @throws ServiceError, ShapeError
 */
export function performCall(
  { service, handlers }: RunningService,
  { call, given }: ServiceRequest,
  channel: RequestChannel<SomeLimits, unknown>,
): Wire | Promise<Wire> {
  if (call === 'limits') return writeServiceLimits(service.limits, channel.limits);
  const declared = Object.hasOwn(service.calls, call) ? service.calls[call] : undefined;
  const handler = Object.hasOwn(handlers, call) ? handlers[call] : undefined;
  if (declared === undefined || handler === undefined)
    throw new ServiceError('ENOSYS', `Service '${service.name}' has no such call`);
  const { takes, gives } = declared;
  const reply = handler(takes.read(given, []), channel);
  return reply instanceof Promise ? reply.then((each) => gives.write(each)) : gives.write(reply);
}
