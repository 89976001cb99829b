import { parseEnv } from 'node:util';
import type { TomlDate } from 'smol-toml';
import { type Argdata, Fd, fromFloat, Timestamp } from '../../argdata/value.ts';
import { ServiceError } from '../service-error.ts';
import type { Wire } from '../wire.ts';
import { parseCapabilities } from './capability-database.ts';
import { DEEPEST_TREE, parseConfigurationsWith } from './formats.ts';

/* Importing this file lets this process read files of a configuration; the packages are loaded for the first file. */

parseConfigurationsWith({
  yaml: parseYamlText,
  // YAML 1.2 is a superset of JSON, and its reader refuses keys that come twice.
  json: async (text) => {
    JSON.parse(text);
    return parseYamlText(text);
  },
  toml: async (text) => {
    const { parse } = await import('smol-toml');
    return plainWire(parse(text, { maxDepth: DEEPEST_TREE, integersAsBigInt: 'asNeeded' }));
  },
  ini: async (text) => {
    const { default: ini } = await import('ini');
    return plainWire(ini.parse(text));
  },
  env: (text) => plainWire(parseEnv(text)),
  capabilities: (text) =>
    new Map([...parseCapabilities(text)].map(([name, record]) => [name, new Map(record)])),
});

async function parseYamlText(text: string): Promise<Wire> {
  const { parseYaml, yamlToArgdata } = await import('../../argdata/yaml.ts');
  return withoutDescriptors(
    yamlToArgdata<never>(parseYaml(text), ({ tag }) => {
      throw new ServiceError('EPROTO', `The file has a tag: '${tag.slice(0, 40)}'`);
    }),
  );
}

function withoutDescriptors(value: Argdata<never>): Wire {
  return value;
}

/** Makes argdata of what a parser of objects has made; their keys are texts. */
function plainWire(value: unknown, depth = 0): Wire {
  if (depth > DEEPEST_TREE)
    throw new ServiceError('EPROTO', `The file nests deeper than ${DEEPEST_TREE} levels`);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : fromFloat(value);
  if (Array.isArray(value)) return value.map((item: unknown) => plainWire(item, depth + 1));
  if (value instanceof Date) return dateWire(value);
  if (typeof value === 'object' && !(value instanceof Fd))
    return new Map(
      Object.entries(value).map(([key, item]): [string, Wire] => [key, plainWire(item, depth + 1)]),
    );
  throw new ServiceError('EPROTO', 'The file has a value of no known type');
}

/** A point in time is a timestamp; a date or a time without a zone is none, and stays a text. */
function dateWire(date: Date & Partial<TomlDate>): Wire {
  if (date.isLocal?.() === false || date.isLocal === undefined)
    return new Timestamp(BigInt(date.getTime()) * 1_000_000n);
  return date.toISOString();
}
