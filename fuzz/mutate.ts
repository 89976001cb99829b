import type { Random } from './random.ts';

/** Bytes at the edges of what encodings and comparisons distinguish. */
const edges = [0x00, 0x01, 0x09, 0x0a, 0x20, 0x22, 0x2d, 0x3a, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xfe, 0xff];

/** Material of mutations. */
export type Material = {
  readonly random: Random;
  /** Words of the target's language, encoded. */
  readonly words: readonly Uint8Array[];
  /** Other inputs, to take pieces from. */
  readonly others: readonly Uint8Array[];
  readonly maximumLength: number;
};

type Mutation = (bytes: Uint8Array, material: Material) => Uint8Array;

function splice(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - removed + inserted.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(at + removed), at + inserted.length);
  return result;
}

function replaceByte(value: (old: number, random: Random) => number): Mutation {
  return (bytes, { random }) => {
    const result = bytes.slice();
    const at = random.below(Math.max(1, bytes.length));
    if (at < result.length) result[at] = value(result[at] ?? 0, random);
    return result;
  };
}

/** A piece of `bytes`, at most 32 long and perhaps empty: where it starts, and how long it is. */
function piece(bytes: Uint8Array, random: Random): [at: number, length: number] {
  const at = random.below(bytes.length + 1);
  return [at, random.below(Math.min(32, bytes.length - at) + 1)];
}

const mutations: readonly Mutation[] = [
  replaceByte((old, random) => old ^ (1 << random.below(8))),
  replaceByte((_, random) => random.below(256)),
  replaceByte((_, random) => random.pick(edges) ?? 0),
  replaceByte((old, random) => old + random.below(33) - 16),
  (bytes, { random }) => splice(bytes, ...piece(bytes, random), new Uint8Array(0)),
  (bytes, { random }) => {
    const [at, length] = piece(bytes, random);
    return splice(bytes, random.below(bytes.length + 1), 0, bytes.slice(at, at + length));
  },
  (bytes, { random }) => {
    const fresh = Uint8Array.from({ length: 1 + random.below(4) }, () => random.pick(edges) ?? 0);
    return splice(bytes, random.below(bytes.length + 1), 0, fresh);
  },
  (bytes, { random, words }) => {
    const word = random.pick(words) ?? new Uint8Array(0);
    return splice(bytes, random.below(bytes.length + 1), 0, word);
  },
  (bytes, { random, words }) => {
    const word = random.pick(words) ?? new Uint8Array(0);
    return splice(bytes, ...piece(bytes, random), word);
  },
  (bytes, { random, others }) => {
    const other = random.pick(others) ?? bytes;
    const [at, length] = piece(other, random);
    return splice(bytes, ...piece(bytes, random), other.subarray(at, at + length));
  },
  (bytes, { random, others }) => {
    const other = random.pick(others) ?? bytes;
    const cut = random.below(bytes.length + 1);
    return splice(bytes, cut, bytes.length - cut, other.subarray(random.below(other.length + 1)));
  },
];

/** A new input from an old one: one to eight changes. */
export function mutate(bytes: Uint8Array, material: Material): Uint8Array {
  let result = bytes;
  for (let left = 1 + material.random.below(8); left > 0; left--)
    result = material.random.pick(mutations)?.(result, material) ?? result;
  return result.length > material.maximumLength ? result.slice(0, material.maximumLength) : result;
}
