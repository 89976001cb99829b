import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cookies } from '../../src/kernel/cookies.ts';
import { xorshift } from '../frame/gates/xorshift.ts';

const SHORT_END = 2n ** 31n;
const halves = (place: bigint): [low: number, high: number] => [
  Number(place & 0xffffffffn),
  Number(place >> 32n),
];

for (const [kind, make] of [
  ['one thread', () => new Cookies()],
  ['several threads', () => new Cookies(Cookies.memory())],
] as const) {
  describe(`the cookies of ${kind}`, () => {
    test('fit 31 bits and lead back to their places, however often and in any order', () => {
      const cookies = make();
      const places = Array.from({ length: 20_000 }, (_, index) => place(index));
      const given = places.map((at) => cookies.of(...halves(at)));
      assert.ok(given.every((cookie) => cookie < SHORT_END));
      assert.equal(new Set(given).size, new Set(places).size);
      for (const [index, at] of places.entries()) assert.equal(cookies.place(given[index] ?? 0n), at);
      for (const [index, at] of [...places.entries()].reverse())
        assert.equal(cookies.of(...halves(at)), given[index]);
    });

    test('are small places themselves', () => {
      const cookies = make();
      for (const at of [0n, 1n, 3n, 2n ** 30n - 1n]) {
        assert.equal(cookies.of(...halves(at)), at);
        assert.equal(cookies.place(at), at);
      }
    });

    test('stand for no place if they were never given out', () => {
      const cookies = make();
      const cookie = cookies.of(...halves(2n ** 62n));
      for (let at = 2n ** 30n; at < SHORT_END; at += 999_983n)
        if (at !== cookie) assert.equal(cookies.place(at), undefined);
    });

    test('hold the place itself when there are no short ones left', () => {
      const cookies = make();
      // The same hash for all of them: they compete for few slots.
      const places = Array.from({ length: 4000 }, (_, index) => colliding(BigInt(index + 1)));
      const given = places.map((at) => cookies.of(...halves(at)));
      assert.equal(new Set(given).size, places.length);
      assert.ok(given.some((cookie) => cookie >= SHORT_END) && given.some((cookie) => cookie < SHORT_END));
      for (const [index, at] of places.entries()) assert.equal(cookies.place(given[index] ?? 0n), at);
    });
  });
}

test('threads have the same cookies', () => {
  const memory = Cookies.memory();
  const [one, other] = [new Cookies(memory), new Cookies(memory)];
  for (let index = 0; index < 5000; index++) {
    const at = place(index);
    const cookie = (index % 2 === 0 ? one : other).of(...halves(at));
    assert.equal(one.of(...halves(at)), cookie);
    assert.equal(other.of(...halves(at)), cookie);
    assert.equal(one.place(cookie), at);
    assert.equal(other.place(cookie), at);
  }
});

const below = xorshift(7);

/** A place of 63 bits, as hashes of names are. */
function place(index: number): bigint {
  return (BigInt(below(2 ** 31)) << 32n) | (BigInt(below(2 ** 16)) << 16n) | BigInt(index + 1);
}

/** Places whose halves cancel each other in the hash. */
function colliding(high: bigint): bigint {
  return (high << 32n) | BigInt(Math.imul(Number(high), 0x9e3779b1) >>> 0);
}
