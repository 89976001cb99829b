import { deepStrictEqual, ok } from 'node:assert/strict';
import { posix } from 'node:path';
import { type Credential, credentialTarget, placeholderFor } from '../../src/requests/credential.ts';
import { endToEnd, outgoingHeaders, redactedHeaders } from '../../src/requests/headers.ts';
import { matchesPath, pathPattern } from '../../src/requests/path-pattern.ts';
import { Redaction } from '../../src/requests/redaction.ts';
import { checkRequest, type RequestRule } from '../../src/requests/request-rule.ts';
import { type Target, textOf } from '../target.ts';

const rule: RequestRule = {
  methods: ['GET', 'POST'],
  paths: [pathPattern('/granted/**')],
  headers: [['x-set', 'ours']],
  without: ['x-left'],
};

const secret = 'sk-test-4fJ83kLmQz0pWx7Yb2Vd9NcR';
const placeholder = placeholderFor(secret);

const credentials: readonly Credential[] = [
  { secret, placeholder, placement: { kind: 'bearer' } },
  { secret, placeholder, placement: { kind: 'query', name: 'key' } },
];

/** Heads of requests: a method and a target in the first line, then a header in each. */
export const requests: Target = {
  name: 'requests',
  promise:
    'a target leads no server out of the granted paths; headers of one connection and secrets stay apart',
  words: [
    'GET ',
    'POST ',
    'OPTIONS *',
    'CONNECT ',
    '/granted/',
    '/granted',
    '/../',
    '/./',
    '//',
    '%2e%2e',
    '%2f',
    '%5c',
    '%00',
    '%25',
    ';',
    '?',
    '#',
    '\\',
    'http://other.example.org',
    '\nHost: other.example.org',
    '\nConnection: x-secret, close',
    '\nX-Secret: 1',
    '\nX-Set: theirs',
    '\nX-Left: theirs',
    '\nAuthorization: theirs',
    '\nTransfer-Encoding: chunked',
    '\nUpgrade: h2c',
    'key=',
    secret,
    secret.slice(0, 9),
    placeholder,
  ],
  maximumLength: 600,
  run(bytes) {
    const [first = '', ...lines] = textOf(bytes).split('\n');
    const [method = '', target = ''] = first.split(' ');
    if (checkRequest(rule, method, target) === undefined) checkTarget(method, target);
    const raw = lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    for (const credential of [undefined, ...credentials]) checkHeaders(raw, credential);
    checkRedaction(bytes);
  },
};

/** Reads a target in all the ways that servers do. */
function checkTarget(method: string, target: string): void {
  ok(method === 'GET' || method === 'POST' || method === 'HEAD');
  ok(/^\/(?!\/)[^#]*$/.test(target));
  const [path = ''] = target.split('?');
  const once = decoded(path);
  const readings = [path, once, decoded(once), new URL(target, 'http://a').pathname];
  for (const reading of readings.flatMap((one) => [
    one,
    one.replaceAll('\\', '/'),
    one.replace(/;[^/]*/g, ''),
  ]))
    ok(/^\/granted(?:\/|$)/.test(posix.normalize(reading)), `${target} may be read as ${reading}`);
}

function decoded(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function checkHeaders(raw: readonly string[], credential: Credential | undefined): void {
  const connection = raw.find((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === 'connection');
  const pairs = outgoingHeaders(endToEnd(raw, connection), { rule, credential, host: 'api.example.org' });
  const valuesOf = (name: string): string[] =>
    pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  deepStrictEqual(valuesOf('host'), ['api.example.org']);
  deepStrictEqual(valuesOf('x-set'), ['ours']);
  for (const name of ['x-left', 'connection', 'transfer-encoding', 'upgrade', 'keep-alive', 'te'])
    deepStrictEqual(valuesOf(name), []);
  if (credential?.placement.kind === 'bearer')
    deepStrictEqual(valuesOf('authorization'), [`Bearer ${secret}`]);
  if (credential !== undefined)
    for (const [, value] of redactedHeaders(pairs, new Redaction([credential]))) ok(!value.includes(secret));
  const target = credentialTarget(
    credentials[1] as Credential,
    `/granted/a?${raw.join('&').replaceAll('#', '')}`,
  );
  deepStrictEqual(new URL(target, 'http://a').searchParams.getAll('key').at(-1), secret);
}

/** Cuts an answer in two places; no part of it lets the secret pass. */
function checkRedaction(bytes: Uint8Array): void {
  const [credential] = credentials;
  const text = textOf(bytes);
  ok(credential !== undefined);
  ok(!new Redaction([credential]).text(text).includes(secret));
  ok(matchesPath(pathPattern('/granted/**'), '/granted/a'));
}
