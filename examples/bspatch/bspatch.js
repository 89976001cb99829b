// Makes a new file out of an old one and a patch (format.js). Patches come from strangers and are intricate: this
// program opens its two inputs and its one output, enters capability mode, and only then reads the first byte.
import { openSync, readFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { enter, limit } from 'cloudabi/capsicum';
import { HEADER, MAGIC, STEP } from './format.js';

/** The largest file it makes. */
const MOST = 1 << 30;

class BadPatch extends Error {}

/** A number of 8 bytes that lies between two limits. */
function number(bytes, at, least, most) {
  const value = Number(bytes.readBigInt64LE(at));
  if (value < least || value > most)
    throw new BadPatch(`A number of the patch is ${value}: expected ${least} to ${most}`);
  return value;
}

/** The new file. */
function patched(old, patch) {
  if (patch.length < HEADER || !patch.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new BadPatch('The second file is no patch');
  }
  const size = number(patch, MAGIC.length, 0, MOST);
  const steps = gunzipSync(patch.subarray(HEADER), { maxOutputLength: 2 * size + STEP * (size + 1) + 64 });
  const made = Buffer.alloc(size);
  let [at, from, to] = [0, 0, 0];
  while (to < size) {
    if (at + STEP > steps.length) throw new BadPatch('The patch ends before the file is complete');
    const add = number(steps, at, 0, size - to);
    const insert = number(steps, at + 8, 0, size - to - add);
    const move = number(steps, at + 16, -old.length, old.length);
    at += STEP;
    if (at + add + insert > steps.length) throw new BadPatch('The patch ends within a step');
    for (let index = 0; index < add; index++) made[to + index] = steps[at + index] + (old[from + index] ?? 0);
    steps.copy(made, to + add, at + add, at + add + insert);
    at += add + insert;
    to += add + insert;
    from += add + move;
    if (from < 0 || from > old.length) throw new BadPatch('The patch leaves the old file');
  }
  return made;
}

const names = process.argv.slice(2);
if (names.length !== 3) {
  console.error('Usage: node bspatch.js OLD PATCH NEW');
  process.exit(2);
}
try {
  const [old, patch] = names.slice(0, 2).map((name) => openSync(name, 'r'));
  const output = openSync(names[2], 'wx');
  for (const input of [old, patch]) limit(input, { rights: ['read', 'stat'] });
  limit(output, { rights: ['write'] });
  enter({ descriptors: [1, 2, old, patch, output] });

  const made = patched(readFileSync(old), readFileSync(patch));
  for (let written = 0; written < made.length; ) written += writeSync(output, made, written);
} catch (error) {
  console.error(`bspatch: ${error.message}`);
  process.exit(1);
}
