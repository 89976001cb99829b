import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fields, type ReadContext } from '../../src/resources/fields.ts';
import { Mistakes } from '../../src/resources/mistake.ts';
import { type RequestGrant, readRequests, requestKeys } from '../../src/resources/request-grant.ts';
import { fromArguments } from '../../src/resources/written.ts';

function read(value: Record<string, unknown>): {
  readonly grant: RequestGrant | undefined;
  readonly messages: string;
} {
  const mistakes = new Mistakes();
  const context: ReadContext = {
    subject: 'a rule',
    spelling: 'document',
    directory: '/here',
    mistakes,
    position: undefined,
  };
  const fields = Fields.read(fromArguments(value), requestKeys, context);
  assert.ok(fields);
  const grant = readRequests(fields, context);
  try {
    mistakes.throwIfAny();
  } catch (error) {
    return { grant, messages: String(error) };
  }
  return { grant, messages: '' };
}

test('a rule without these keys speaks of connections alone', () => {
  assert.deepEqual(read({}), { grant: undefined, messages: '' });
});

test('everything that a rule can say of requests is read', () => {
  const { grant, messages } = read({
    methods: ['GET', 'POST'],
    paths: ['/v1/**'],
    set_headers: { 'X-Team': 'a b' },
    drop_headers: ['Cookie'],
    max_body: '1 MiB',
    rate: { requests: 60, within: '1 min' },
    credential: { environment: 'API_KEY', as: { header: 'X-API-Key' }, variable: 'KEY' },
    at: 8080,
  });
  assert.equal(messages, '');
  assert.deepEqual(grant, {
    rule: {
      methods: ['GET', 'POST'],
      paths: ['/v1/**'],
      headers: [['x-team', 'a b']],
      without: ['cookie'],
      maximumBody: 2 ** 20,
      rate: { count: 60, within: 60_000 },
    },
    credential: {
      from: { kind: 'environment', name: 'API_KEY' },
      placement: { kind: 'header', name: 'x-api-key' },
      variable: 'KEY',
    },
    at: 8080,
    upstream: 'tls',
  });
});

test('a secret comes from a variable, a file or a command, and goes where it is said', () => {
  const sources = [
    [{ environment: 'A' }, { from: { kind: 'environment', name: 'A' }, variable: 'A' }],
    [{ file: 'key' }, { from: { kind: 'file', path: '/here/key' }, variable: undefined }],
    [
      { command: ['pass', 'api'] },
      { from: { kind: 'command', words: ['pass', 'api'] }, variable: undefined },
    ],
  ] as const;
  for (const [credential, expected] of sources)
    assert.deepEqual(read({ credential }).grant?.credential, { ...expected, placement: { kind: 'bearer' } });
  const places = [
    ['bearer', { kind: 'bearer' }],
    [{ basic: 'me' }, { kind: 'basic', user: 'me' }],
    [{ query: 'key' }, { kind: 'query', name: 'key' }],
  ] as const;
  for (const [as, placement] of places)
    assert.deepEqual(read({ credential: { environment: 'A', as } }).grant?.credential?.placement, placement);
});

test('a mistake says what is expected', () => {
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ methods: ['get'] }, /a method in capitals such as GET in each place, not 'get'/],
    [{ methods: [] }, /a list of one to 256/],
    [{ paths: ['v1'] }, /a path such as '\/v1\/\*\*'/],
    [{ paths: ['/../x'] }, /a path such as/],
    [{ set_headers: { host: 'x' } }, /names of headers/],
    [{ set_headers: { a: 'x\r\ny: z' } }, /names of headers/],
    [{ drop_headers: ['a b'] }, /the name of a header/],
    [{ rate: { requests: 1 } }, /needs 'within'/],
    [{ rate: 5 }, /'rate' expects a map/],
    [{ credential: {} }, /the source of the secret/],
    [{ credential: { environment: 'A', file: 'b' } }, /one of them alone/],
    [{ credential: { environment: 'A', as: 'cookie' } }, /'bearer'/],
    [
      { credential: { environment: 'A', as: { header: 'host' } } },
      /not the name of a header that can be set/,
    ],
    [{ credential: { environment: 'A', as: { basic: 'a:b' } } }, /no colon/],
    [{ credential: { environment: 'A', variable: '1' } }, /the name of a variable/],
    [{ credential: { environment: 'A' }, tls: false }, /in the clear/],
    [{ at: 0 }, /an int from 1 to 65535/],
  ];
  for (const [value, expected] of cases) assert.match(read(value).messages, expected, JSON.stringify(value));
});
