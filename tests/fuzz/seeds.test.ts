import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../fuzz/engine.ts';
import { readSeeds } from '../../fuzz/seeds.ts';
import type { Target } from '../../fuzz/target.ts';
import { targets } from '../../fuzz/targets/index.ts';

for (const target of targets) {
  test(`${target.name}: ${target.promise} (seeds and findings)`, () => {
    const seeds = readSeeds(target);
    assert.ok(seeds.length > 0, 'There are no seeds');
    for (const seed of seeds) target.run(seed);
  });
}

/** A target that breaks its promise in one corner. */
const broken: Target = {
  name: 'broken',
  promise: 'none',
  words: ['ab'],
  maximumLength: 64,
  run(bytes) {
    if (Buffer.from(bytes).includes('abab')) throw new Error('Found');
  },
};

test('a search finds what breaks a promise, makes it short and finds it again', () => {
  const search = (): string => {
    const engine = new Engine(broken, 5, () => undefined);
    const finding = engine.seed([new Uint8Array(8)]) ?? engine.search(Date.now() + 120_000);
    return Buffer.from(finding?.input ?? []).toString();
  };
  assert.equal(search(), 'abab');
  assert.equal(search(), 'abab');
});
