// Runs in a child process: asks about names outside of its directory with calls that change entries of directories,
// by raw system calls and, in an application, from JavaScript. Prints one JSON object. Arguments: who is asking (`open`
// for a process without walls, `kernel` for one that runs a program, `application` for capability mode), and a folder
// with `kept`, and `there` beside it.
import fs from 'node:fs';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { enter } from '../../src/capsicum/index.ts';
import * as entries from '../../src/host/files/entries.ts';
import { emptyPath } from '../../src/host/files/lookup.ts';
import { type Address, addressOf, bytesAt } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { NAMES_SIZE, REQUESTS_SIZE, Requests, SlotState } from '../../src/host/names/layout.ts';
import { type Name, nameMemory, startNameWriter } from '../../src/host/names/sealed-names.ts';
import { endProcess } from '../../src/host/processes/own-process.ts';
import { syscall } from '../../src/host/syscall.ts';
import { fileTypeRights } from '../../src/kernel/filetype-rights.ts';
import { errnoName } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { confine } from '../../src/walls/confinement.ts';

const [mode = '', folder = ''] = process.argv.slice(2);
const kept = `${folder}/kept`;
const directory = fs.openSync(kept, 'r');
fs.mkdirSync(`${kept}/own`);
const own = fs.openSync(`${kept}/own`, 'r');
if (mode === 'open') startNameWriter();

if (mode === 'kernel') {
  const { base, inheriting } = fileTypeRights(Filetype.directory);
  const none = { low: 0, high: 0 };
  confine({
    descriptors: [
      { host: 1, type: Filetype.unknown, base: { low: -1, high: 0 }, inheriting: none, grant: 0 },
      { host: directory, type: Filetype.directory, base, inheriting, grant: 1 },
    ],
    keep: [own],
    accepted: [],
  });
}
if (mode === 'application') enter({ keep: { [kept]: 'all' } });

const texts: Buffer[] = [];
function text(value: string): number {
  const buffer = Buffer.from(`${value}\0`);
  texts.push(buffer);
  return addressOf(buffer);
}
const number = callNumberOf;
const REMOVE_DIRECTORY = 0x200;
/** Only x86-64 has these. */
const MKDIR = 83;
const RMDIR = 84;

type Ask = (path: string) => number | undefined;

/** Each asks about a path outside, with a name of its own inside where it needs a second. */
const raw: Record<string, Ask> = {
  mkdirat: (path) => syscall(number('mkdirat'), directory, text(path), 0o777),
  symlinkat: (path) => syscall(number('symlinkat'), text('x'), directory, text(path)),
  'unlinkat of a directory': (path) => syscall(number('unlinkat'), directory, text(path), REMOVE_DIRECTORY),
  'renameat2 to it': (path) => syscall(number('renameat2'), directory, text('own'), directory, text(path), 0),
  'renameat2 from it': (path) =>
    syscall(number('renameat2'), directory, text(path), directory, text('new'), 0),
  'renameat2 without replacing': (path) =>
    syscall(number('renameat2'), directory, text('own'), directory, text(path), 1),
  'linkat to it': (path) => syscall(number('linkat'), directory, text('file'), directory, text(path), 0),
  'linkat from it': (path) => syscall(number('linkat'), directory, text(path), directory, text('new'), 0),
  'linkat of an object': (path) =>
    syscall(number('linkat'), directory, emptyPath, directory, text(path), 0x1000),
  mknodat: (path) => syscall(number('mknodat'), directory, text(path), 0o100644, 0),
  ...(process.arch === 'x64' && {
    mkdir: (path) => syscall(MKDIR, text(`${kept}/${path}`), 0o777),
    rmdir: (path) => syscall(RMDIR, text(`${kept}/${path}`)),
  }),
};
const script: Record<string, (path: string) => unknown> = {
  'fs.mkdir': (path) => fs.mkdirSync(`${kept}/${path}`),
  'fs.mkdir, recursively': (path) => fs.mkdirSync(`${kept}/${path}/deep`, { recursive: true }),
  'fs.rmdir': (path) => fs.rmdirSync(`${kept}/${path}`),
  'fs.symlink': (path) => fs.symlinkSync('x', `${kept}/${path}`),
  'fs.link': (path) => fs.linkSync(`${kept}/file`, `${kept}/${path}`),
  'fs.rename': (path) => fs.renameSync(`${kept}/own`, `${kept}/${path}`),
  'fs.rename from it': (path) => fs.renameSync(`${kept}/${path}`, `${kept}/new`),
  'fs.unlink': (path) => fs.unlinkSync(`${kept}/${path}`),
  'fs.mkdtemp': (path) => fs.mkdtempSync(`${kept}/${path}/x`),
  'fs.chown': (path) => fs.chownSync(`${kept}/${path}`, -1, -1),
};

function answerTo(result: number): string {
  return result < 0 ? errnoName(-result) : 'succeeded';
}
function tried(attempt: () => unknown): string {
  try {
    attempt();
    return 'succeeded';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const answers: Record<string, Record<string, string>> = {};
/** Without walls every attempt changes something. */
function restore(): void {
  for (const made of [`${folder}/absent`, `${kept}/new`]) fs.rmSync(made, { recursive: true, force: true });
  for (const needed of [`${folder}/there`, `${kept}/own`]) fs.mkdirSync(needed, { recursive: true });
  fs.writeFileSync(`${folder}/there/file`, 'x');
}
const ask = (name: string, path: (there: string) => string, how: (path: string) => string): void => {
  if (mode === 'open') restore();
  answers[name] = { there: how(path('there')), absent: how(path('absent')) };
};
for (const [name, call] of Object.entries(raw)) {
  const how = (path: string): string => answerTo(call(path) ?? 0);
  ask(`${name}, dots`, (end) => `../${end}`, how);
  ask(`${name}, dots on the way`, (end) => `own/../../${end}`, how);
  if (!/^(?:mk|rm)dir$/.test(name)) ask(`${name}, absolute`, (end) => `${folder}/${end}`, how);
}
if (mode === 'application') {
  for (const [name, call] of Object.entries(script)) {
    const how = (path: string): string => tried(() => call(path));
    ask(`${name}, dots`, (end) => `../${end}`, how);
    ask(`${name}, dots on the way`, (end) => `own/../../${end}`, how);
  }
}
// Descriptors of directories beneath lead up as well.
ask(
  'mkdirat from a directory beneath',
  (end) => `../../${end}`,
  (path) => answerTo(syscall(number('mkdirat'), own, text(path), 0o777)),
);

/** The memory of names: nothing but the writer can write there, and it writes no slash. */
const names = nameMemory();
const forged: Record<string, string> = {};
if (names !== undefined) {
  const slot = 200;
  const address = names.names + slot * 256;
  const bytes = bytesAt(names.requests, REQUESTS_SIZE);
  const words = new Int32Array(bytes.buffer);
  const written = bytesAt(address as Address, 256);
  forged['a slash that is asked for'] = (() => {
    bytes.set(Buffer.from('../there\0'), Requests.names + slot * 256);
    Atomics.store(words, Requests.states / 4 + slot, SlotState.asked);
    Atomics.add(words, Requests.sequence / 4, 1);
    syscall(number('futex'), names.requests + Requests.sequence, 1, 1);
    while (Atomics.load(words, Requests.states / 4 + slot) < SlotState.written)
      syscall(number('sched_yield'));
    const refused = Atomics.load(words, Requests.states / 4 + slot) === SlotState.refused;
    Atomics.store(words, Requests.states / 4 + slot, SlotState.free);
    return refused ? 'refused' : 'written';
  })();
  // The bytes change while the writer copies them: the copied name never has a slash.
  forged['bytes that change meanwhile'] = (() => {
    const before = Buffer.from('aa/there\0');
    const after = Buffer.from('../absent');
    for (let round = 0; round < 3000; round++) {
      bytes.set(after, Requests.names + slot * 256);
      Atomics.store(words, Requests.states / 4 + slot, SlotState.asked);
      Atomics.add(words, Requests.sequence / 4, 1);
      syscall(number('futex'), names.requests + Requests.sequence, 1, 1);
      for (let flips = 0; Atomics.load(words, Requests.states / 4 + slot) < SlotState.written; flips++) {
        bytes.set(flips % 2 ? before : after, Requests.names + slot * 256);
      }
      if (written.includes(0x2f)) return 'a slash';
    }
    return 'refused';
  })();
  const memory = new NativeMemory(65536);
  const calls: Record<string, number> = {
    'unseal: mprotect': syscall(number('mprotect'), names.names, 4096, 3),
    'unseal: munmap': syscall(number('munmap'), names.names, 4096),
    'unseal: mmap over it': syscall(number('mmap'), names.names, 4096, 3, 0x32, -1, 0),
    'unseal: mremap over it': syscall(number('mremap'), memory.address, 4096, 4096, 3, names.names),
    'unseal: mremap away': syscall(number('mremap'), names.names, 4096, 8192, 1, 0),
    'unseal: madvise': syscall(number('madvise'), names.names, 4096, 9),
    'write: process_vm_writev': writeThrough(address),
    'write: getrandom': syscall(number('getrandom'), address, 8, 0),
    // The handler of an application takes what lies there for a name as any other.
    ...(mode === 'kernel' && {
      'behind the memory': syscall(number('mkdirat'), directory, names.names + NAMES_SIZE, 0o777),
      'in the middle of a name': syscall(number('mkdirat'), directory, address + 1, 0o777),
    }),
  };
  for (const [name, result] of Object.entries(calls)) forged[name] = answerTo(result);
}

function writeThrough(address: number): number {
  const vectors = new BigUint64Array([BigInt(text('../there')), 8n, BigInt(address), 8n]);
  const at = addressOf(vectors);
  return syscall(number('process_vm_writev'), process.pid, at, 1, at + 16, 1, 0);
}

const nameOf = (name: string): Name => {
  const bytes = Buffer.from(`${name}\0`);
  texts.push(bytes);
  return { bytes: bytes.subarray(0, -1), address: addressOf(bytes) };
};
const allowed: Record<string, string> = {
  'make a directory': answerTo(entries.makeDirectory(directory, nameOf('made'))),
  'find it there': answerTo(entries.makeDirectory(directory, nameOf('made'))),
  'rename it': answerTo(entries.rename(directory, nameOf('made'), own, nameOf('moved'))),
  'remove it': answerTo(entries.removeDirectory(own, nameOf('moved'))),
  'make a link': answerTo(entries.link(directory, nameOf('file'), directory, nameOf('linked'))),
  'unlink it': answerTo(entries.unlink(directory, nameOf('linked'))),
  'make a symbolic link': answerTo(entries.symlink(nameOf('file').address, directory, nameOf('soft'))),
};
const report = Buffer.from(JSON.stringify({ answers, forged, allowed }));
syscall(number('write'), 1, addressOf(report), report.length);
endProcess(0);
