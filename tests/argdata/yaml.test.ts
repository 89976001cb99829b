import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Argdata, Fd, Float, Timestamp } from '../../src/argdata/index.ts';
import {
  fdOfTag,
  parseYaml,
  printYaml,
  YamlError,
  type YamlNode,
  yamlEntry,
  yamlToArgdata,
} from '../../src/argdata/yaml.ts';
import { tree } from '../frame/argdata/arbitrary.ts';
import fc from '../frame/properties.ts';

const load = (text: string): Argdata => yamlToArgdata(parseYaml(text), fdOfTag);

test('every tree survives printing as YAML and parsing', () => {
  fc.assert(
    fc.property(tree, (value) => assert.deepStrictEqual(load(printYaml(value)), value)),
    { numRuns: 500 },
  );
});

const VALUES: readonly [string, Argdata][] = [
  ['', null],
  ['# a comment only', null],
  ['---', null],
  ['~', null],
  ['Null', null],
  ['nULL', 'nULL'],
  ['yes', 'yes'],
  ['TRUE', true],
  ['12', 12],
  ['+12', 12],
  ['-0', 0],
  ['012', 12],
  ['0o17', 15],
  ['0x1F', 31],
  ['1_000', '1_000'],
  ['123456789012345678901234567890', 123456789012345678901234567890n],
  ['-9007199254740993', -9007199254740993n],
  ['1.0', new Float(1)],
  ['1e3', new Float(1000)],
  ['.5', 0.5],
  ['-0.0', -0],
  ['9007199254740993.0', 9007199254740992],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
  ['"12"', '12'],
  ["'true'", 'true'],
  ['! 12', '12'],
  ['!!str 12', '12'],
  ['!!float 12', new Float(12)],
  ['!!int "12"', 12],
  ['!!null ""', null],
  ['!!bool "true"', true],
  ['!!binary aGVs\n bG8=', Uint8Array.from(Buffer.from('hello'))],
  ['!!timestamp 2001-12-14t21:59:43.10-05:00', new Timestamp(1008385183100000000n)],
  ['!!timestamp 2001-12-14 21:59:43.10 -5', new Timestamp(1008385183100000000n)],
  ['!!timestamp 1969-12-31', new Timestamp(-86400000000000n)],
  ['!!timestamp 0000-02-29T00:00:00Z', new Timestamp(-62162121600000000000n)],
  ['!!timestamp -5ns', new Timestamp(-5n)],
  ['2001-12-14', '2001-12-14'],
  ['|\n a\n b\n', 'a\nb\n'],
  ['"\\ud83d\\ude00"', '\u{1f600}'],
  [
    '{? [1]: {}, 1: a, 1.0: b}',
    new Map<Argdata, Argdata>([
      [[1], new Map()],
      [1, 'a'],
      [new Float(1), 'b'],
    ]),
  ],
  ['"<<": 1', new Map([['<<', 1]])],
  ['[&a x, *a]', ['x', 'x']],
  ['!fd 3', new Fd(3)],
  ['%YAML 1.1\n---\nyes', 'yes'],
];

test('scalars mean what the YAML 1.2 core schema says', () => {
  for (const [text, value] of VALUES) assert.deepStrictEqual([text, load(text)], [text, value]);
});

/** The tags of a document with what they are applied to. */
function tags(node: YamlNode): string[] {
  switch (node.kind) {
    case 'tagged':
      return [
        `${node.tag} ${node.content.kind} ${node.span.line}:${node.span.column}`,
        ...tags(node.content),
      ];
    case 'seq':
      return node.items.flatMap(tags);
    case 'map':
      return node.entries.flatMap(({ key, value }) => [...tags(key), ...tags(value)]);
    default:
      return [];
  }
}

const GRANTS = `listen:
- !socket
  bind: 0.0.0.0:8080
log: !file { path: /x }
self: !executable
out: !fd stdout
? !key k
: !<tag:example.org,2000:other> 1
nested: !outer
  !inner a: b
`;

test('tags have the same short names with and without the original %TAG line, and their places', () => {
  const expected = [
    'socket map 2:3',
    'file map 4:6',
    'executable null 5:7',
    'fd str 6:6',
    'key str 7:3',
    'tag:example.org,2000:other int 8:3',
    'outer map 9:9',
    'inner str 10:3',
  ];
  assert.deepStrictEqual(tags(parseYaml(GRANTS)), expected);
  const moved = expected.map((line) => line.replace(/\d+(?=:\d+$)/, (number) => `${Number(number) + 2}`));
  assert.deepStrictEqual(tags(parseYaml(`%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n${GRANTS}`)), moved);
});

test('an alias of a tagged node is the same resource, opened once', () => {
  const node = parseYaml('[&log !file {path: x}, *log, !file {path: x}]');
  let opened = 0;
  const leaves = yamlToArgdata<{ id: number }>(node, () => ({ id: opened++ }));
  assert.deepStrictEqual(leaves, [{ id: 0 }, { id: 0 }, { id: 1 }]);
});

test('entries of a map are found by name', () => {
  const node = parseYaml('1: a\npath: /x');
  assert.ok(node.kind === 'map');
  assert.equal(yamlEntry(node, 'path')?.value.span.column, 7);
  assert.equal(yamlEntry(node, '1'), undefined);
});

test('the output of the C library of CloudABI is read', () => {
  const printed = `%TAG ! tag:nuxi.nl,2015:cloudabi/
---
!!map {
  ? !!str "listen"
  : !!seq [
    !fd "3",
    !fd "0",
  ],
  ? !!str "bits"
  : !!map {
    ? !!int "1"
    : !!float "1.5e+10",
    ? !!bool "true"
    : !!binary "aGk=",
    ? !!null "null"
    : !!timestamp "2001-12-14T21:59:43.100000000Z",
    ? !!str "zero"
    : !!float "0",
    ? !!str "none"
    : !!seq [],
  },
}
`;
  const tree = yamlToArgdata(parseYaml(printed), fdOfTag);
  assert.ok(tree instanceof Map);
  assert.deepEqual(tree.get('listen'), [new Fd(3), new Fd(0)]);
  const bits = tree.get('bits');
  assert.ok(bits instanceof Map && bits.size === 5);
  assert.deepEqual([...bits.values()].slice(0, 2), [new Float(15e9), new Uint8Array([0x68, 0x69])]);
});

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const MISTAKES: readonly [text: string, code: string, start: string][] = [
  ['a: 1\nb: 2\na: 3', 'duplicate-key', '3:1: The map has this key twice\na: 3\n^'],
  ['{1: a, 0x1: b}', 'duplicate-key', '1:8: '],
  ['? {a: [1]}\n: 1\n? {"a": [1]}\n: 2', 'duplicate-key', '3:3: '],
  ['{!fd 1: a, !fd 1: b}', 'duplicate-key', '1:12: '],
  ['a: 1\n---\nb: 2', 'more-than-one-document', '2:1: A second document starts here, only one is allowed'],
  ['b:\n  <<: {a: 1}', 'merge-key', '2:3: Merge keys are not supported'],
  [
    'a: *x',
    'unknown-anchor',
    "1:4: Alias '*x' has no anchor '&x' before it; a text that begins with '*' stands in quotes\na: *x\n   ^",
  ],
  ['&a [*a]', 'recursive-alias', '1:5: '],
  ['a: [1, 2\nb: 3', 'syntax', '2:1: '],
  ['a: "x', 'syntax', '1:6: Missing closing "quote'],
  ['\ta: 1', 'syntax', '1:1: Tabs are not allowed as indentation\n\ta: 1\n^'],
  ['a: @x', 'syntax', '1:4: '],
  ['a: b: c', 'syntax', '1:4: '],
  ['!x!y 1', 'syntax', '1:1: '],
  ['a: !!int foo', 'bad-scalar', "1:4: Tag '!!int' does not fit the text 'foo'\na: !!int foo\n   ^"],
  ['!!binary "a"', 'bad-scalar', '1:1: '],
  ['!!timestamp 2001-02-30', 'bad-scalar', '1:1: '],
  ['!!timestamp 2001-02-03T24:00:00Z', 'bad-scalar', '1:1: '],
  ['x: "\\ud800"', 'bad-scalar', '1:4: '],
  [`a: 0x${'f'.repeat(1_000_000)}`, 'bad-scalar', '1:4: The int has more than 1048576 digits'],
  [`a: !!int 0x${'f'.repeat(1_000_000)}`, 'bad-scalar', '1:4: The int has more than 1048576 digits'],
  ['a: !file x', 'bad-tag', "1:4: Tag '!file' is not known here, only '!fd' is"],
  ['a: !!set {b}', 'bad-tag', "1:4: Tag '!<tag:yaml.org,2002:set>' is not known here"],
  ['!fd -1', 'bad-tag', '1:1: '],
  ['['.repeat(100_000), 'too-deep', '1:257: '],
  ['- '.repeat(10_000), 'too-deep', '1:513: '],
  [`${'['.repeat(257)}${']'.repeat(257)}`, 'too-deep', '1:257: '],
  [`a0: &a0 [x]\n${many(300, (i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`)}`, 'too-deep', '256:14: '],
  [
    `a0: &a0 x\n${many(20, (i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]\n`)}`,
    'too-much-expansion',
    '',
  ],
  [`- &a ${'x'.repeat(500_000)}\n${many(1000, () => '- *a\n')}`, 'too-much-expansion', '10:3: '],
  [many(2049, (i) => `${i}: a\n`), 'too-large', '2049:1: '],
  [' '.repeat(0x100001), 'too-large', '1:1: '],
];

test('each mistake in a document is refused with its line, column and a caret', () => {
  for (const [text, code, start] of MISTAKES) {
    assert.throws(
      () => yamlToArgdata(parseYaml(text, { file: 'grants.yaml' }), fdOfTag),
      (error) => {
        assert.ok(error instanceof YamlError, `${text.slice(0, 40)}: ${error}`);
        const shown = error.format();
        assert.deepStrictEqual([text.slice(0, 40), error.code], [text.slice(0, 40), code]);
        assert.ok(shown.startsWith(`grants.yaml:${start}`), shown);
        assert.equal(shown.split('\n').length, 3);
        return true;
      },
      text.slice(0, 40),
    );
  }
});

test('a mistake far into a long line is shown with what is around it, without control characters', () => {
  const text = `[${'ab, '.repeat(200)}*x, \u001b, c]`;
  assert.throws(
    () => parseYaml(text),
    (error) => {
      assert.ok(error instanceof YamlError);
      const [, line = '', caret = ''] = error.format().split('\n');
      assert.ok(line.length <= 120 && !line.includes('\u001b'));
      assert.ok(line.slice(caret.length - 1).startsWith('*x'));
      return true;
    },
  );
});
