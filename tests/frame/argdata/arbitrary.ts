import { type Argdata, Fd, Float, Timestamp } from '../../../src/argdata/index.ts';
import { fromFloat, fromInt, toKey } from '../../../src/argdata/value.ts';
import fc from '../properties.ts';

const int = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.bigInt(), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }))
  .map((value) => fromInt(BigInt(value)));
const float = fc.oneof(fc.double(), fc.integer()).map(fromFloat);
const str = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', minLength: 20, maxLength: 80 }),
  fc.constantFrom(
    'null',
    'true',
    '1',
    '-1.5',
    '0x1F',
    '.inf',
    '~',
    '<<',
    '- a',
    'a: b',
    '#',
    '$fd',
    '$map',
    ' a',
    'a ',
  ),
);
const scalar: fc.Arbitrary<Argdata> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  int,
  float,
  str,
  fc.uint8Array({ maxLength: 40 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((value) => new Timestamp(value)),
  fc
    .bigInt({ min: -62167219200000000000n, max: 253402300799999999999n })
    .map((value) => new Timestamp(value)),
  fc.nat({ max: 0xffffffff }).map((value) => new Fd(value)),
);

/** Any tree of argdata. Map keys are told apart by what they print as, which is stricter than needed. */
export const tree: fc.Arbitrary<Argdata> = fc.letrec<{ node: Argdata }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('node'), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(tie('node'), tie('node')), {
        maxLength: 6,
        selector: ([key]) => identity(key),
      })
      .map((entries) => new Map(entries.map(([key, value]) => [toKey(key), value]))),
  ),
})).node;

function identity(value: Argdata): string {
  if (typeof value === 'number') return Object.is(value, -0) ? 'float -0' : `${value}`;
  if (typeof value === 'bigint') return `${value}`;
  if (value instanceof Float) return `float ${Object.is(value.value, -0) ? '-0' : value.value}`;
  if (value instanceof Timestamp) return `time ${value.nanoseconds}`;
  if (value instanceof Fd) return `fd ${value.index}`;
  if (value instanceof Uint8Array) return `binary ${value}`;
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${identity(key)}:${identity(item)}`)}}`;
  if (Array.isArray(value)) return `[${value.map(identity)}]`;
  return JSON.stringify(value);
}
