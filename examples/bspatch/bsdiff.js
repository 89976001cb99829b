// Makes a patch (format.js) that turns an old file into a new one.
import { openSync, readFileSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { enter } from 'cloudabi/capsicum';
import { HEADER, MAGIC, STEP } from './format.js';

/** Size of the blocks that are searched for in the old file, in bytes. */
const BLOCK = 32;

/** Maps the bytes of each block of the old file to its offset. */
function indexOf(old) {
  const blocks = new Map();
  for (let at = 0; at + BLOCK <= old.length; at += BLOCK)
    blocks.set(old.toString('latin1', at, at + BLOCK), at);
  return blocks;
}

/** One step as bytes. */
function step(differences, inserted, move) {
  const numbers = Buffer.alloc(STEP);
  numbers.writeBigInt64LE(BigInt(differences.length), 0);
  numbers.writeBigInt64LE(BigInt(inserted.length), 8);
  numbers.writeBigInt64LE(BigInt(move), 16);
  return Buffer.concat([numbers, differences, inserted]);
}

/** The steps that make one file out of the other. */
function steps(old, made) {
  const blocks = indexOf(old);
  const found = [];
  for (let at = 0, from = 0; at < made.length; ) {
    // Extends the match here, as long as half of its bytes are equal.
    let add = 0;
    for (
      let index = 0, alike = 0;
      at + index < made.length && from + index < old.length && index - alike < BLOCK;
      index++
    ) {
      if (made[at + index] !== old[from + index]) continue;
      alike++;
      if (2 * alike > index + 1) add = index + 1;
    }
    const differences = Buffer.alloc(add);
    for (let index = 0; index < add; index++) differences[index] = made[at + index] - old[from + index];
    // Collects new bytes, until a block of the old file turns up again.
    let end = at + add;
    let next;
    while (end < made.length) {
      next = blocks.get(made.toString('latin1', end, end + BLOCK));
      if (next !== undefined) break;
      end++;
    }
    if (end >= made.length) next = undefined;
    const target = next ?? from + add;
    found.push(step(differences, made.subarray(at + add, end), target - from - add));
    at = end;
    from = target;
  }
  return Buffer.concat(found);
}

const names = process.argv.slice(2);
if (names.length !== 3) {
  console.error('Usage: node bsdiff.js OLD NEW PATCH');
  process.exit(2);
}
try {
  const [old, made] = names.slice(0, 2).map((name) => openSync(name, 'r'));
  const output = openSync(names[2], 'wx');
  enter({ descriptors: [1, 2, old, made, output] });
  const contents = readFileSync(made);
  const header = Buffer.alloc(HEADER);
  MAGIC.copy(header);
  header.writeBigInt64LE(BigInt(contents.length), MAGIC.length);
  const patch = Buffer.concat([header, gzipSync(steps(readFileSync(old), contents))]);
  for (let written = 0; written < patch.length; ) written += writeSync(output, patch, written);
} catch (error) {
  console.error(`bsdiff: ${error.message}`);
  process.exit(1);
}
