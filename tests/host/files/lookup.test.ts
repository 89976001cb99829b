import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyPath, lookupTable, Open } from '../../../src/host/files/lookup.ts';
import { bytesAt } from '../../../src/host/libc.ts';

const { start, end, stride, size } = lookupTable;
const bytes = bytesAt(start, end - start + 1);
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const arm64 = process.arch === 'arm64';
const O_CLOEXEC = 0x80000;
const O_PATH = 0x200000;
const RESOLVE_NO_MAGICLINKS_AND_BENEATH = 0x0an;

/** Flags of open(2) by ours, from the kernel's headers. */
const flags = new Map<number, number>([
  [Open.create, 0o100],
  [Open.exclusive, 0o200],
  [Open.truncate, 0o1000],
  [Open.append, 0o2000],
  [Open.nonblock, 0o4000],
  [Open.dsync, 0o10000],
  [Open.sync, 0o4010000],
  [Open.directory, arm64 ? 0o40000 : 0o200000],
  [Open.noFollow, arm64 ? 0o100000 : 0o400000],
  [Open.path, 0o10000000],
]);

test('every lookup that exists stays beneath its directory and follows no magic link', () => {
  assert.equal((end - start) / stride, 4096);
  for (let at = 0; at < end - start; at += stride) {
    assert.equal(
      view.getBigUint64(at + 16, true),
      RESOLVE_NO_MAGICLINKS_AND_BENEATH,
      `record ${at / stride}`,
    );
  }
});

test('every record of the table says what its number says, and nothing else', () => {
  for (let how = 0; how < 4096; how++) {
    let wanted = (how & 3) | O_CLOEXEC;
    for (const [ours, theirs] of flags) if (how & ours) wanted |= theirs;
    if (!(how & Open.path)) wanted |= 0o400; // O_NOCTTY
    const at = how * stride;
    assert.equal(view.getBigUint64(at, true), BigInt(wanted), `flags of record ${how}`);
    assert.equal(view.getBigUint64(at + 8, true), how & Open.create ? 0o666n : 0n, `mode of record ${how}`);
    assert.equal(view.getBigUint64(at + 24, true), 0n, `padding of record ${how}`);
    assert.equal((wanted & O_PATH) !== 0, (how & Open.path) !== 0);
  }
});

test('the table lies as a filter needs it: aligned to its records, and not across 4 GiB', () => {
  assert.equal(size, 24);
  assert.equal(start % stride, 0);
  assert.equal(Math.log2(stride) % 1, 0);
  assert.equal(Math.floor(start / 2 ** 32), Math.floor((end - 1) / 2 ** 32));
});

test('the only path for calls on descriptors themselves is empty, and lies on the sealed pages', () => {
  assert.equal(emptyPath, end);
  assert.equal(view.getUint8(end - start), 0);
});
