import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightsNames } from '../../src/abi/generated/constants.ts';
import { beyondWasi, kernelHigh, kernelLow, wasiRights } from '../../src/gates/wasm/wasi/numbers.ts';
import { ALL_HIGH, ALL_LOW, fromAbi, R, RH, toAbi } from '../../src/kernel/rights.ts';
import fc from '../frame/properties.ts';

const abiRights = [...rightsNames.keys()];
const mask = fc.subarray(abiRights).map((bits) => bits.reduce((all, bit) => all | bit, 0n));
const bits = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

test('every set of CloudABI rights survives the way into the kernel and back', () => {
  fc.assert(
    fc.property(mask, (rights) => {
      assert.equal(toAbi(fromAbi(rights)), rights);
    }),
  );
});

test('numbers that are no rights come to nothing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (any) => {
      const { low, high } = fromAbi(any);
      assert.equal(low & ~ALL_LOW, 0);
      assert.equal(high & ~ALL_HIGH, 0);
    }),
  );
});

test('the rights of our own lie in holes of the numbering of CloudABI', () => {
  const known = abiRights.reduce((all, bit) => all | bit, 0n);
  for (const [low, high] of [
    [R.removeDirectory, 0],
    [R.openTruncate, 0],
    [0, RH.sockAccept],
  ] as const) {
    assert.equal(known & bits(low, high), 0n);
  }
});

test('removing counts as the CloudABI right only when both of its halves are there', () => {
  assert.equal(toAbi({ low: R.file_unlink, high: 0 }), 0n);
  assert.equal(toAbi({ low: R.removeDirectory, high: 0 }), 0n);
  assert.notEqual(toAbi({ low: R.file_unlink | R.removeDirectory, high: 0 }), 0n);
});

test('every set of WASI rights survives the way into the kernel and back', () => {
  for (let bit = 0; bit < 30; bit++) {
    const one = 2 ** bit;
    assert.equal(wasiRights(kernelLow(one), kernelHigh(one)), one, `bit ${bit}`);
  }
  fc.assert(
    fc.property(fc.nat(2 ** 30 - 1), (wasi) => {
      assert.equal(wasiRights(kernelLow(wasi), kernelHigh(wasi)), wasi);
      assert.equal(kernelLow(wasi) & beyondWasi.low, 0);
      assert.equal(kernelHigh(wasi) & beyondWasi.high, 0);
    }),
  );
});

test('WASI rights have the numbers of the preview 1 documents', () => {
  const document = [
    R.fd_datasync,
    R.fd_read,
    R.fd_seek,
    R.fd_stat_put_flags,
    R.fd_sync,
    R.fd_tell,
    R.fd_write,
    R.file_advise,
    R.file_allocate,
    R.file_create_directory,
    R.file_create_file,
    R.file_link_source,
    R.file_link_target,
    R.file_open,
    R.file_readdir,
    R.file_readlink,
    R.file_rename_source,
    R.file_rename_target,
    R.file_stat_get,
    R.openTruncate,
    R.file_stat_put_times,
    R.file_stat_fget,
    R.file_stat_fput_size,
    R.file_stat_fput_times,
    R.file_symlink,
    R.removeDirectory,
    R.file_unlink,
    R.poll_fd_readwrite,
  ];
  document.forEach((right, bit) => {
    assert.equal(kernelLow(2 ** bit), right, `bit ${bit}`);
  });
  assert.deepEqual([kernelHigh(2 ** 28), kernelHigh(2 ** 29)], [RH.sock_shutdown, RH.sockAccept]);
});
