import { isDeepStrictEqual } from 'node:util';
import { coversPath, type PathPattern, pathPattern } from '../../requests/path-pattern.ts';
import type { RequestRule } from '../../requests/request-rule.ts';
import { isHeaderValue, methodOf, settableHeader } from '../../requests/request-words.ts';
import { durationShape } from '../duration-shape.ts';
import { type Limit, mapLimit } from '../limit.ts';
import {
  integerShape,
  listShape,
  mapShape,
  optionalShape,
  recordShape,
  ShapeError,
  type ShapePath,
  textShape,
  type WireShape,
} from '../shape.ts';
import { sizeShape } from '../size-shape.ts';
import { mapOfWire, type Wire } from '../wire.ts';
import { credentialShape, type OriginCredential } from './credential-shape.ts';
import { originShape } from './origin.ts';

/** The requests to one origin that a channel makes. */
export type OriginRule = {
  readonly rule: RequestRule;
  readonly credential: OriginCredential | undefined;
};

const MOST_ITEMS = 256;
const MOST_ORIGINS = 64;
const MOST_BODY = 2 ** 50;
const MOST_REQUESTS = 1_000_000;

function wordShape<Word extends string>(
  words: string,
  samples: readonly string[],
  read: (text: string) => Word | undefined,
): WireShape<Word> {
  const text = textShape(1024);
  return {
    words,
    type: 'string',
    samples,
    read: (value, path) => {
      const found = read(text.read(value, path));
      if (found === undefined) throw new ShapeError(path, `expects ${words}`);
      return found;
    },
    write: (value) => value,
  };
}

function patternOf(text: string): PathPattern | undefined {
  try {
    return pathPattern(text);
  } catch {
    return undefined;
  }
}

const header = wordShape('the name of a header that can be set', ['accept'], settableHeader);
const headerValue = wordShape('the value of a header', ['text/plain'], (text) =>
  isHeaderValue(text) ? text : undefined,
);
const method = wordShape('a method in capitals such as GET', ['GET', 'POST'], methodOf);
const pattern = wordShape("a path such as '/v1/**'", ['/v1/**', '/v1/*', '/v1/users'], patternOf);

const fields = recordShape({
  methods: optionalShape(listShape(method, MOST_ITEMS)),
  paths: optionalShape(listShape(pattern, MOST_ITEMS)),
  set_headers: optionalShape(mapShape(header, headerValue, MOST_ITEMS)),
  drop_headers: optionalShape(listShape(header, MOST_ITEMS)),
  max_body: optionalShape(sizeShape(MOST_BODY)),
  rate: optionalShape(recordShape({ requests: integerShape(1, MOST_REQUESTS), within: durationShape })),
  credential: optionalShape(credentialShape),
});

const samples: readonly Wire[] = [
  new Map(),
  new Map<Wire, Wire>([['methods', ['GET']]]),
  new Map<Wire, Wire>([
    ['methods', ['GET', 'POST']],
    ['paths', ['/v1/**']],
    ['max_body', 100],
  ]),
  new Map<Wire, Wire>([
    ['paths', ['/v1/*', '/v1/users']],
    ['drop_headers', ['cookie']],
    ['credential', new Map([['environment', 'API_KEY']])],
  ]),
  new Map<Wire, Wire>([
    [
      'rate',
      new Map<Wire, Wire>([
        ['requests', 10],
        ['within', '1min'],
      ]),
    ],
    ['set_headers', new Map([['accept', 'text/plain']])],
  ]),
];

const ruleShape: WireShape<OriginRule> & Pick<Limit<OriginRule>, 'covers'> = {
  words: `a map with ${fields.words.slice('a map with '.length)}, or nothing for all requests`,
  type: 'OriginRule',
  samples,
  read: (value, path) => {
    const { methods, paths, set_headers, drop_headers, max_body, rate, credential } = fields.read(
      value ?? new Map(),
      path,
    );
    return {
      rule: {
        ...(methods && { methods }),
        ...(paths && { paths }),
        ...(set_headers && { headers: [...set_headers] }),
        ...(drop_headers && { without: drop_headers }),
        ...(max_body !== undefined && { maximumBody: max_body }),
        ...(rate && { rate: { count: rate.requests, within: rate.within } }),
      },
      credential,
    };
  },
  write: ({ rule: { methods, paths, headers, without, maximumBody, rate }, credential }) =>
    fields.write({
      ...(methods && { methods }),
      // They were patterns when they were read.
      ...(paths && { paths }),
      ...(headers && { set_headers: new Map(headers) }),
      ...(without && { drop_headers: without }),
      ...(maximumBody !== undefined && { max_body: maximumBody }),
      ...(rate && { rate: { requests: rate.count, within: rate.within } }),
      ...(credential && { credential }),
    }),
  covers: (outer, inner) => {
    // Requests are counted for the grant, and its secret is that of the origin: neither changes.
    if (!isDeepStrictEqual(outer.rule.rate, inner.rule.rate)) return false;
    return isDeepStrictEqual(outer.credential, inner.credential) && coversRequests(outer.rule, inner.rule);
  },
};

function coversRequests(outer: RequestRule, inner: RequestRule): boolean {
  const { methods, paths, maximumBody, headers = [], without = [] } = outer;
  const allows = (name: string): boolean =>
    methods === undefined || methods.includes(name) || (name === 'HEAD' && methods.includes('GET'));
  return (
    (methods === undefined || (inner.methods?.every(allows) ?? false)) &&
    (paths === undefined ||
      (inner.paths?.every((one) => paths.some((each) => coversPath(each, one))) ?? false)) &&
    (maximumBody === undefined || (inner.maximumBody ?? Number.POSITIVE_INFINITY) <= maximumBody) &&
    headers.every((set) => inner.headers?.some((one) => isDeepStrictEqual(one, set)) ?? false) &&
    without.every((name) => inner.without?.includes(name) ?? false)
  );
}

/** The limit on the origins that are asked, and the requests to each. */
export function originsLimit(about: string): Limit<ReadonlyMap<string, OriginRule>> {
  const limit = mapLimit(about, originShape, ruleShape, MOST_ORIGINS);
  return {
    ...limit,
    words: `a map from origins, such as 'https://api.example.org', to ${ruleShape.words}`,
    read: (value, path) => {
      const read = limit.read(value, path);
      for (const [origin, { credential }] of read) if (credential !== undefined) requireTls(origin, path);
      return read;
    },
  };
}

/** @throws ShapeError */
function requireTls(origin: string, path: ShapePath): void {
  if (!origin.startsWith('https:'))
    throw new ShapeError(
      [...path, origin, 'credential'],
      "would go out in the clear: a secret goes to origins of 'https' alone",
    );
}

/** Reads the secrets of origins from the holdings of the service. */
export function secretsIn(data: Wire): ReadonlyMap<string, string> {
  return new Map(
    [...(mapOfWire(mapOfWire(data)?.get('secrets') ?? null) ?? [])].flatMap(([origin, secret]) =>
      typeof secret === 'string' ? [[origin, secret] as const] : [],
    ),
  );
}
