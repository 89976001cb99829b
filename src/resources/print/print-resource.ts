import type { Wire } from '../../services/wire.ts';
import { FdResource } from '../fd.ts';
import { FileResource } from '../file.ts';
import type { FileGrant } from '../file-check.ts';
import type { PlacedPattern } from '../name-rules.ts';
import { PipeResource } from '../pipe.ts';
import type { Resource } from '../resource.ts';
import type { WrittenRights } from '../rights.ts';
import { ServiceResource } from '../service-resource.ts';
import { SocketResource } from '../socket.ts';
import { partsOfSource } from './print-source.ts';
import { mapOf, printFlow, type TaggedPart, UnspeakableError, type YamlPart } from './yaml-part.ts';

/**
 * Makes the tag of a resource, as a document has it. Paths stay as they were written.
 *
 * @throws UnspeakableError for one that no document has.
 */
export function partOfResource(resource: Resource): TaggedPart {
  if (resource instanceof FdResource) return { tag: 'fd', content: resource.stream ?? resource.number };
  if (resource instanceof FileResource) return { tag: 'file', content: partOfFile(resource) };
  if (resource instanceof SocketResource) return { tag: 'socket', content: partOfSocket(resource) };
  if (resource instanceof PipeResource)
    return { tag: 'pipe', content: mapOf({ name: resource.name, end: resource.end }) };
  if (resource instanceof ServiceResource) {
    const content = new Map<string, YamlPart>([[resource.service.name, partOfLimits(resource.written)]]);
    if (resource.whenLost !== 'continue') content.set('when_lost', resource.whenLost);
    return { tag: 'service', content };
  }
  throw new UnspeakableError(`${resource.label()} (!${resource.kind}) is no part of a command`);
}

/** Makes the limits of a service, as a key of its name has them; null for none. */
export function partOfServiceLimits({ written }: ServiceResource): YamlPart {
  return written instanceof Map && written.size === 0 ? null : partOfLimits(written);
}

/** Prints the limits of a service in one line; `undefined` for none. */
export function printLimits(resource: ServiceResource): string | undefined {
  const part = partOfServiceLimits(resource);
  return part === null ? undefined : printFlow(part);
}

/** Limits of a service, as a document has them. */
function partOfLimits(limits: Wire): YamlPart {
  if (limits instanceof Map)
    return new Map([...limits].map(([key, value]) => [String(key), partOfLimits(value)]));
  if (Array.isArray(limits)) return limits.map(partOfLimits);
  if (typeof limits === 'string' || typeof limits === 'number' || typeof limits === 'boolean') return limits;
  throw new UnspeakableError('A limit of a service has a value that no document has');
}

/** Each part of a grant, as keys of `!file`. All of them, or this does not compile. */
const fileParts: {
  readonly [Name in keyof Required<FileGrant>]: (
    value: FileGrant[Name],
  ) => Record<string, YamlPart | undefined>;
} = {
  path: (path) => ({ path }),
  absolute: () => ({}),
  rights: (rights) => ({ rights: partOfRights(rights) }),
  missing: (missing) => ({ missing: missing === 'refuse' ? undefined : missing }),
  names: (names) => ({
    without: names === undefined || names.without.length === 0 ? undefined : patternsOf(names.without),
    only: names?.only && patternsOf(names.only),
  }),
  overlay: (overlay) => ({ overlay: overlay && (overlay.name ?? true) }),
  encrypt: (encrypt) => ({ encrypt: encrypt && mapOf({ ...partsOfSource(encrypt.from) }) }),
  position: () => ({}),
  pathPosition: () => ({}),
  rightsPosition: () => ({}),
};

function partOfFile(file: FileResource): YamlPart {
  const { path, rights, missing, names, overlay, encrypt } = fileParts;
  return mapOf({
    ...path(file.path),
    ...rights(file.rights),
    ...missing(file.missing),
    ...names(file.names),
    ...overlay(file.overlay),
    ...encrypt(file.encrypt),
  });
}

function patternsOf(patterns: readonly PlacedPattern[]): YamlPart {
  return patterns.map(({ pattern }) => pattern);
}

function partOfRights({ presets, names }: WrittenRights): YamlPart {
  const [only, ...more] = [...presets, ...names];
  return only !== undefined && more.length === 0 ? only : [...presets, ...names];
}

/** All is said, so that defaults of the time do not matter. */
function partOfSocket({ grant }: SocketResource): YamlPart {
  const { use, address, text, protocol, backlog, reuseAddress, reusePort, ipv6Only } = grant;
  const unix = address.family === 'unix';
  const datagram = protocol === 'udp' || protocol === 'datagram';
  const bound = use === 'bind';
  return mapOf({
    [use]: unix ? address.path : text,
    protocol,
    backlog: bound && !datagram ? backlog : undefined,
    reuse_address: bound && (!unix || reuseAddress) ? reuseAddress : undefined,
    reuse_port: bound && !unix ? reusePort : undefined,
    ipv6_only: bound && address.family === 'ipv6' ? ipv6Only : undefined,
  });
}
