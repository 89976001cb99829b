import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SpecError } from '../../../src/abi/spec/error.ts';
import { paragraphs } from '../../../src/abi/spec/model.ts';
import { parseSpec } from '../../../src/abi/spec/parse.ts';
import fc from '../../frame/properties.ts';

/** A small specification with what most cases below need; line 1 is empty on purpose. */
const BASE = `
chapter One
enum errno : u16 (C: E*) -- Outcome.
  success = 0 -- Good.
  badf = 8 -- Bad.
opaque fd : u32 -- Descriptor.
flags rights : u64 -- Rights.
  look = 1 -- Look.
`;

function refuse(text: string, message: RegExp, line: number, column: number): void {
  assert.throws(
    () => parseSpec(text),
    (error: unknown) => {
      assert.ok(error instanceof SpecError);
      assert.match(error.message, message);
      assert.deepEqual(error.position, { line, column });
      assert.ok(error.message.endsWith(`(${line}:${column})`));
      return true;
    },
  );
}

test('a declaration keeps its order, values and prose', () => {
  const spec = parseSpec(`${BASE}flags oflags : u16 (C: O_*)
  -- How to {see}.
  --
  -- Second paragraph,
  -- two lines.
  creat = 0x01 [implies excl]  -- Makes it
                               -- anew.
  excl  = 0x02  -- Only anew.
call see -- Sees.
  in from : fd -- From where.
`);
  const type = spec.types.get('oflags');
  assert.ok(type?.kind === 'flags');
  assert.equal(type.cPrefix, 'O_');
  assert.deepEqual(paragraphs(type.prose), ['How to {see}.', 'Second paragraph, two lines.']);
  assert.deepEqual(
    type.values.map(({ name, value, prose }) => [name, value, paragraphs(prose)]),
    [
      ['creat', 1n, ['Makes it anew.']],
      ['excl', 2n, ['Only anew.']],
    ],
  );
  assert.equal(type.values[0]?.attributes[0]?.argument, 'excl');
  assert.deepEqual([...spec.types.keys()], ['errno', 'fd', 'rights', 'oflags']);
});

const MISTAKES: readonly [promise: string, text: string, message: RegExp, line: number, column: number][] = [
  ['a tab', 'chapter A\n\tx', /Only printable ASCII/, 2, 1],
  ['odd indentation', 'chapter A\nenum a : u8 -- A.\n   b = 1 -- B.', /Indentation of 3/, 3, 4],
  ['too deep indentation', 'chapter A\nenum a : u8 -- A.\n    b = 1 -- B.', /Indentation of 4/, 3, 5],
  ['prose of nothing', '-- Hello.', /describes nothing/, 1, 1],
  ['an unknown keyword', 'chapter A\nenumeration a', /Found 'enumeration'/, 2, 1],
  ['a declaration without chapter', 'enum a : u8 -- A.', /before the first chapter/, 1, 1],
  ['an unknown integer', 'chapter A\nenum a : u9 -- A.', /Found 'u9', wanted one of/, 2, 10],
  [
    'a missing value',
    'chapter A\nenum a : u8 -- A.\n  b = -- B.',
    /Found the end of the line, wanted an integer/,
    3,
    6,
  ],
  [
    'a value that does not fit',
    'chapter A\nenum a : u8 -- A.\n  b = 256 -- B.',
    /256 does not fit 'u8'/,
    3,
    3,
  ],
  [
    'a duplicate value',
    'chapter A\nenum a : u8 -- A.\n  b = 1 -- B.\n  c = 1 -- C.',
    /already that of 'b'/,
    4,
    3,
  ],
  [
    'a duplicate name',
    'chapter A\nenum a : u8 -- A.\n  b = 1 -- B.\n  b = 2 -- C.',
    /'b' is already taken in line 3/,
    4,
    3,
  ],
  ['a duplicate type', `${BASE}number fd : u32 -- F.`, /'fd' is already taken in line 6/, 9, 1],
  [
    'overlapping flags',
    'chapter A\nflags a : u8 -- A.\n  b = 3 -- B.\n  c = 2 -- C.',
    /'c' overlaps 'b'/,
    4,
    3,
  ],
  ['a flag without a bit', 'chapter A\nflags a : u8 -- A.\n  b = 0 -- B.', /has no bit/, 3, 3],
  [
    'a flag in the sign of a half',
    'chapter A\nflags a : u64 -- A.\n  b = 0x80000000 -- B.',
    /topmost bit/,
    3,
    3,
  ],
  ['a value without description', 'chapter A\nenum a : u8 -- A.\n  b = 1', /'a.b' has no description/, 3, 3],
  ['a call without description', `${BASE}call see`, /'see' has no description/, 9, 1],
  [
    'an argument without description',
    `${BASE}call see -- S.\n  in a : fd`,
    /'see.a' has no description/,
    10,
    6,
  ],
  ['an unknown type', `${BASE}struct s -- S.\n  a : nothing -- A.`, /Unknown type 'nothing'/, 10, 7],
  ['a structure in itself', `${BASE}struct s -- S.\n  a : s -- A.`, /contains itself/, 10, 3],
  ['an empty structure', `${BASE}struct s -- S.`, /is empty/, 9, 1],
  ['a void without address', `${BASE}struct s -- S.\n  a : void -- A.`, /'void' has no size/, 10, 7],
  ['an oversized array', `${BASE}struct s -- S.\n  a : char * 5000 -- A.`, /5000 elements/, 10, 14],
  [
    'a reference to nothing',
    `${BASE}number n : u32 -- See {rights.jump} there.`,
    /'\{rights.jump\}' names nothing that is declared/,
    9,
    23,
  ],
  ['an unpaired brace', `${BASE}number n : u32 -- See {rights there.`, /Unpaired brace/, 9, 23],
  [
    'a need of an unknown right',
    `${BASE}call see -- S.\n  in a : fd -- A.\n  needs a: jump`,
    /Unknown value 'jump'/,
    11,
    12,
  ],
  [
    'a need of an unknown argument',
    `${BASE}call see -- S.\n  in a : fd -- A.\n  needs b: look`,
    /Unknown name 'b'/,
    11,
    9,
  ],
  [
    'a need of no descriptor',
    `${BASE}call see -- S.\n  in a : u32 -- A.\n  needs a: look`,
    /not of type 'fd'/,
    11,
    9,
  ],
  [
    'a condition that cannot hold',
    `${BASE}call see -- S.\n  in a : fd -- A.\n  needs a: look when a has b`,
    /cannot be tested/,
    11,
    22,
  ],
  [
    'an unknown error',
    `${BASE}call see -- S.\n  fails worse -- W.`,
    /Unknown value 'worse' of 'errno'/,
    10,
    3,
  ],
  [
    'rights joined in two ways',
    `${BASE}call see -- S.\n  in a : fd -- A.\n  needs a: look and look or look`,
    /Found 'or'/,
    11,
    26,
  ],
  [
    'a variant by something else',
    `${BASE}struct s -- S.\n  a : u8 -- A.\n  variant by a\n    case b\n      c : u8 -- C.`,
    /wanted a field with an enum/,
    11,
    3,
  ],
  [
    'a variant by an unknown value',
    `${BASE}struct s -- S.\n  a : errno -- A.\n  variant by a\n    case b\n      c : u8 -- C.`,
    /Unknown value 'b' of 'errno'/,
    12,
    5,
  ],
];

for (const [promise, text, message, line, column] of MISTAKES) {
  test(`the parser refuses ${promise} and says where`, () => refuse(text, message, line, column));
}

test('an oversized text is refused before it is read', () => {
  refuse(' '.repeat((1 << 20) + 1), /exceeds 1048576/, 1, 1);
});

test('two structures in each other are refused', () => {
  refuse(`${BASE}struct a -- A.\n  b : b -- B.\nstruct b -- B.\n  a : a -- A.`, /'a' contains itself/, 10, 3);
});

test('a damaged specification is read or refused with a place in it, and never fails otherwise', () => {
  const lines = readFileSync('spec/cloudabi.abi', 'utf8').split('\n');
  const damage = fc.record({
    line: fc.nat(lines.length - 1),
    from: fc.nat(60),
    cut: fc.nat(10),
    put: fc.constantFrom(
      '',
      ' ',
      '  ',
      '{',
      '}',
      '--',
      ':',
      '[',
      '&',
      '=',
      'of',
      'when',
      'fd',
      '0',
      '.',
      '\0',
    ),
  });
  fc.assert(
    fc.property(damage, ({ line, from, cut, put }) => {
      const damaged = lines.map((text, index) =>
        index === line ? text.slice(0, from) + put + text.slice(from + cut) : text,
      );
      try {
        parseSpec(damaged.join('\n'));
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        assert.ok(error.position.line >= 1 && error.position.line <= lines.length);
        assert.ok(error.position.column >= 1);
      }
    }),
    { numRuns: 100 },
  );
});
