// Compares two files byte by byte, as cmp(1) does: says where they differ first and exits with 0, 1 or, for a mistake,
// with 2. The files are opened first; even if their contents compromise this program, it reaches nothing else.
import { openSync, readSync } from 'node:fs';
import { enter, limit } from 'cloudabi/capsicum';

const BLOCK = 65536;

/** Reads until the block is full or the file ends; returns the bytes read. */
function fill(descriptor, block) {
  let used = 0;
  while (used < block.length) {
    const got = readSync(descriptor, block, used, block.length - used, null);
    if (got === 0) break;
    used += got;
  }
  return used;
}

/** The first difference of two open files, or undefined: its byte, line, and whether one file ended. */
function firstDifference(a, b) {
  const [blockA, blockB] = [Buffer.alloc(BLOCK), Buffer.alloc(BLOCK)];
  for (let byte = 1, line = 1; ; ) {
    const [lengthA, lengthB] = [fill(a, blockA), fill(b, blockB)];
    const common = Math.min(lengthA, lengthB);
    for (let index = 0; index < common; index++, byte++) {
      if (blockA[index] !== blockB[index]) return { byte, line };
      if (blockA[index] === 10) line++;
    }
    if (lengthA !== lengthB) return { byte, line, ended: lengthA < lengthB ? 0 : 1 };
    if (common < BLOCK) return undefined;
  }
}

const names = process.argv.slice(2);
if (names.length !== 2) {
  console.error('Usage: node cmp.js FILE FILE');
  process.exit(2);
}
let files;
try {
  files = names.map((name) => openSync(name, 'r'));
} catch (error) {
  console.error(`cmp: ${error.message}`);
  process.exit(2);
}

// From here on there are these two files to read, and the standard streams to write to.
for (const file of files) limit(file, { rights: ['read'] });
enter({ descriptors: [1, 2, ...files] });

let difference;
try {
  difference = firstDifference(...files);
} catch (error) {
  console.error(`cmp: ${error.message}`);
  process.exit(2);
}
if (difference?.ended !== undefined) {
  console.log(`cmp: EOF on ${names[difference.ended]} after byte ${difference.byte - 1}`);
} else if (difference !== undefined) {
  console.log(`${names.join(' ')} differ: byte ${difference.byte}, line ${difference.line}`);
}
process.exitCode = difference === undefined ? 0 : 1;
