import { printYaml } from '../../argdata/yaml-print.ts';
import { isUtf8 } from '../../host/files/host-path.ts';
import { quote } from '../written.ts';

/** A part of a document of grants that is to be printed. */
export type YamlPart =
  | string
  | number
  | boolean
  | null
  | readonly YamlPart[]
  | ReadonlyMap<string | number, YamlPart>
  | TaggedPart;

/** A value with a tag, such as `!file`. */
export type TaggedPart = { readonly tag: string; readonly content: YamlPart };

/** A grant has no form in the spelling that is asked for. */
export class UnspeakableError extends Error {
  override readonly name = 'UnspeakableError';
  readonly code = 'configuration';
}

/** Makes a map of the entries that have a value. */
export function mapOf(
  entries: Readonly<Record<string, YamlPart | undefined>>,
): ReadonlyMap<string, YamlPart> {
  const map = new Map<string, YamlPart>();
  for (const [key, part] of Object.entries(entries)) if (part !== undefined) map.set(key, part);
  return map;
}

/** Longer lists and maps stand in lines of their own, in characters. */
const WIDTH = 90;

/**
 * Prints a map as a document, one key a line.
 *
 * @throws UnspeakableError for a text that is not UTF-8.
 */
export function printBlock(map: ReadonlyMap<string | number, YamlPart>, indent = ''): string {
  return [...map]
    .map(([key, part]) => {
      const head = `${indent}${scalar(key)}:`;
      const line = `${head} ${flow(part)}\n`;
      if (line.length <= WIDTH || !isLong(part)) return line;
      if (part instanceof Map) return `${head}\n${printBlock(part, `${indent}  `)}`;
      return Array.isArray(part)
        ? `${head}\n${part.map((item) => `${indent}  - ${flow(item)}\n`).join('')}`
        : line;
    })
    .join('');
}

function isLong(part: YamlPart): boolean {
  return (part instanceof Map && part.size > 0) || (Array.isArray(part) && part.length > 0);
}

/** Prints a part in one line. */
export function printFlow(part: YamlPart): string {
  return flow(part);
}

function flow(part: YamlPart): string {
  if (isTagged(part)) return `!${part.tag} ${flow(part.content)}`;
  if (part instanceof Map)
    return part.size === 0
      ? '{}'
      : `{ ${[...part].map(([key, item]) => `${scalar(key)}: ${flow(item)}`).join(', ')} }`;
  if (Array.isArray(part)) return `[${part.map(flow).join(', ')}]`;
  return typeof part === 'object' && part !== null ? '' : scalar(part);
}

function isTagged(part: YamlPart): part is TaggedPart {
  return typeof part === 'object' && part !== null && 'tag' in part;
}

/** Plain scalars of the printer hold no character that ends them within brackets. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'string' && !isUtf8(value))
    throw new UnspeakableError(`A document is UTF-8, and ${quote(value)} is not`);
  return printYaml(value).trimEnd();
}
