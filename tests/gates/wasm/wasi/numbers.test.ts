import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areRights,
  kernelHigh,
  kernelLow,
  toNumber,
  wasiRights,
} from '../../../../src/gates/wasm/wasi/numbers.ts';
import fc from '../../../frame/properties.ts';

test('64-bit integers become the numbers that JavaScript makes of them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      assert.equal(toNumber(value), Number(value));
    }),
  );
});

test('rights of WASI become rights of the kernel and come back as they were', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 30 - 1), (rights) => {
      assert.equal(wasiRights(kernelLow(rights), kernelHigh(rights)), rights);
    }),
  );
});

test('a bit beyond the rights of WASI is none of them', () => {
  for (let bit = 0n; bit < 64n; bit++) {
    assert.equal(areRights(toNumber(BigInt.asIntN(64, 1n << bit))), bit < 30n, `bit ${bit}`);
  }
});
