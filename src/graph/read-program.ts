import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { YamlMap, YamlNode } from '../argdata/yaml.ts';
import { yamlEntry } from '../argdata/yaml.ts';
import { includeProfiles } from '../profiles/include.ts';
import { shapeOfDocument } from '../resources/add-host.ts';
import { readPart, toPosition, writtenPart } from '../resources/document.ts';
import { Fields, type ReadContext } from '../resources/fields.ts';
import { Grants } from '../resources/grants.ts';
import { readLimits } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { readDuration } from '../resources/quantity.ts';
import type { Written } from '../resources/written.ts';
import type { Arrow, GraphProgram, Readiness } from './graph-types.ts';
import type { ArrowPlaces } from './places.ts';
import { UseReader } from './read-use.ts';

/** The surroundings of a program in a graph. */
export type ProgramContext = {
  readonly name: string;
  readonly directory: string;
  readonly mistakes: Mistakes;
  readonly arrows: ReadonlyMap<string, Arrow>;
  /** The names of all arrows, those with mistakes included. */
  readonly named: ReadonlySet<string>;
  readonly places: ArrowPlaces;
};

const keys = ['program', 'grants', 'replicas', 'restart', 'ready', 'stop', 'limits', 'image', 'scale'];

const MOST_REPLICAS = 1000;
const DEFAULT_READY = 30_000;
const DEFAULT_STOP = 10_000;
const LONGEST = 3_600_000;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'] as const;

/** An image as engines name it: no spaces and no control characters. */
const IMAGE = /^[a-zA-Z0-9][\w.\-/:@]{0,254}$/;

/** Reads a program of a graph; `undefined` after a mistake that leaves nothing of it. */
export function readProgramOf(node: YamlNode, context: ProgramContext): GraphProgram | undefined {
  const { name, directory, mistakes, arrows } = context;
  const position = toPosition(node.span);
  const readContext: ReadContext = {
    subject: `program '${name}'`,
    spelling: 'document',
    directory,
    mistakes,
    position,
  };
  const before = mistakes.count;
  const fields = Fields.read(withoutGrants(node, directory, mistakes), keys, readContext);
  if (fields === undefined) return undefined;
  const written = fields.has('program')
    ? fields.text('program')
    : fields.missing('program', 'the path or name of a program');
  const grants = node.kind === 'map' ? yamlEntry(node, 'grants')?.value : undefined;
  const relayed = grants !== undefined && namesHosts(grants);
  const reader = new UseReader({
    program: name,
    arrows,
    named: context.named,
    places: context.places,
    directory,
    isRelayed: (arrow) => arrow.kind === 'published' && (relayed || arrow.host !== undefined),
  });
  const read =
    grants === undefined
      ? new Grants(null, mistakes)
      : readPart(grants, { directory, mistakes, own: reader.readers, prepare: includeProfiles });
  const { uses, ends } = reader;
  const stop = readStop(fields, readContext);
  const ready = readReady(fields, readContext, context);
  const selfMade = uses.flatMap(({ arrow, side }) =>
    arrow.kind === 'connection' && side === 'to' && arrow.socket !== undefined ? [arrow.name] : [],
  );
  const implied: Readiness = ends.some(({ purpose }) => purpose.kind === 'ready')
    ? { kind: 'descriptor' }
    : selfMade.length > 0
      ? { kind: 'socket', arrows: selfMade }
      : { kind: 'started' };
  const image = fields.text('image');
  if (image !== undefined && !IMAGE.test(image)) fields.wrong('image', "Key 'image' is no name of an image");
  const program: GraphProgram = {
    name,
    position,
    shape: shapeOfDocument(node, undefined),
    written: written ?? '',
    path: placeOfProgram(written ?? '', directory),
    grants: read,
    grantsNode: grants,
    uses,
    mentioned: reader.mentioned,
    ends,
    hasNetwork: relayed,
    replicas: fields.integer('replicas', 0, MOST_REPLICAS) ?? 1,
    restart: fields.choice('restart', ['always', 'on_failure', 'never']) ?? 'always',
    ready: ready.sign ?? implied,
    readyWithin: ready.within ?? DEFAULT_READY,
    stopSignal: stop.signal,
    stopWithin: stop.within,
    limits: readLimits(fields.get('limits'), { ...readContext, subject: "'limits'" }),
    limitPlaces: placesOfLimits(node),
    image,
    scale: readScale(fields, readContext),
  };
  return written === undefined && mistakes.count > before ? undefined : program;
}

/** The part of a program that holds no tags of grants. */
function withoutGrants(node: YamlNode, directory: string, mistakes: Mistakes): Written {
  if (node.kind !== 'map') return writtenPart(node, directory, mistakes);
  const entries = node.entries.map(({ key, value }) =>
    key.kind === 'str' && key.value === 'grants'
      ? { key, value: { kind: 'null', value: null, span: value.span } as const }
      : { key, value },
  );
  const map: YamlMap = { kind: 'map', entries, span: node.span };
  return writtenPart(map, directory, mistakes);
}

function placesOfLimits(node: YamlNode): ReadonlyMap<string, Position> {
  const limits = node.kind === 'map' ? yamlEntry(node, 'limits')?.value : undefined;
  if (limits?.kind !== 'map') return new Map();
  return new Map(
    limits.entries.flatMap(({ key, value }) =>
      key.kind === 'str' ? [[key.value, toPosition(value.span)] as const] : [],
    ),
  );
}

/** Tells whether grants have a network of their own, which leads to hosts or to nothing. */
function namesHosts(node: YamlNode): boolean {
  switch (node.kind) {
    case 'tagged':
      return node.tag === 'network' || namesHosts(node.content);
    case 'seq':
      return node.items.some(namesHosts);
    case 'map':
      return (
        isOwnNetwork(yamlEntry(node, 'network')?.value) || node.entries.some(({ value }) => namesHosts(value))
      );
    default:
      return false;
  }
}

function isOwnNetwork(network: YamlNode | undefined): boolean {
  if (network?.kind === 'str') return network.value === 'loopback';
  if (network?.kind !== 'map') return false;
  const mode = yamlEntry(network, 'mode')?.value;
  return !(mode?.kind === 'str' && mode.value === 'host');
}

/** A path with a slash, or of a file beside the document; other names are found on the path of programs. */
function placeOfProgram(written: string, directory: string): string {
  if (written.includes('/')) return resolve(directory, written);
  const beside = join(directory, written);
  return written !== '' && existsSync(beside) ? beside : written;
}

function readStop(
  fields: Fields,
  context: ReadContext,
): { readonly signal: NodeJS.Signals; readonly within: number } {
  const inner = innerOf(fields, 'stop', ['signal', 'within'], context);
  return {
    signal: inner?.choice<NodeJS.Signals>('signal', SIGNALS) ?? 'SIGTERM',
    within: (inner && readDuration(inner, 'within', 1, LONGEST)) ?? DEFAULT_STOP,
  };
}

function readReady(
  fields: Fields,
  context: ReadContext,
  { name, arrows }: ProgramContext,
): { readonly sign?: Readiness; readonly within?: number | undefined } {
  const inner = innerOf(fields, 'ready', ['http', 'arrow', 'within'], context);
  if (inner === undefined) return {};
  const within = readDuration(inner, 'within', 1, LONGEST);
  const path = inner.text('http');
  if (path === undefined) {
    if (inner.has('arrow')) inner.wrong('arrow', "Key 'arrow' belongs to 'http'");
    return { within };
  }
  if (!/^\/[\x21-\x7e]*$/.test(path)) inner.wrong('http', "Key 'http' is a path such as /healthz");
  const servers = [...arrows.values()].filter(
    (arrow) => (arrow.kind === 'published' || arrow.kind === 'connection') && arrow.to === name,
  );
  const wanted = inner.text('arrow');
  const found = wanted === undefined ? servers : servers.filter((arrow) => arrow.name === wanted);
  const [first, ...others] = found;
  if (first === undefined)
    inner.wrong(
      wanted === undefined ? 'http' : 'arrow',
      `No ${wanted === undefined ? '' : 'such '}arrow leads to '${name}' over which it could be asked`,
    );
  else if (others.length > 0)
    inner.wrong('http', `Several arrows lead to '${name}': say which with 'arrow', such as '${first.name}'`);
  return first === undefined ? { within } : { sign: { kind: 'http', arrow: first.name, path }, within };
}

function readScale(fields: Fields, context: ReadContext): GraphProgram['scale'] {
  const inner = innerOf(fields, 'scale', ['most', 'cpu'], context);
  if (inner === undefined) return undefined;
  const most = inner.has('most')
    ? inner.integer('most', 1, MOST_REPLICAS)
    : inner.missing('most', 'the most replicas that there may be');
  const cpu = inner.integer('cpu', 1, 100) ?? 80;
  return most === undefined ? undefined : { most, cpu };
}

/** The map at a key of a program; `undefined` without one, and after a mistake. */
function innerOf(
  fields: Fields,
  key: string,
  known: readonly string[],
  context: ReadContext,
): Fields | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  return Fields.read(written, known, { ...context, subject: `'${key}'`, position: fields.at(key) });
}
