import { basename, dirname, resolve } from 'node:path';
import { type YamlMap, type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import { shapeOfDocument } from '../resources/add-host.ts';
import { parseText, toPosition, writtenPart } from '../resources/document.ts';
import { oneOf } from '../resources/fields.ts';
import { ConfigurationError, Mistakes } from '../resources/mistake.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { checkArrows } from './check-arrows.ts';
import type { Arrow, Graph, GraphProgram } from './graph-types.ts';
import type { ArrowPlaces } from './places.ts';
import { arrowTags, readArrow } from './read-arrow.ts';
import { readProgramOf } from './read-program.ts';

/** Options for reading a graph. */
export type GraphOptions = {
  /** The name of the document in messages. */
  readonly file: string;
  /** The folder where relative paths in it start; by default that of `file`. */
  readonly directory?: string;
  readonly places: ArrowPlaces;
};

/** A graph that was read, and the mistakes found in it so far. */
export type ReadGraph = { readonly graph: Graph; readonly mistakes: Mistakes };

/** Programs and arrows that a graph may have; each running program is several processes. */
const MOST_PROGRAMS = 4096;
const MOST_ARROWS = 16384;

/** Names of programs are names of hosts: a label of a domain (RFC 1123), as Kubernetes has them. */
const PROGRAM_NAME = /^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$/;

const parts = ['programs', 'arrows', 'x-studio'];

/**
 * Reads a graph. Nothing is opened. Mistakes are kept, so that the check of its programs reports all together.
 *
 * @throws ConfigurationError when the text is no YAML document, or no graph at all.
 */
export function readGraph(text: string, { file, directory, places }: GraphOptions): ReadGraph {
  const mistakes = new Mistakes();
  const node = parseText(text, file);
  const folder = resolve(directory ?? dirname(file));
  const found = partsOf(node, mistakes);
  const boxes = mapAt(found, 'programs', mistakes, MOST_PROGRAMS);
  const names = new Set(boxes.map(([name]) => name));
  const arrows = new Map<string, Arrow>();
  const ways = mapAt(found, 'arrows', mistakes, MOST_ARROWS);
  for (const [name, value, key] of ways) {
    const position = toPosition(value.span);
    checkName('arrow', name, key, mistakes);
    if (value.kind !== 'tagged') {
      const tags = arrowTags.map((tag) => `!${tag}`);
      mistakes.add(() => `An arrow begins with its tag, ${oneOf(tags)}`, position);
      continue;
    }
    const subject = `!${value.tag}`;
    const written = writtenPart(value.content, folder, mistakes);
    const context = { subject, spelling: 'document', directory: folder, mistakes, position } as const;
    const arrow = readArrow(value.tag, written, {
      ...context,
      name,
      shape: shapeOfDocument(value, undefined),
      content: value.content,
      programs: names,
    });
    if (arrow !== undefined) arrows.set(name, arrow);
  }
  const named = new Set(ways.map(([name]) => name));
  const programs = new Map<string, GraphProgram>();
  // After a mistake in an arrow, its uses would be mistakes, too.
  const arrowsAreRight = mistakes.count === 0;
  for (const [name, value, key] of boxes) {
    checkName('program', name, key, mistakes);
    const context = { name, directory: folder, mistakes, arrows, named, places };
    const program = readProgramOf(value, context);
    if (program !== undefined) programs.set(name, program);
  }
  checkPlaces(found, mistakes);
  if (arrowsAreRight && programs.size === boxes.length) checkArrows(programs, arrows, mistakes);
  const name = nameOfGraph(file);
  return { graph: { file, name, programs, arrows }, mistakes };
}

/** @throws ConfigurationError when it is no graph. */
function partsOf(node: YamlNode, mistakes: Mistakes): YamlMap {
  if (node.kind !== 'tagged' || node.tag !== 'graph' || node.content.kind !== 'map') {
    const message = "A graph is a document with '!graph' at its top, and a map with 'programs' and 'arrows'";
    throw new ConfigurationError([{ message, position: toPosition(node.span), place: '' }]);
  }
  for (const { key } of node.content.entries) {
    const name = key.kind === 'str' ? key.value : '';
    if (parts.includes(name)) continue;
    mistakes.add(
      () => `Unknown key ${quote(name)} in !graph, expected ${oneOf(parts)}${didYouMean(name, parts)}`,
      toPosition(key.span),
    );
  }
  return node.content;
}

type NamedNode = readonly [name: string, value: YamlNode, key: YamlNode];

function mapAt(graph: YamlMap, part: string, mistakes: Mistakes, most: number): readonly NamedNode[] {
  const entry = graph.entries.find(({ key }) => key.kind === 'str' && key.value === part);
  if (entry === undefined || entry.value.kind === 'null') {
    if (part === 'programs') mistakes.add("!graph needs 'programs', a map of names", toPosition(graph.span));
    return [];
  }
  const { value } = entry;
  if (value.kind !== 'map') {
    mistakes.add(`Key '${part}' of !graph expects a map of names`, toPosition(value.span));
    return [];
  }
  if (value.entries.length > most) {
    const count = value.entries.length;
    mistakes.add(`The graph has ${count} ${part}, more than the ${most} allowed`, toPosition(entry.key.span));
    return [];
  }
  return value.entries.map((one) => [one.key.kind === 'str' ? one.key.value : '', one.value, one.key]);
}

/** Places on the canvas of the studio mean nothing here, but are no way to hide something in. */
function checkPlaces(graph: YamlMap, mistakes: Mistakes): void {
  const value = yamlEntry(graph, 'x-studio')?.value;
  if (value === undefined || value.kind === 'null') return;
  const entries = value.kind === 'map' ? value.entries : undefined;
  if (entries === undefined)
    mistakes.add("Key 'x-studio' of !graph expects a map from programs to places", toPosition(value.span));
  for (const { value: place } of entries ?? [])
    if (place.kind !== 'seq' || place.items.length !== 2 || place.items.some(({ kind }) => kind !== 'int'))
      mistakes.add('A place on the canvas is two whole numbers, such as [120, 40]', toPosition(place.span));
}

function checkName(what: string, name: string, key: YamlNode, mistakes: Mistakes): void {
  if (!PROGRAM_NAME.test(name))
    mistakes.add(
      () =>
        `The name of ${what === 'arrow' ? 'an arrow' : 'a program'} has small letters, digits and hyphens, begins with a letter and has at most 53 characters, not ${quote(name)}`,
      toPosition(key.span),
    );
}

/** The longest name of a graph: names of objects on Kubernetes are made of it. */
const LONGEST_NAME = 40;

/** The name of a graph: that of its document, as far as it can be a label. */
export function nameOfGraph(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, '');
  return /^[a-z]/.test(name) ? name : `graph${name === '' ? '' : `-${name}`}`;
}
