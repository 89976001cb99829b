import {
  coversLimits,
  type Limit,
  narrowLimits,
  needed,
  readServiceLimits,
  type SomeLimits,
  writeServiceLimits,
} from './limit.ts';
import {
  type AnyHandlers,
  type AnyService,
  defineService,
  type Holdings,
  type Service,
  type ServiceCall,
  serviceCall,
} from './service.ts';
import { ServiceError } from './service-error.ts';
import { anyShape, descriptorShape, optionalShape, recordShape, ShapeError, textShape } from './shape.ts';
import { mapOfWire, Passed, type Wire } from './wire.ts';

/** The services that a zygote opens, by name, each with the widest limits of its channels. */
export type OpenableServices = ReadonlyMap<string, SomeLimits>;

/** The limits of a zygote. */
export type ZygoteLimits = { readonly services: Limit<OpenableServices> & { readonly needed: true } };

type Opens = {
  readonly open: ServiceCall<
    { readonly service: string } & { readonly limits?: Wire },
    { readonly channel: Passed }
  >;
};

/**
 * Makes the zygote: the service that opens channels to others. Its list of services can be narrowed as any limit, and a
 * program that has opened what it needs closes the zygote's channel.
 *
 * @param offered The services that there are.
 */
export function makeZygote(offered: ReadonlyMap<string, AnyService>): Service<ZygoteLimits, Opens, null> {
  // One that makes system calls of its own would bring them to the process of all, and the launcher answers only a service
  // that was granted itself.
  const shared = [...offered.values()].filter(
    ({ process, walls, asks, standsAlone = asks === undefined }) =>
      process === 'shared' && walls?.calls === undefined && standsAlone,
  );
  const known = new Map(shared.map((service) => [service.name, service]));
  const words = `a map from names of services to their limits; the services are ${[...known.keys()].join(', ')}`;
  const services: Limit<OpenableServices> = {
    words,
    type: 'ReadonlyMap<string, Limits>',
    about: 'The services that may be opened, with the widest limits of each.',
    samples: [
      new Map(),
      new Map<Wire, Wire>([['random', new Map()]]),
      new Map<Wire, Wire>([['random', new Map([['bytes', 8]])]]),
      new Map<Wire, Wire>([
        ['pwd', new Map([['users', ['root']]])],
        ['random', new Map([['bytes', 16]])],
      ]),
    ],
    read: (value, path) => {
      const map = mapOfWire(value);
      if (map === undefined) throw new ShapeError(path, `expects ${words}`);
      return new Map(
        [...map].map(([name, limits]) => {
          const service = known.get(name);
          if (service === undefined)
            throw new ShapeError([...path, name], `is no service that a zygote opens: it expects ${words}`);
          const read = readServiceLimits(service.limits, limits, [...path, name]);
          if (service.asks?.(read) !== undefined)
            throw new ShapeError(
              [...path, name],
              'asks the launcher with these limits, so that it has to be granted by itself',
            );
          return [name, read];
        }),
      );
    },
    write: (value) =>
      new Map(
        [...value].map(([name, limits]): [Wire, Wire] => [
          name,
          writeServiceLimits(known.get(name)?.limits ?? {}, limits),
        ]),
      ),
    covers: (outer, inner) =>
      [...inner].every(([name, limits]) => {
        const before = outer.get(name);
        return before !== undefined && coversLimits(known.get(name)?.limits ?? {}, before, limits);
      }),
  };
  return defineService({
    name: 'zygote',
    about: 'Opens channels to other services, so that a program decides while it runs.',
    holds: 'the same as the services in its limits',
    process: 'shared',
    limits: { services: needed(services) },
    calls: {
      open: serviceCall(
        'Opens a channel to a service, with the limits of the zygote or narrower ones.',
        { service: textShape(64, ['random', 'pwd']), limits: optionalShape(anyShape) },
        recordShape({ channel: descriptorShape }),
      ),
    },
    state: null,
    prepare: ({ services: granted }) => prepareAll(known, granted),
    walls: {
      landlock: (held, { services: granted }) =>
        [...granted].flatMap(
          ([name, limits]) => known.get(name)?.walls?.landlock?.(partOf(held, name), limits) ?? [],
        ),
      directories: (held) =>
        shared.flatMap(({ name, walls }) => walls?.directories?.(partOf(held, name)) ?? []),
    },
    start: (held, { services: granted }, host) => {
      const running = new Map<string, { readonly service: AnyService; readonly handlers: AnyHandlers }>();
      for (const [name, limits] of granted) {
        const service = known.get(name);
        if (service !== undefined)
          running.set(name, { service, handlers: service.start(partOf(held, name), limits, host) });
      }
      return {
        open: ({ service: name, limits: asked = null }, { limits: left }) => {
          const widest = left.services.get(name);
          const found = running.get(name);
          if (widest === undefined || found === undefined)
            throw new ServiceError('ENOTCAPABLE', `The zygote does not open service '${name}'`);
          const limits = asked === null ? widest : narrowLimits(found.service.limits, widest, asked);
          return { channel: new Passed(host.openChannel(found.service, found.handlers, limits)) };
        },
      };
    },
  });
}

/** The parts of the holdings of several services stand behind their names. */
const SEPARATOR = ':';

function prepareAll(known: ReadonlyMap<string, AnyService>, granted: OpenableServices): Holdings {
  const descriptors: Record<string, number> = {};
  const data = new Map<Wire, Wire>();
  for (const [name, limits] of granted) {
    const held = known.get(name)?.prepare(limits);
    for (const [key, descriptor] of Object.entries(held?.descriptors ?? {}))
      descriptors[`${name}${SEPARATOR}${key}`] = descriptor;
    data.set(name, held?.data ?? null);
  }
  return { descriptors, data };
}

function partOf({ descriptors, data }: Holdings, name: string): Holdings {
  const prefix = `${name}${SEPARATOR}`;
  const own = Object.entries(descriptors).filter(([key]) => key.startsWith(prefix));
  return {
    descriptors: Object.fromEntries(own.map(([key, descriptor]) => [key.slice(prefix.length), descriptor])),
    data: mapOfWire(data)?.get(name) ?? null,
  };
}
