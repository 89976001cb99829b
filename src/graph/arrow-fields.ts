import { type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import type { Fields, ReadContext } from '../resources/fields.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import type { Arrow } from './graph-types.ts';

/** The surroundings in which an arrow is read. */
export type ArrowContext = ReadContext & {
  readonly name: string;
  /** The same text for the same meaning. */
  readonly shape: string;
  /** Its contents as they are written. */
  readonly content: YamlNode;
  /** The names of the programs of the graph. */
  readonly programs: ReadonlySet<string>;
};

/** The parts of an arrow that every kind has. */
export function arrowParts({
  name,
  position,
  shape,
}: ArrowContext): Pick<Arrow, 'name' | 'position' | 'shape'> {
  return { name, position, shape };
}

/** Reads an end that is one program. */
export function readEnd(
  key: 'from' | 'to',
  fields: Fields,
  { programs, mistakes }: ArrowContext,
): string | undefined {
  if (!fields.has(key)) return fields.missing(key, 'the name of a program');
  const name = fields.text(key);
  if (name === undefined || programs.has(name)) return name;
  mistakes.add(() => noProgram(name, programs), fields.at(key));
  return undefined;
}

/** The message about a name of a program that does not exist. */
export function noProgram(name: string, programs: ReadonlySet<string>): string {
  return `There is no program ${quote(name)}${didYouMean(name, programs)}`;
}

/** The value of a key of a node; `undefined` where there is none. */
export function nodeAt(node: YamlNode, key: string): YamlNode | undefined {
  return node.kind === 'map' ? yamlEntry(node, key)?.value : undefined;
}
