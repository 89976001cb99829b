import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { bytesSource } from '../../src/elf/byte-source.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import { ElfMachine } from '../../src/elf/header.ts';
import { readImage, readImageFile } from '../../src/elf/image.ts';
import { readCache } from '../../src/elf/ld-cache.ts';
import fc from '../frame/properties.ts';

/** Real images, cut so that mutations hit what is read. */
const images = ['/bin/true', '/usr/bin/env', '/bin/sh'].map((path) => readFileSync(path));

function attempt(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  try {
    read(bytes);
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
  }
}

const readElf = (bytes: Uint8Array): unknown => readImage(bytesSource(bytes));

/** Places in the first kilobyte, where all headers are, or anywhere; and what to put there. */
const mutation = fc.record({
  place: fc.oneof({ weight: 4, arbitrary: fc.nat(1023) }, fc.nat(200_000)),
  value: fc.oneof(fc.constant(0), fc.constant(0xff), fc.nat(255)),
  length: fc.constantFrom(1, 1, 2, 4, 8),
});

test('any change of a real image gives an image or an ElfError, and ends', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...images),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      (image, changes) => {
        const bytes = Uint8Array.from(image);
        for (const { place, value, length } of changes) bytes.fill(value, place, place + length);
        attempt(bytes, readElf);
      },
    ),
    { numRuns: 3000 },
  );
});

test('an image cut short gives an ElfError or what its headers say', () => {
  for (const image of images) {
    for (let length = 0; length < 2000; length += 7) attempt(image.subarray(0, length), readElf);
    assert.throws(() => readElf(image.subarray(0, 63)), { code: 'truncated' });
    assert.throws(() => readElf(image.subarray(0, 100)), { code: 'truncated' });
  }
});

/** A copy of a real image with some bytes of the header replaced. */
function withHeader(place: number, ...values: number[]): Uint8Array {
  const bytes = Uint8Array.from(images[0] ?? []);
  bytes.set(values, place);
  return bytes;
}

test('each kind of damage has its code', () => {
  const codeOf = (bytes: Uint8Array): string => {
    try {
      readElf(bytes);
    } catch (error) {
      if (error instanceof ElfError) return error.code;
      throw error;
    }
    return 'none';
  };
  assert.equal(codeOf(new Uint8Array(0)), 'not_elf');
  assert.equal(codeOf(Buffer.from('#!/bin/sh\n')), 'not_elf');
  assert.equal(codeOf(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)), 'truncated');
  assert.equal(codeOf(withHeader(4, 1)), 'foreign', '32-bit');
  assert.equal(codeOf(withHeader(5, 2)), 'foreign', 'big-endian');
  assert.equal(codeOf(withHeader(16, 1, 0)), 'malformed', 'an object file');
  assert.equal(codeOf(withHeader(56, 0xff, 0xff)), 'malformed', 'too many program headers');
  assert.equal(codeOf(withHeader(54, 1, 0)), 'malformed', 'program headers of another size');
  assert.equal(codeOf(withHeader(32, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)), 'truncated');
  assert.equal(codeOf(withHeader(4)), 'none');
});

test('any change of a cache of libraries gives a cache or an ElfError', (t) => {
  let real: Buffer;
  try {
    real = readFileSync('/etc/ld.so.cache');
  } catch {
    t.skip('no cache here');
    return;
  }
  const read = (bytes: Uint8Array): unknown => readCache(bytesSource(bytes), ElfMachine.x64);
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), fc.nat(real.length), (changes, cut) => {
      const bytes = Uint8Array.from(real);
      for (const { place, value, length } of changes) bytes.fill(value, place, place + length);
      attempt(bytes, read);
      attempt(bytes.subarray(0, cut), read);
    }),
    { numRuns: 300 },
  );
  assert.throws(() => read(Buffer.from('something else')), { code: 'truncated' });
});

test('looking at a pipe with a name wakes no process that waits at it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-elf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', `echo waits; echo word > ${pipe}; echo woken`]);
  t.after(() => writer.kill());
  let said = '';
  writer.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(writer.stdout, 'data');
  await setTimeout(50);
  assert.throws(() => readImageFile(pipe), { code: 'not_elf' });
  await setTimeout(50);
  assert.equal(said, 'waits\n');
});
