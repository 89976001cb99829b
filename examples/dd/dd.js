// Copies blocks, as dd(1) does. Builds call it, so that it must not lose what it says at the end: the standard error is one
// of the three descriptors that it keeps.
import { constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { enter, limit, limitStandardError } from 'cloudabi/capsicum';

const UNITS = { k: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const NUMBERS = ['bs', 'count', 'skip', 'seek'];
const MOST_BYTES = 64 * UNITS.M;

/** Ends with a message and status 1. */
function fail(message) {
  console.error(`dd: ${message}`);
  process.exit(1);
}

/** Reads a number of bytes or blocks: `4`, `4k`, `1M`. */
function numberOf(name, text) {
  const [, digits, unit] = /^(\d{1,12})([kMG]?)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? 1);
  if (!Number.isSafeInteger(value)) fail(`Operand ${name}= expects a number such as 4 or 64k, not '${text}'`);
  return value;
}

function readOperands(words) {
  const read = { if: undefined, of: undefined, bs: 512, count: undefined, skip: 0, seek: 0, notrunc: false };
  for (const word of words) {
    const at = word.indexOf('=');
    const [name, value] = [word.slice(0, at), word.slice(at + 1)];
    if (at > 0 && NUMBERS.includes(name)) read[name] = numberOf(name, value);
    else if (name === 'if' || name === 'of') read[name] = value;
    else if (word === 'conv=notrunc') read.notrunc = true;
    else fail(`Unknown operand '${word}'; there are if, of, ${NUMBERS.join(', ')} and conv=notrunc`);
  }
  if (read.bs < 1 || read.bs > MOST_BYTES)
    fail(`Operand bs= expects 1 to ${MOST_BYTES} bytes, not ${read.bs}`);
  return read;
}

/** Reads a block, which is short at the end of a file, and often in a pipe. Returns its bytes. */
function readBlock(input, block) {
  return readSync(input, block, 0, block.length, null);
}

const { if: from, of: to, bs, count, skip, seek, notrunc } = readOperands(process.argv.slice(2));
let input = 0;
let output = 1;
try {
  if (from !== undefined) input = openSync(from, 'r');
  const { O_CREAT, O_WRONLY } = constants;
  if (to !== undefined) output = openSync(to, O_WRONLY | O_CREAT, 0o666);
} catch (error) {
  fail(error.message);
}

// From here on there is one file to read, one to write, and the standard error.
limit(input, { rights: ['read', 'seek', 'stat'] });
limit(output, { rights: ['write', 'seek', 'stat', 'truncate', 'sync'] });
limitStandardError();
enter({ descriptors: [input, output, 2] });

const records = { in: [0, 0], out: [0, 0], bytes: 0 };
try {
  const block = Buffer.alloc(bs);
  for (let skipped = 0; skipped < skip && readBlock(input, block) > 0; ) skipped++;
  // Node moves no offset without writing, so that each write to a file of our own names its place.
  const hasPlaces = to !== undefined && fstatSync(output).isFile();
  if (seek > 0 && !hasPlaces) throw new Error('Operand seek= needs a file that is named with of=');
  if (hasPlaces && !notrunc) ftruncateSync(output, seek * bs);
  let place = hasPlaces ? seek * bs : null;
  for (let blocks = 0; count === undefined || blocks < count; blocks++) {
    const got = readBlock(input, block);
    if (got === 0) break;
    records.in[got === bs ? 0 : 1]++;
    for (let done = 0; done < got; ) {
      const written = writeSync(output, block, done, got - done, place);
      done += written;
      if (place !== null) place += written;
    }
    records.out[got === bs ? 0 : 1]++;
    records.bytes += got;
  }
} catch (error) {
  console.error(`dd: ${error.message}`);
  process.exitCode = 1;
}
console.error(
  `${records.in.join('+')} records in\n${records.out.join('+')} records out\n${records.bytes} bytes copied`,
);
