import {
  type LimitsOf,
  readServiceLimits,
  type ServiceLimitTable,
  type SomeLimits,
} from '../services/limit.ts';
import { NodeLoop } from '../services/node-loop.ts';
import { ServedChannel } from '../services/served-channel.ts';
import type {
  AnyHandlers,
  ServiceCalls,
  ServiceDeclaration,
  ServiceForm,
  ServiceHandlers,
} from '../services/service.ts';
import { ShapeError } from '../services/shape-error.ts';
import type { Wire } from '../services/wire.ts';
import type { Value } from './argdata.ts';
import { Descriptor } from './descriptor.ts';
import { type Program, program } from './program.ts';
import { ServedEnd } from './served-end.ts';
import { type Output, type Shape, type StandardSchema, validate } from './standard.ts';

/** The functions of a service, or a promise of them. */
type Begun<Handlers> = Handlers | Promise<Handlers>;

/**
 * Declares a program that serves a service: `!service {module: …}` starts it with grants of its own, behind the walls of every
 * program, and hands channels to it to another program. It ends with the last of them.
 *
 * @param options `schema` is that of its grants, as for `program`.
 * @param start Makes the functions behind the calls. They see arguments that have been read by their shapes.
 */
export function serve<T extends ServiceLimitTable, C extends ServiceCalls, State>(
  service: ServiceDeclaration<T, C, State>,
  start: () => Begun<ServiceHandlers<LimitsOf<T>, C, State>>,
): Program;
export function serve<
  T extends ServiceLimitTable,
  C extends ServiceCalls,
  State,
  Wanted extends StandardSchema | Shape,
>(
  service: ServiceDeclaration<T, C, State>,
  options: { readonly schema: Wanted },
  start: (config: Output<Wanted>) => Begun<ServiceHandlers<LimitsOf<T>, C, State>>,
): Program;
export function serve(
  service: ServiceForm,
  first: (() => Begun<AnyHandlers>) | { readonly schema: StandardSchema | Shape },
  second?: (config: never) => Begun<AnyHandlers>,
): Program {
  return program(async (tree: Value) => {
    const given = new Map<string, unknown>(Object.entries(Object(tree)));
    const channel = given.get('channel');
    if (!(channel instanceof ServedEnd))
      throw new TypeError("The program serves a service: it is started by a grant '!service {module: …}'");
    const limits = limitsFrom(service, given.get('limits') ?? null);
    const handlers: AnyHandlers =
      typeof first === 'function'
        ? await first()
        : await Reflect.apply(second ?? noFunction, undefined, [
            await validate(first.schema, given.get('argdata') ?? {}),
          ]);
    const house = { loop: new NodeLoop(), bounds: { channels: 0, unread: 0 } };
    new ServedChannel(
      { service, handlers },
      house,
      channel.descriptor,
      limits,
      structuredClone(service.state),
    );
  });
}

function noFunction(): never {
  throw new TypeError('A service needs a function that starts it');
}

function limitsFrom({ name, limits }: ServiceForm, given: unknown): SomeLimits {
  try {
    return readServiceLimits(limits, wireOf(given));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const place = error.path.length === 0 ? '' : `'${error.path.join('.')}' `;
    throw new TypeError(`The limits of service '${name}': ${place}${error.message}`);
  }
}

/** Turns a value of a program into one of messages. */
function wireOf(value: unknown): Wire {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(wireOf);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [wireOf(key), wireOf(item)]));
  if (typeof value === 'object' && !(value instanceof Descriptor) && !(value instanceof Date))
    return new Map(Object.entries(value ?? {}).map(([key, item]) => [key, wireOf(item)]));
  throw new TypeError('Limits have no descriptors and no timestamps');
}
