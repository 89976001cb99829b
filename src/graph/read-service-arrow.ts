import { type YamlMap, type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import { toPosition, writtenPart } from '../resources/document.ts';
import type { Fields, ReadContext } from '../resources/fields.ts';
import type { ServiceResource } from '../resources/service-resource.ts';
import { readNamedService } from '../resources/service-tag.ts';
import type { Written } from '../resources/written.ts';
import { type ArrowContext, arrowParts, nodeAt, noProgram, readEnd } from './arrow-fields.ts';
import type { AskedServiceArrow, OfferedServiceArrow } from './graph-types.ts';

/** Each client costs its server a listener. */
const MOST_CLIENTS = 256;

/** A client of a service, with the limits that are its own. */
type Client = { readonly name: string; readonly limits: YamlNode | undefined };

/** Reads an arrow of a service: of one that we have, or one that a program of the graph offers. */
export function readServiceArrow(
  fields: Fields,
  context: ArrowContext,
): AskedServiceArrow | OfferedServiceArrow | undefined {
  const clients = readClients(fields, context);
  if (fields.has('to') === fields.has('service'))
    return fields.wrong(
      fields.has('to') ? 'to' : 'from',
      "!service has one of 'to', the name of a program that offers it, and 'service', such as { pwd: { users: [root] } }",
    );
  if (fields.has('service')) return readAsked(clients, context);
  const to = readEnd('to', fields, context);
  if (to === undefined || clients.length === 0) return undefined;
  for (const { name, limits } of clients) {
    if (name === to)
      fields.wrong('from', `The arrow leads from '${name}' to itself; an arrow joins two programs`);
    if (limits !== undefined)
      context.mistakes.add(
        `Limits of '${name}' stand in the grants of '${to}', beside '!arrow ${context.name}/${name}': a service that a program offers has no others`,
        toPosition(limits.span),
      );
  }
  return { kind: 'service', clients: clients.map(({ name }) => name), to, ...arrowParts(context) };
}

/** Reads `from`: a program, a list of programs, or a map from programs to limits. */
function readClients(fields: Fields, { content, programs, mistakes }: ArrowContext): readonly Client[] {
  const node = nodeAt(content, 'from');
  if (node === undefined) {
    fields.missing('from', 'the name of a program, a list of names, or a map from names to limits');
    return [];
  }
  const found = clientsIn(node);
  if (found === undefined || found.length === 0 || found.length > MOST_CLIENTS) {
    fields.wrong('from', `Key 'from' expects 1 to ${MOST_CLIENTS} names of programs`);
    return [];
  }
  const known = new Set<string>();
  return found.flatMap(({ key, limits }) => {
    const name = key.kind === 'str' ? key.value : '';
    const position = toPosition(key.span);
    if (!programs.has(name)) {
      mistakes.add(() => noProgram(name, programs), position);
      return [];
    }
    if (known.has(name)) mistakes.add('A program stands here twice', position);
    known.add(name);
    return [{ name, limits: limits?.kind === 'null' ? undefined : limits }];
  });
}

type WrittenClient = { readonly key: YamlNode; readonly limits: YamlNode | undefined };

function clientsIn(node: YamlNode): readonly WrittenClient[] | undefined {
  if (node.kind === 'str') return [{ key: node, limits: undefined }];
  if (node.kind === 'seq') return node.items.map((key) => ({ key, limits: undefined }));
  return node.kind === 'map' ? node.entries.map(({ key, value }) => ({ key, limits: value })) : undefined;
}

/** Checks the contents of `!service` for each client, as a document of its own would be. */
function readAsked(clients: readonly Client[], context: ArrowContext): AskedServiceArrow | undefined {
  const service = nodeAt(context.content, 'service');
  if (service === undefined) return undefined;
  const { directory, mistakes } = context;
  if (service.kind === 'map' && yamlEntry(service, 'module') !== undefined) {
    mistakes.add(
      "A service in a file of its own is a program that each client starts for itself: grant '!service { module: … }' to the client, without an arrow; or let a program of the graph offer the service, with 'to'",
      toPosition(service.span),
    );
    return undefined;
  }
  const read = (node: YamlNode): ServiceResource | undefined =>
    readNamedService(writtenPart(node, directory, mistakes), atNode(context, node));
  const widest = read(service);
  if (widest === undefined) return undefined;
  const asks = new Map<string, YamlNode>();
  for (const { name, limits } of clients) {
    const own = limits === undefined ? service : narrowed(service, limits, widest.service.name);
    if (limits !== undefined) {
      const narrow = own && read(own);
      if (own === undefined)
        mistakes.add(`Limits of '${name}' are a map, as those of the service`, toPosition(limits.span));
      else if (narrow !== undefined && !widest.covers(narrow))
        mistakes.add(
          `Limits of '${name}' are wider than those of 'service', which hold for all clients`,
          toPosition(limits.span),
        );
    }
    if (own !== undefined) asks.set(name, own);
  }
  const names = clients.map(({ name }) => name);
  return { kind: 'service', clients: names, service: widest.service.name, asks, ...arrowParts(context) };
}

function atNode(context: ReadContext, node: YamlNode): ReadContext {
  const { subject, spelling, directory, mistakes } = context;
  return { subject, spelling, directory, mistakes, position: toPosition(node.span) };
}

/** The contents of `!service` with further limits; those that are not named stay. */
function narrowed(service: YamlNode, limits: YamlNode, name: string): YamlNode | undefined {
  if (limits.kind !== 'map') return undefined;
  const { span } = limits;
  const before = service.kind === 'map' ? yamlEntry(service, name)?.value : undefined;
  const kept = before?.kind === 'map' ? before.entries.filter(({ key }) => !hasKey(limits, key)) : [];
  const all: YamlMap = { kind: 'map', entries: [...kept, ...limits.entries], span };
  return { kind: 'map', entries: [{ key: { kind: 'str', value: name, span }, value: all }], span };
}

function hasKey(map: YamlMap, key: YamlNode): boolean {
  return key.kind === 'str' && yamlEntry(map, key.value) !== undefined;
}

/** The contents of `!service` for a client. */
export function askedBy(
  { asks }: AskedServiceArrow,
  client: string,
  { directory, mistakes }: Pick<ReadContext, 'directory' | 'mistakes'>,
): Written | undefined {
  const node = asks.get(client);
  return node && writtenPart(node, directory, mistakes);
}
