import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ArgdataError,
  decode,
  dump,
  encode,
  MAX_DEPTH,
  MAX_INT_BYTES,
  MAX_NUMBER_KEYS,
} from '../../src/argdata/index.ts';
import { MALFORMED } from '../frame/argdata/malformed.ts';

function refusal(bytes: Uint8Array): ArgdataError {
  try {
    decode(bytes);
  } catch (error) {
    if (error instanceof ArgdataError) return error;
    throw error;
  }
  assert.fail(`${Buffer.from(bytes).toString('hex')} was accepted`);
}

test('each malformed encoding is refused with its reason and place', () => {
  for (const [hex, code, offset] of MALFORMED) {
    const error = refusal(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    assert.deepStrictEqual([hex, error.code, error.offset], [hex, code, offset]);
  }
});

test('a dump of malformed bytes ends with the same mistake', () => {
  for (const [hex, code, offset] of MALFORMED) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const { lines, error } = dump(bytes);
    assert.deepStrictEqual([hex, error?.code, error?.offset], [hex, code, offset]);
    for (const line of lines) assert.ok(line.offset + line.bytes.length <= offset, hex);
  }
});

/** Seqs in seqs, each with its length field, from the inside out. */
function nested(levels: number): Uint8Array {
  const parts: number[][] = [];
  let size = 0;
  for (let i = 0; i < levels; i++) {
    const length = size + 1;
    const digits = [0x80 | (length % 128)];
    for (let rest = Math.floor(length / 128); rest > 0; rest = Math.floor(rest / 128))
      digits.unshift(rest % 128);
    parts.push(i === levels - 1 ? [7] : [...digits, 7]);
    size = length + digits.length;
  }
  return Uint8Array.from(parts.reverse().flat());
}

test('nesting is accepted up to the bound and refused beyond, without using up the stack', () => {
  assert.doesNotThrow(() => decode(nested(MAX_DEPTH)));
  assert.equal(refusal(nested(MAX_DEPTH + 1)).code, 'too-deep');
  assert.equal(refusal(nested(300_000)).code, 'too-deep');
});

test('an int larger than any BigInt is refused, one below is not', () => {
  const large = new Uint8Array(MAX_INT_BYTES + 2).fill(1);
  large[0] = 5;
  assert.equal(refusal(large).code, 'too-large');
  assert.equal(typeof decode(large.subarray(0, MAX_INT_BYTES + 1)), 'bigint');
});

/** The processor time of the fastest of three runs, in milliseconds: what else the machine does is left out. */
function time(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** A map of int keys whose hashes in a JavaScript Map are all the same. */
function colliding(count: number): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([6])];
  for (let i = 1; i <= count; i++) {
    const key = encode((BigInt(i) << 64n) | 5n);
    parts.push(Buffer.from([0x80 | key.length]), key, Buffer.from([0x80]));
  }
  return Buffer.concat(parts);
}

test('number keys are limited, since they can be made to collide', () => {
  assert.doesNotThrow(() => decode(colliding(MAX_NUMBER_KEYS)));
  assert.equal(refusal(colliding(MAX_NUMBER_KEYS + 1)).code, 'too-large');
});

test('a megabyte of hostile bytes takes no more than some times as long as a harmless one', () => {
  const count = 100_000;
  const hostile: { [what: string]: Uint8Array } = {
    'nulls in a seq': new Uint8Array(1_000_000).fill(0x80).fill(7, 0, 1),
    'a string of continuation bytes': new Uint8Array(1_000_000).fill(0x80).fill(8, 0, 1),
    'many keys of the same length': encode(new Map(Array.from({ length: count }, (_, i) => [[i], null]))),
    'colliding keys': colliding(70_000),
    'zero digits': new Uint8Array(1_000_000).fill(7, 0, 1),
    'a length without an end': new Uint8Array(1_000_000).fill(0x7f).fill(7, 0, 1),
  };
  const harmless = encode(Array.from({ length: 200_000 }, (_, index) => index));
  const usual = Math.max(10, ...[1, 2, 3].map(() => time(() => decode(harmless))));
  for (const [what, bytes] of Object.entries(hostile)) {
    const spent = time(() => {
      try {
        decode(bytes);
      } catch (error) {
        assert.ok(error instanceof ArgdataError);
      }
    });
    assert.ok(spent < usual * 50, `${what}: ${spent} ms, a harmless one ${usual} ms`);
  }
});
