import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from '../../frame/properties.ts';
import '../../../src/services/configuration/parsers.ts';
import { Float, Timestamp } from '../../../src/argdata/value.ts';
import { pattern } from '../../../src/policy/pattern.ts';
import { arePatternsWithin, PatternSet } from '../../../src/policy/pattern-set.ts';
import { parseCapabilities } from '../../../src/services/configuration/capability-database.ts';
import { type Format, parseConfiguration } from '../../../src/services/configuration/formats.ts';
import { mergeTrees, VisibleTree } from '../../../src/services/configuration/visible-tree.ts';
import { readServiceLimits } from '../../../src/services/limit.ts';
import { configurationService } from '../../../src/services/offered/configuration.ts';
import type { Wire } from '../../../src/services/wire.ts';
import { noHost } from '../../frame/services/no-host.ts';

const server = new Map<string, Wire>([
  [
    'server',
    new Map<string, Wire>([
      ['port', 8080],
      ['name', 'a'],
    ]),
  ],
  ['list', [1, 2]],
]);

test('the same tree comes out of YAML, JSON and TOML', async () => {
  for (const [format, text] of [
    ['yaml', 'server: {port: 8080, name: a}\nlist: [1, 2]\n'],
    ['json', '{"server": {"port": 8080, "name": "a"},\n\t"list": [1, 2]}'],
    ['toml', 'list = [1, 2]\n[server]\nport = 8080\nname = "a"\n'],
  ] as const)
    assert.deepEqual(
      await parseConfiguration(text, format),
      format === 'toml' ? new Map([...server].reverse()) : server,
      format,
    );
});

test('values of other formats have their types', async () => {
  assert.deepEqual(
    await parseConfiguration('[a]\nb=c\nx[]=1\nx[]=2\n[a.d]\ne=true\n', 'ini'),
    new Map([
      [
        'a',
        new Map<string, Wire>([
          ['b', 'c'],
          ['x', ['1', '2']],
          ['d', new Map([['e', true]])],
        ]),
      ],
    ]),
  );
  assert.deepEqual(
    await parseConfiguration('A=1\nB="x y"\n', 'env'),
    new Map([
      ['A', '1'],
      ['B', 'x y'],
    ]),
  );
  assert.deepEqual(
    await parseConfiguration(
      'f = 1.0\nbig = 9223372036854775807\nat = 1979-05-27T07:32:00Z\nday = 1979-05-27\n',
      'toml',
    ),
    new Map<string, Wire>([
      ['f', 1],
      ['big', 9223372036854775807n],
      ['at', new Timestamp(296638320000000000n)],
      ['day', '1979-05-27'],
    ]),
  );
  assert.deepEqual(await parseConfiguration('a: 1.0', 'yaml'), new Map([['a', new Float(1)]]));
});

test('records of login.conf include others, and what comes first counts', () => {
  const found = parseCapabilities(
    [
      '# comment',
      'default:\\',
      '\t:path=/bin /usr/bin:\\',
      '\t:umask#022:requirehome:color@:\\',
      '\t:welcome=a\\:b:',
      'staff|Staff:color:umask#0x1f:tc=default:',
    ].join('\n'),
  );
  assert.deepEqual(
    found.get('default'),
    new Map<string, unknown>([
      ['path', '/bin /usr/bin'],
      ['umask', 0o22],
      ['requirehome', true],
      ['color', false],
      ['welcome', 'a:b'],
    ]),
  );
  assert.equal(found.get('Staff')?.get('color'), true);
  assert.equal(found.get('staff')?.get('umask'), 0x1f);
  assert.equal(found.get('staff')?.get('path'), '/bin /usr/bin');
  assert.throws(() => parseCapabilities('a:tc=b:\nb:tc=a:\n'), /includes more than/);
  assert.throws(() => parseCapabilities('a:tc=none:\n'), /is not there/);
});

test('a file that is not of its format is refused, and its text is not repeated', async () => {
  const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
  for (const [format, text] of [
    ['yaml', 'a: [secret'],
    ['yaml', 'a: !fd 0'],
    ['yaml', 'a: 1\na: secret'],
    ['yaml', deep],
    ['json', "{'secret': 1}"],
    ['json', deep],
    ['json', '{"a": 1, "a": 2}'],
    ['toml', 'secret'],
    ['toml', `a = ${deep}`],
    ['capabilities', 'a:tc=secret:'],
    [
      'yaml',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [${'*c,'.repeat(90)}]`,
    ],
  ] as readonly [Format, string][])
    await assert.rejects(parseConfiguration(text, format), (error: Error) => {
      assert.equal(Reflect.get(error, 'code'), 'EPROTO', `${format} ${text.slice(0, 40)}: ${error.message}`);
      assert.ok(!error.message.includes('secret'), error.message);
      return true;
    });
});

test('names of prototypes are ordinary keys', async () => {
  for (const [format, text] of [
    ['json', '{"__proto__": {"a": 1}, "constructor": 2}'],
    ['toml', '__proto__ = {a = 1}\nconstructor = 2'],
    ['yaml', '__proto__: {a: 1}\nconstructor: 2'],
  ] as const) {
    const tree = await parseConfiguration(text, format);
    assert.ok(tree instanceof Map && tree.get('constructor') === 2, format);
  }
  assert.equal(Reflect.get({}, 'a'), undefined);
  await parseConfiguration('[__proto__]\na=1\n', 'ini');
  assert.equal(Reflect.get({}, 'a'), undefined);
});

const set = (texts: readonly string[] | undefined): PatternSet | undefined =>
  texts && new PatternSet(texts.map(pattern));

test('only values within the patterns are seen', () => {
  const tree = new Map<string, Wire>([
    [
      'db',
      new Map<string, Wire>([
        ['host', 'h'],
        ['password', 's'],
        ['pool', [{ a: 1 }.a, 2]],
      ]),
    ],
    ['a/b', 1],
    ['other', null],
  ]);
  const at = (
    keys: readonly string[] | undefined,
    except: readonly string[] | undefined,
    steps: (string | number)[],
  ): Wire | undefined => new VisibleTree(set(keys), set(except)).at(tree, steps);
  assert.deepEqual(at(['db/host'], undefined, []), new Map([['db', new Map([['host', 'h']])]]));
  assert.equal(at(['db/**'], ['**/password'], ['db', 'password']), undefined);
  assert.deepEqual(
    at(['db/**'], ['**/password'], ['db']),
    new Map<string, Wire>([
      ['host', 'h'],
      ['pool', [1, 2]],
    ]),
  );
  assert.deepEqual(at(['db/pool/1'], undefined, ['db', 'pool']), [null, 2]);
  assert.equal(at(['db/host'], undefined, ['other']), undefined);
  assert.equal(at(undefined, ['db'], ['db', 'host']), undefined);
  assert.equal(at(undefined, undefined, ['other']), null);
  assert.equal(at(['a%2Fb'], undefined, ['a/b']), 1);
  assert.equal(at(['a/b'], undefined, ['a/b']), undefined);
  assert.equal(at(undefined, undefined, ['db', 'none']), undefined);
  assert.equal(at(undefined, undefined, ['db', 'pool', 5]), undefined);
});

test('a later file is put over an earlier one', () => {
  const lower = new Map<string, Wire>([
    [
      'a',
      new Map([
        ['x', 1],
        ['y', 2],
      ]),
    ],
    ['b', [1]],
  ]);
  const upper = new Map<string, Wire>([
    ['a', new Map([['y', 3]])],
    ['b', [2]],
    ['c', null],
  ]);
  assert.deepEqual(
    mergeTrees(lower, upper),
    new Map<string, Wire>([
      [
        'a',
        new Map([
          ['x', 1],
          ['y', 3],
        ]),
      ],
      ['b', [2]],
      ['c', null],
    ]),
  );
});

test('files are read when they change, and within the limits of the channel', async (context: TestContext) => {
  const directory = mkdtempSync(join(tmpdir(), 'configuration-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const [base, local] = [join(directory, 'base.toml'), join(directory, 'local.yaml')];
  writeFileSync(base, '[db]\nhost = "h"\npassword = "s"\n');
  writeFileSync(local, 'db: {host: other}\n');
  const written = new Map<string, Wire>([
    ['files', [base, local]],
    ['except', ['**/password']],
  ]);
  const read = readServiceLimits(configurationService.limits, written);
  assert.throws(
    () => readServiceLimits(configurationService.limits, new Map([['files', ['/etc/hosts']]])),
    /format/,
  );
  const limits: Parameters<typeof configurationService.start>[1] = {
    files: [
      { path: base, format: 'toml' },
      { path: local, format: 'yaml' },
    ],
    keys: undefined,
    except: set(['**/password']),
  };
  assert.deepEqual(read['files'], limits.files);
  const held = configurationService.prepare(limits);
  context.after(() => Object.values(held.descriptors).forEach(closeSync));
  const { get } = configurationService.start(held, limits, noHost);
  const channel = { limits, state: null, signal: new AbortController().signal };
  assert.deepEqual(await get({ keys: ['db'] }, channel), new Map([['host', 'other']]));
  writeFileSync(local, 'db: {host: third, more: 1}\n');
  assert.deepEqual(
    await get({ keys: ['db'] }, channel),
    new Map<string, Wire>([
      ['host', 'third'],
      ['more', 1],
    ]),
  );
  await assert.rejects(async () => get({ keys: ['db', 'password'] }, channel), { code: 'ENOENT' });
  writeFileSync(local, 'db: [');
  await assert.rejects(async () => get({ keys: ['db'] }, channel), { code: 'EPROTO' });
  writeFileSync(local, '');
  assert.equal(await get({ keys: ['db', 'host'] }, channel), 'h');
});

test('narrower patterns show nothing that wider ones hide', () => {
  const tree = new Map<string, Wire>([
    [
      'a',
      new Map<string, Wire>([
        ['b', 1],
        ['c', [1, new Map([['d', 2]])]],
      ]),
    ],
    ['e', 3],
  ]);
  const places: (string | number)[][] = [['a', 'b'], ['a', 'c', 0], ['a', 'c', 1, 'd'], ['e']];
  const patterns = fc.option(
    fc.subarray(['a', 'a/*', 'a/**', '*', '**', 'e', 'a/c/*', '**/d'], { minLength: 1 }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(patterns, patterns, patterns, patterns, (keys, except, fewer, more) => {
      const within = (inner: string[] | undefined, outer: string[] | undefined): boolean =>
        outer === undefined ||
        (inner !== undefined && arePatternsWithin(inner.map(pattern), outer.map(pattern)));
      if (!within(fewer, keys) || !(except === undefined || (more !== undefined && within(except, more))))
        return;
      const wide = new VisibleTree(set(keys), set(except));
      const narrow = new VisibleTree(set(fewer), set(more));
      for (const steps of places)
        if (narrow.at(tree, steps) !== undefined) assert.notEqual(wide.at(tree, steps), undefined);
    }),
    { numRuns: 1000 },
  );
});
