import { decode } from '../argdata/decode.ts';
import { type Serialized, serialize } from '../argdata/encode.ts';
import { type Mechanism, mechanisms } from '../walls/mechanisms.ts';
import { readServiceLimits, type SomeLimits, writeServiceLimits } from './limit.ts';
import type { AnyService, Holdings } from './service.ts';
import {
  anyShape,
  choiceShape,
  descriptorShape,
  integerShape,
  listShape,
  mapShape,
  recordShape,
  textShape,
} from './shape.ts';
import { Passed } from './wire.ts';

/** A channel that a process of services serves from its start: one for each grant. */
export type GrantedChannel = {
  readonly service: AnyService;
  readonly limits: SomeLimits;
  readonly held: Holdings;
  /** The server's end. */
  readonly channel: number;
};

/** The message with which a process of services begins: a value in a file in memory, and descriptors. */
export type ServicesStart = {
  /** The process whose death ends it. */
  readonly parent: number;
  readonly accept: readonly Mechanism[];
  readonly channels: readonly GrantedChannel[];
};

const MOST = 4096;
const name = textShape(64);
const mechanismNames = Object.keys(mechanisms).filter(isMechanism);

const shape = recordShape({
  parent: integerShape(0, 2 ** 31),
  accept: listShape(choiceShape(mechanismNames), MOST),
  channels: listShape(
    recordShape({
      service: name,
      limits: anyShape,
      descriptors: mapShape(textShape(4096), descriptorShape, MOST),
      data: anyShape,
      channel: descriptorShape,
    }),
    MOST,
  ),
});

function isMechanism(text: string): text is Mechanism {
  return Object.hasOwn(mechanisms, text);
}

/** Encodes a message; its descriptors are those that have to travel with it, in their order. */
export function encodeStart({ parent, accept, channels }: ServicesStart): Serialized<Passed> {
  return serialize<Passed>(
    shape.write({
      parent,
      accept,
      channels: channels.map(({ service, limits, held, channel }) => ({
        service: service.name,
        limits: writeServiceLimits(service.limits, limits),
        descriptors: new Map(
          Object.entries(held.descriptors).map(([key, descriptor]) => [key, new Passed(descriptor)]),
        ),
        data: held.data,
        channel: new Passed(channel),
      })),
    }),
  );
}

/**
 * Decodes a message of the launcher.
 *
 * @param descriptors Those that came with it.
 * @param services The services that there are, by name.
 * @throws ShapeError, ArgdataError
 */
export function decodeStart(
  bytes: Uint8Array,
  descriptors: readonly number[],
  services: ReadonlyMap<string, AnyService>,
): ServicesStart {
  const value = decode<Passed>(bytes, (index) => new Passed(descriptors[index] ?? -1));
  const { parent, accept, channels } = shape.read(value, []);
  return {
    parent,
    accept,
    channels: channels.map((each) => {
      const service = services.get(each.service);
      if (service === undefined) throw new TypeError(`There is no service '${each.service}'`);
      return {
        service,
        limits: readServiceLimits(service.limits, each.limits),
        held: {
          descriptors: Object.fromEntries(
            [...each.descriptors].map(([key, { descriptor }]) => [key, descriptor]),
          ),
          data: each.data,
        },
        channel: each.channel.descriptor,
      };
    }),
  };
}
