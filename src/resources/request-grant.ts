import { normalize, resolve } from 'node:path';
import { MAX_UNIX_PATH } from '../host/sockets/socket-setup.ts';
import { MAX_PORT } from '../network/rule.ts';
import type { Placement } from '../requests/credential.ts';
import { type PathPattern, pathPattern } from '../requests/path-pattern.ts';
import type { RequestRule } from '../requests/request-rule.ts';
import { isHeaderValue, methodOf, settableHeader } from '../requests/request-words.ts';
import type { SecretSource } from '../requests/secret.ts';
import { printable } from '../text/printable.ts';
import { Fields, type ReadContext } from './fields.ts';
import { readDuration, readSize } from './quantity.ts';
import { quote, textIn } from './written.ts';

/** A secret that goes out with requests, and that the program never sees. */
export type CredentialGrant = {
  readonly from: SecretSource;
  readonly placement: Placement;
  /** The variable in which the program sees a placeholder; none when `undefined`. */
  readonly variable: string | undefined;
};

/** The part of a rule that speaks of requests. */
export type RequestGrant = {
  readonly rule: RequestRule;
  readonly credential: CredentialGrant | undefined;
  /**
   * The port of the program's loopback interface, or the absolute path of a UNIX socket in its world, at which the origin is
   * served without TLS. Without it, clients use TLS
   * as with the server itself, and trust an authority that is made for the run.
   */
  readonly at: number | string | undefined;
  /** The way to the server. */
  readonly upstream: 'tls' | 'plain' | 'as the client';
};

/** The keys of a rule that speak of requests. */
export const requestKeys: readonly string[] = [
  'methods',
  'paths',
  'set_headers',
  'drop_headers',
  'max_body',
  'rate',
  'credential',
  'at',
  'tls',
];

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const MAX_ITEMS = 256;
const MAX_BODY = 2 ** 50;
const MAX_RATE = 1_000_000;
const MAX_WITHIN = 24 * 3_600_000;

/** Reads the keys of a rule that speak of requests; `undefined` when it has none of them. */
export function readRequests(fields: Fields, context: ReadContext): RequestGrant | undefined {
  if (!requestKeys.some((key) => fields.has(key))) return undefined;
  const credential = readCredential(fields, context);
  const at = readPlace(fields);
  const plain = fields.has('tls') && !fields.bool('tls', true);
  if (plain && credential !== undefined)
    fields.wrong(
      'tls',
      `The secret would go out in the clear: leave '${fields.spell('tls')}' out, or '${fields.spell('credential')}'`,
    );
  const methods = readEach(fields, 'methods', 'a method in capitals such as GET', methodOf);
  const paths = readEach(fields, 'paths', "a path such as '/v1/**'", pathOf);
  const headers = readHeaders(fields);
  const without = readEach(fields, 'drop_headers', 'the name of a header', settableHeader);
  const maximumBody = readSize(fields, 'max_body', 0, MAX_BODY);
  const rate = readRate(fields, context);
  return {
    rule: {
      ...(methods && { methods }),
      ...(paths && { paths }),
      ...(headers && { headers }),
      ...(without && { without }),
      ...(maximumBody !== undefined && { maximumBody }),
      ...(rate && { rate }),
    },
    credential,
    at,
    upstream: plain ? 'plain' : at !== undefined || credential !== undefined ? 'tls' : 'as the client',
  };
}

/** Reads `at`: a port, or the path of a socket. */
function readPlace(fields: Fields): number | string | undefined {
  const written = fields.get('at');
  if (written?.kind !== 'scalar' || typeof written.value !== 'string')
    return fields.integer('at', 1, MAX_PORT);
  const path = written.value;
  if (normalize(path) === path && /^\/.*[^/]$/.test(path) && Buffer.byteLength(path) <= MAX_UNIX_PATH)
    return path;
  return fields.wrong(
    'at',
    `'${fields.spell('at')}' is a port, or the absolute path of a UNIX socket of at most ${MAX_UNIX_PATH} bytes, not ${quote(path)}`,
  );
}

/** Allows some methods of an origin, and nothing but them. */
export function onlyMethods(methods: readonly string[]): RequestGrant {
  return { rule: { methods }, credential: undefined, at: undefined, upstream: 'as the client' };
}

/** Reads a list, item by item. */
function readEach<Item>(
  fields: Fields,
  key: string,
  wanted: string,
  read: (text: string) => Item | undefined,
): readonly Item[] | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  if (written.kind !== 'seq' || written.items.length === 0 || written.items.length > MAX_ITEMS)
    return fields.expected(key, `a list of one to ${MAX_ITEMS}, each ${wanted}`, written);
  return written.items.flatMap((item) => {
    const text = textIn(item);
    const found = text === undefined ? undefined : read(text);
    if (found !== undefined) return [found];
    fields.expected(key, `${wanted} in each place`, item);
    return [];
  });
}

function pathOf(text: string): PathPattern | undefined {
  try {
    return pathPattern(text);
  } catch {
    return undefined;
  }
}

function readHeaders(fields: Fields): readonly (readonly [string, string])[] | undefined {
  const written = fields.get('set_headers');
  if (written === undefined) return undefined;
  const wanted = 'a map of names of headers to their values';
  if (written.kind !== 'map' || written.entries.length > MAX_ITEMS)
    return fields.expected('set_headers', wanted, written);
  return written.entries.flatMap(({ key, value }) => {
    const written = textIn(key);
    const name = written === undefined ? undefined : settableHeader(written);
    const text = textIn(value);
    if (name !== undefined && text !== undefined && isHeaderValue(text)) return [[name, text] as const];
    fields.expected('set_headers', wanted, name === undefined ? key : value);
    return [];
  });
}

function readRate(fields: Fields, context: ReadContext): RequestRule['rate'] {
  const inner = fieldsOf(fields, 'rate', ['requests', 'within'], context);
  if (inner === undefined) return undefined;
  const count = inner.has('requests')
    ? inner.integer('requests', 1, MAX_RATE)
    : inner.missing('requests', 'how many may begin');
  const within = inner.has('within')
    ? readDuration(inner, 'within', 1, MAX_WITHIN)
    : inner.missing('within', "a time such as '1 min'");
  return count === undefined || within === undefined ? undefined : { count, within };
}

function readCredential(fields: Fields, context: ReadContext): CredentialGrant | undefined {
  const inner = fieldsOf(fields, 'credential', ['environment', 'file', 'command', 'as', 'variable'], context);
  if (inner === undefined) return undefined;
  const from = readSource(inner, context);
  const placement = readPlacement(inner, context);
  const variable = inner.text('variable') ?? (from?.kind === 'environment' ? from.name : undefined);
  if (variable !== undefined && !VARIABLE.test(variable))
    inner.wrong(
      'variable',
      `'${inner.spell('variable')}' is the name of a variable, not '${printable(variable, 80)}'`,
    );
  return from && placement && { from, placement, variable };
}

/** The keys of the sources of a secret. */
export const sourceKeys: readonly string[] = ['environment', 'file', 'command'];

/** Reads the source of a secret: one of `environment`, `file` and `command`. */
export function readSource(fields: Fields, { directory }: ReadContext): SecretSource | undefined {
  const given = sourceKeys.filter((key) => fields.has(key));
  if (given.length !== 1)
    return fields.missing(
      given[1] ?? 'environment',
      "or 'file' or 'command', and one of them alone: the source of the secret",
    );
  const name = fields.has('environment') ? fields.text('environment') : undefined;
  if (name !== undefined) return { kind: 'environment', name };
  const path = fields.has('file') ? fields.text('file') : undefined;
  if (path !== undefined) return { kind: 'file', path: resolve(directory, path) };
  const words = readEach(fields, 'command', 'a word of a command', (text) => text);
  return words && { kind: 'command', words };
}

function readPlacement(fields: Fields, context: ReadContext): Placement | undefined {
  const written = fields.get('as');
  if (written === undefined) return { kind: 'bearer' };
  if (written.kind !== 'map') return fields.choice('as', ['bearer']) && { kind: 'bearer' };
  const inner = fieldsOf(fields, 'as', ['header', 'basic', 'query'], context);
  const [given, ...others] = ['header', 'basic', 'query'].filter((key) => inner?.has(key));
  if (inner === undefined || given === undefined || others.length > 0)
    return fields.expected('as', "'bearer', or a map with one of 'header', 'basic' and 'query'", written);
  const text = inner.text(given);
  if (text === undefined) return undefined;
  if (given === 'query') return { kind: 'query', name: text };
  if (given === 'basic')
    return text.includes(':')
      ? inner.wrong('basic', 'A user name has no colon (RFC 7617)')
      : { kind: 'basic', user: text };
  const name = settableHeader(text);
  return name === undefined
    ? inner.wrong('header', `'${printable(text, 80)}' is not the name of a header that can be set`)
    : { kind: 'header', name };
}

/** The parts of a map within the map. */
function fieldsOf(
  outer: Fields,
  key: string,
  keys: readonly string[],
  context: ReadContext,
): Fields | undefined {
  const written = outer.get(key);
  if (written === undefined) return undefined;
  return Fields.read(written, keys, {
    ...context,
    subject: `'${outer.spell(key)}'`,
    position: outer.at(key),
  });
}
