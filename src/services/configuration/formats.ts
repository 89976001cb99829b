import { ServiceError } from '../service-error.ts';
import type { Wire } from '../wire.ts';

/** The formats of files, by their names in a document. */
export const formatNames = ['yaml', 'json', 'toml', 'ini', 'env', 'capabilities'] as const;

/** A format of a file. */
export type Format = (typeof formatNames)[number];

/** The formats of files by the ends of their names. */
const endings: ReadonlyMap<string, Format> = new Map([
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['json', 'json'],
  ['toml', 'toml'],
  ['ini', 'ini'],
  ['cfg', 'ini'],
  ['env', 'env'],
]);

/** Finds the format of a file by its path; `undefined` for one that does not tell. */
export function formatOf(path: string): Format | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'login.conf' || name === 'termcap') return 'capabilities';
  return endings.get(name.slice(name.lastIndexOf('.') + 1));
}

/** The deepest tree. */
export const DEEPEST_TREE = 24;

/** The most values in one. */
const MOST_VALUES = 50_000;

/**
 * Reads a file of a configuration. Parsers are loaded when the first file needs them.
 *
 * @throws ServiceError `EPROTO` for a text that is not of the format, or a tree that is too deep or too large.
 */
export async function parseConfiguration(text: string, format: Format): Promise<Wire> {
  let value: Wire;
  if (parsers === undefined)
    throw new ServiceError('ENOSYS', 'This process reads no files of a configuration');
  try {
    value = await parsers[format](text);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    // The text is not repeated: it may hold what the client is not to see.
    throw new ServiceError('EPROTO', `The file is no ${format}${placeOf(error)}`);
  }
  let count = 0;
  const measure = (item: Wire, depth: number): void => {
    if (depth > DEEPEST_TREE || ++count > MOST_VALUES)
      throw new ServiceError(
        'EPROTO',
        `The file nests deeper than ${DEEPEST_TREE} levels or has more than ${MOST_VALUES} values`,
      );
    const inner = Array.isArray(item) ? item : item instanceof Map ? item.values() : [];
    for (const each of inner) measure(each, depth + 1);
  };
  measure(value, 0);
  return value;
}

/** Reads the text of a file. @throws Error for one that is not of the format */
export type ConfigurationParser = (text: string) => Wire | Promise<Wire>;

let parsers: Readonly<Record<Format, ConfigurationParser>> | undefined;

/** Says how files are read: parsers.ts does, in processes that serve, so that programs have no parser in them. */
export function parseConfigurationsWith(all: Readonly<Record<Format, ConfigurationParser>>): void {
  parsers = all;
}

/** The line of a mistake, where the parser tells it. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const line: unknown = Reflect.get(error, 'line') ?? Reflect.get(Object(Reflect.get(error, 'span')), 'line');
  return typeof line === 'number' ? ` (line ${line})` : '';
}
