import { Filetype } from '../abi/generated/constants.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { coversLimits, readServiceLimits, type SomeLimits, writeServiceLimits } from '../services/limit.ts';
import type { AnyService } from '../services/service.ts';
import type { ServiceLoss } from '../services/service-loss.ts';
import { ShapeError, type ShapePath } from '../services/shape.ts';
import { services } from '../services/table.ts';
import type { Wire } from '../services/wire.ts';
import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import { oneOf, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import {
  type CheckContext,
  type Checked,
  type OpenContext,
  type OpenedChannel,
  type OpenedResource,
  Resource,
} from './resource.ts';
import { connectedRights } from './socket-rights.ts';
import { nameWritten, textIn, type Written } from './written.ts';

/** The longest text of limits in descriptions: a longer one is cut. */
export const MOST_TOLD = 200;

/**
 * `!service`: a channel to a service. The descriptor is a UNIX socket to a process of services, which is confined itself;
 * its limits live there.
 */
export class ServiceResource extends Resource {
  readonly kind = 'service';
  readonly service: AnyService;
  readonly limits: SomeLimits;

  /** The grants of programs that the service starts, by their names. */
  readonly contents: ReadonlyMap<string, unknown>;
  readonly whenLost: ServiceLoss;

  constructor(
    service: AnyService,
    limits: SomeLimits,
    contents: ReadonlyMap<string, unknown>,
    whenLost: ServiceLoss,
    position: Position | undefined,
  ) {
    super(position);
    this.contents = contents;
    this.whenLost = whenLost;
    this.service = service;
    this.limits = limits;
    Object.freeze(this);
  }

  override label(): string {
    return `!service ${this.service.name}`;
  }

  /** The limits as a document has them. */
  get written(): Wire {
    return writeServiceLimits(this.service.limits, this.limits);
  }

  /** Tells whether another grant of a service allows nothing that this one does not. */
  covers({ service, limits }: ServiceResource): boolean {
    return service.name === this.service.name && coversLimits(service.limits, this.limits, limits);
  }

  override check({ warn }: CheckContext): Checked {
    for (const message of this.service.warns?.(this.limits) ?? []) warn(message);
    const told = describeWire(this.written);
    const within = told === '{}' ? '' : ` within ${printable(told, MOST_TOLD)}`;
    const lost = this.whenLost === 'end' ? ', and ends with it' : '';
    const description = `Asks service ${this.service.name}${within}${lost}`;
    return { description, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  override open({ channels }: OpenContext): OpenedResource {
    const host = this.openChannel(channels);
    return { host, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  /**
   * Opens the holdings of the service, and a channel.
   *
   * @param channels Gets the server's end.
   * @returns The host descriptor of the client's end.
   */
  openChannel(channels: OpenedChannel[]): number {
    const held = this.service.prepare(this.limits);
    const [channel, client] = makeSocketPair();
    const { service, limits, contents, whenLost } = this;
    channels.push({ service, limits, held, channel, contents, whenLost });
    return client;
  }
}

/** Takes the grants of programs that a service starts out of its limits: a service has none by default. */
export type SplitLimits = (
  limits: Written,
  context: ReadContext,
) => { readonly limits: Written; readonly contents: ReadonlyMap<string, unknown> };

/** Reads the contents of `!service` or the arguments of `service()`: the name of a service, or a map from it to limits. */
export function readService(
  written: Written,
  context: ReadContext,
  split: SplitLimits = (limits) => ({ limits, contents: new Map() }),
  whenLost: ServiceLoss = 'continue',
): ServiceResource | undefined {
  const { subject, mistakes, position } = context;
  const only = written.kind === 'map' && written.entries.length === 1 ? written.entries[0] : undefined;
  const name = textIn(only?.key ?? written);
  if (name === undefined) {
    const isNothing = written.kind === 'scalar' && written.value === null;
    if (written.kind !== 'broken')
      mistakes.add(
        `${subject} expects the name of a service, or a map from it to limits, not ${nameWritten(written)}`,
        // A missing value has no place of its own.
        (isNothing ? position : written.position) ?? position,
      );
    return undefined;
  }
  const service = services.get(name);
  if (service === undefined) {
    const names = [...services.keys()];
    mistakes.add(
      `${subject} knows no service '${printable(name, 80)}', expected ${oneOf(names)}${didYouMean(name, names)}`,
      only?.key.position ?? written.position ?? position,
    );
    return undefined;
  }
  const given: Written = only?.value ?? { kind: 'scalar', value: null, position: undefined };
  if (given.kind === 'broken') return undefined;
  const before = mistakes.count;
  const { limits, contents } = split(given, context);
  if (mistakes.count > before) return undefined;
  try {
    const read = readServiceLimits(service.limits, wireOf(limits));
    return new ServiceResource(
      service,
      service.resolve?.(read, context.directory) ?? read,
      contents,
      whenLost,
      position,
    );
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const where =
      error.path.length === 0 ? `Service '${name}'` : `Limit '${placeIn(error.path)}' of service '${name}'`;
    mistakes.add(`${where} ${error.message}`, positionAt(limits, error.path) ?? position);
    return undefined;
  }
}

/** Makes a value of messages of a written one. @throws ShapeError for what no limit is. */
function wireOf(written: Written, path: ShapePath = []): Wire {
  switch (written.kind) {
    case 'scalar':
      return written.value;
    case 'seq':
      return written.items.map((item, index) => wireOf(item, [...path, index]));
    case 'map':
      return new Map(
        written.entries.map(({ key, value }) => [
          wireOf(key, path),
          wireOf(value, [...path, textIn(key) ?? '']),
        ]),
      );
    default:
      throw new ShapeError(path, `cannot be ${nameWritten(written)}`);
  }
}

/** The place of a value in a document; of the nearest value around it that has one. */
function positionAt(written: Written, path: ShapePath): Position | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return written.position;
  if (written.kind === 'seq' && typeof first === 'number') {
    const item = written.items[first];
    return (item && positionAt(item, rest)) ?? written.position;
  }
  if (written.kind === 'map') {
    const entry = written.entries.find(({ key }) => textIn(key) === first);
    if (entry !== undefined) return positionAt(entry.value, rest) ?? entry.key.position;
  }
  return written.position;
}

function placeIn(path: ShapePath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** Describes limits in one line, as YAML has them. */
export function describeWire(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describeWire).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${describeWire(key)}: ${describeWire(item)}`).join(', ')}}`;
  return String(value);
}
