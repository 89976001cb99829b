// `npm run elf-mutants`: reads every ELF file of this machine, and a million mutants of them, with what reads executables. Each
// gives an image, or an ElfError; none takes long.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesSource } from '../dist/elf/byte-source.js';
import { ElfError } from '../dist/elf/elf-error.js';
import { isElf } from '../dist/elf/header.js';
import { readImage } from '../dist/elf/image.js';
import { traitsOf } from '../dist/elf/program-kinds.js';
import { ExecutableError } from '../dist/gates/elf/executable-error.js';
import { readGuestProgram } from '../dist/gates/elf/guest-program.js';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: 'Infinity' },
    mutants: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const [mostFiles, mutants] = [Number(values.files), Number(values.mutants)];

/** The longest that one file may take, in milliseconds of processor time. */
const LONGEST = 2000;
/** Larger files are left whole: a mutant is a copy. */
const MAX_MUTATED = 0x40000;

let state = Number(values.seed) >>> 0 || 1;
/** Numbers from 0 to below `below` (xorshift32). */
function random(below) {
  state ^= state << 13;
  state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % below;
}

function* elfFiles(folder) {
  let entries = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* elfFiles(path);
    else if (entry.isFile() && startsAsElf(path)) yield path;
  }
}

function startsAsElf(path) {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(4);
      return readSync(file, head, 0, 4, 0) === 4 && isElf(head);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** The place of the OS ABI in the header of an ELF file, and CloudABI's number. */
const [OS_ABI, CLOUDABI] = [7, 17];

/** Reads the file as if it were a CloudABI executable, with the interpreter left out that most files of Linux name. */
function readExecutable(_source, bytes) {
  const copy = Buffer.from(bytes);
  if (copy.length > OS_ABI) copy[OS_ABI] = CLOUDABI;
  for (let at = 64; at + 56 <= Math.min(copy.length, 64 + 16 * 56); at += 56)
    if (copy.readUInt32LE(at) === 3) copy.writeUInt32LE(4, at);
  readGuestProgram(copy);
}

let read = 0;
let refused = 0;
let slowest = 0;

function check(bytes, what) {
  const before = process.cpuUsage();
  for (const use of [readImage, traitsOf, readExecutable])
    try {
      use(bytesSource(bytes), bytes);
      read++;
    } catch (error) {
      if (!(error instanceof ElfError || error instanceof ExecutableError))
        throw new Error(`${what}: ${error}`, { cause: error });
      refused++;
    }
  const { user, system } = process.cpuUsage(before);
  slowest = Math.max(slowest, (user + system) / 1000);
  if ((user + system) / 1000 > LONGEST) throw new Error(`${what}: takes ${(user + system) / 1000} ms`);
}

const small = [];
let files = 0;
for (const folder of ['/usr/bin', '/usr/lib', '/usr/sbin', '/usr/libexec', '/usr/local', '/opt'])
  for (const path of elfFiles(folder)) {
    if (files >= mostFiles) break;
    files++;
    const bytes = readFileSync(path);
    check(bytes, path);
    if (statSync(path).size <= MAX_MUTATED) small.push({ path, bytes });
  }
/** Values that are wrong in many places. */
const hostile = [0, 1, 0x7f, 0x80, 0xff];
for (let index = 0; index < mutants && small.length > 0; index++) {
  const { path, bytes } = small[random(small.length)];
  const mutant = Buffer.from(random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
  // Headers stand at the beginning, where most changes are of use.
  const reach = Math.min(mutant.length, random(3) === 0 ? mutant.length : 1024);
  for (let change = 0; change <= random(8) && reach > 8; change++) {
    const at = random(reach - 8);
    if (random(2) === 0) mutant[at] = random(2) === 0 ? hostile[random(hostile.length)] : random(256);
    else
      mutant.writeBigUInt64LE(
        BigInt(random(2) === 0 ? 0xffffffff : random(0x10000)) << BigInt(random(33)),
        at,
      );
  }
  check(mutant, `mutant ${index} (seed ${values.seed}) of ${path}`);
}
console.log(
  `${files} files and ${mutants} mutants: ${read} read, ${refused} refused, slowest ${slowest.toFixed(1)} ms`,
);
