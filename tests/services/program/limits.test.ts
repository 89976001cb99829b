import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toArgdata } from '../../../src/argdata/plain.ts';
import { type Argdata, Fd } from '../../../src/argdata/value.ts';
import { refusedRequest } from '../../../src/services/program/check-request.ts';
import {
  type CommandLimits,
  commandShape,
  coversCommand,
  mostAtOnce,
  mostStarts,
} from '../../../src/services/program/limits.ts';
import type { Wire } from '../../../src/services/wire.ts';
import fc from '../../frame/properties.ts';

const read = (value: unknown): CommandLimits => commandShape.read(wireOf(value), ['gh']);

/** Plain objects as maps. */
function wireOf(value: unknown): Wire {
  const made = toArgdata(value);
  return withoutDescriptors(made);
}

function withoutDescriptors(value: Argdata): Wire {
  if (value instanceof Fd) throw new TypeError('There is no descriptor');
  if (Array.isArray(value)) return value.map(withoutDescriptors);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [withoutDescriptors(key), withoutDescriptors(item)]));
  return value;
}

function refusal(
  limits: CommandLimits,
  words: readonly string[],
  environment: Record<string, string> = {},
): string | undefined {
  return refusedRequest(
    {
      name: 'gh',
      arguments: words,
      environment: new Map(Object.entries(environment)),
      streams: [],
      keep: 'channel',
    },
    limits,
  );
}

const gh = read({
  arguments: [
    ['pr', 'issue'],
    ['list', 'view'],
  ],
  optional: [{ number: [1, 99999] }],
  options: { '--repo': { pattern: 'openwf/*' }, '--json': true, '-L': { number: [1, 100] } },
  variables: { GH_PROMPT: ['0', '1'], GH_NOTE: { text: 20 } },
});

test('a command line within its schema is let through', () => {
  for (const words of [
    ['pr', 'list'],
    ['issue', 'view', '12'],
    ['--repo', 'openwf/site', 'pr', 'view', '7', '--json'],
    ['pr', 'list', '--repo=openwf/site', '-L', '5'],
  ])
    assert.equal(refusal(gh, words), undefined, words.join(' '));
  assert.equal(refusal(gh, ['pr', 'list'], { GH_PROMPT: '0', GH_NOTE: 'hi' }), undefined);
});

test('an argument cannot become an option, another command, or a path out of a pattern', () => {
  const refused: readonly (readonly string[])[] = [
    [],
    ['pr'],
    ['repo', 'delete'],
    ['pr', 'list', '--web'],
    ['pr', 'list', '--'],
    ['pr', 'list', '-'],
    ['pr', 'list', '12', '13'],
    ['pr', 'list', '-1'],
    ['pr', 'list', '012'],
    ['pr', 'list', '1e3'],
    ['pr', 'list', '--repo'],
    ['pr', 'list', '--repo', '--json'],
    ['pr', 'list', '--repo', 'evil/site'],
    ['pr', 'list', '--repo', 'openwf/..'],
    ['pr', 'list', '--repo', 'openwf/a/b'],
    ['pr', 'list', '--repo', 'openwf/a\n--web'],
    ['pr', 'list', '--repo=openwf/a', '--repo=openwf/b'],
    ['pr', 'list', '--json=x'],
    ['pr', 'list', '-L5'],
    ['pr', 'list', '-L=5'],
    ['pr', 'list', '--rep=openwf/a'],
    ['pr', 'li\0st'],
    Array(2000).fill('pr'),
  ];
  for (const words of refused) assert.ok(refusal(gh, words), words.join(' '));
});

test('a variable that is not listed cannot be set', () => {
  for (const environment of [
    { LD_PRELOAD: '/tmp/evil.so' },
    { PATH: '/tmp' },
    { GH_PROMPT: '2' },
    { GH_NOTE: 'a\nb' },
    { GH_NOTE: '-x' },
    { __proto__x: '1' },
    { 'A=B': '1' },
  ])
    assert.ok(refusal(gh, ['pr', 'list'], environment), JSON.stringify(environment));
});

test('a variable that steers programs has listed values or none', () => {
  assert.throws(() => read({ variables: { LD_PRELOAD: { text: 10 } } }), /can make a program run other code/);
  assert.throws(
    () => read({ variables: { GIT_SSH_COMMAND: { pattern: '*' } } }),
    /can make a program run other code/,
  );
  assert.throws(() => read({ variables: { PAGER: { pattern: '*' } } }), /can make a program run other code/);
  assert.ok(read({ variables: { PAGER: ['cat'] } }));
});

test('a limit that is no limit is named', () => {
  for (const [value, expected] of [
    [{ arguments: 'pr' }, /a list of at most/],
    [{ arguments: [{ pattern: '[' }] }, /is no pattern/],
    [{ arguments: [{ optional: true, text: 1 }, 'x'] }, /other keys/],
    [{ options: { repo: true } }, /an option such as/],
    [{ options: { '--a': 5 } }, /a word, a list of words/],
    [{ arguments: ['--a=b'], options: { '--a': { text: 3 } } }, /as an argument and as an option/],
    [{ streams: ['stdlog'] }, /'stdin' or/],
    [{ arguments: [{ number: [5, 1] }] }, /two whole numbers/],
    [{ at_once: 0 }, /int from 1/],
    [{ time: 10 }, /duration/],
    [{ argumets: [] }, /did you mean/i],
  ] as const)
    assert.throws(() => read(value), expected, JSON.stringify(value));
});

const word = fc.oneof(
  fc.subarray(['a', 'b', '-c', '--d=e', '12', '..'], { minLength: 1 }),
  fc.constantFrom('*', 'a*', '?', '{a,b}', '**').map((pattern) => ({ pattern })),
  fc.tuple(fc.nat(20), fc.nat(20)).map(([from, more]) => ({ number: [from, from + more] })),
  fc.integer({ min: 1, max: 3 }).map((text) => ({ text })),
);
const limits = fc.record(
  {
    arguments: fc.array(word, { maxLength: 2 }),
    optional: fc.array(word, { maxLength: 2 }),
    more: word,
    options: fc.dictionary(fc.constantFrom('-c', '--d', '--f'), fc.oneof(word, fc.constant(true)), {
      maxKeys: 2,
    }),
    variables: fc.dictionary(fc.constantFrom('A', 'B'), word, { maxKeys: 2 }),
    at_once: fc.integer({ min: 1, max: 3 }),
    starts: fc.nat(3),
  },
  { requiredKeys: [] },
);
const readable = limits.filter((value) => {
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
});
/** A part may fit by itself and not together with the rest. */
function tried(value: unknown): readonly CommandLimits[] {
  try {
    return [read(value)];
  } catch {
    return [];
  }
}
const keys = ['arguments', 'optional', 'more', 'options', 'variables', 'at_once', 'starts'] as const;
const words = fc.array(
  fc.constantFrom('a', 'b', 'ab', '-c', '--d', '--d=e', '--d=a', '--f', '--f=12', '12', '7', '..', ''),
  { maxLength: 5 },
);

test('narrower limits let nothing through that the wider ones refuse', () => {
  let narrower = 0;
  fc.assert(
    fc.property(
      readable,
      readable,
      fc.array(words, { minLength: 20, maxLength: 20 }),
      (one, other, requests) => {
        const present = read(one);
        const mixed = keys.map((key) => ({ ...one, [key]: other[key] }));
        for (const next of [read(other), ...mixed.flatMap(tried)]) {
          if (!coversCommand(present, next)) continue;
          narrower++;
          for (const request of requests)
            if (refusal(next, request) === undefined)
              assert.equal(refusal(present, request), undefined, request.join(' '));
          for (const value of ['a', 'b', '12'])
            if (refusal(next, [], { A: value }) === undefined)
              assert.equal(refusal(present, [], { A: value }), undefined);
          assert.ok(mostAtOnce(next) <= mostAtOnce(present) && mostStarts(next) <= mostStarts(present));
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(narrower > 3000, `${narrower} pairs were compared`);
});

test('limits are within themselves, and are written as they are read', () => {
  fc.assert(
    fc.property(readable, (value) => {
      const one = read(value);
      assert.ok(coversCommand(one, one));
      assert.deepEqual(commandShape.read(commandShape.write(one), []), one);
    }),
  );
});
