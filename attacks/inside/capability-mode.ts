// Runs in a child process: enters capability mode as a wasm process does, then tries every way out, from JavaScript
// and with raw system calls. Prints one JSON object: for each attempt what it answered. Arguments: a granted
// directory, a granted append-only log, a path outside that may be read before but not afterwards.
import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import inspector from 'node:inspector';
import net from 'node:net';
import { Worker } from 'node:worker_threads';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { emptyPath, lookupTable, Open, openBeneath } from '../../src/host/files/lookup.ts';
import { addressOf, functionAt } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { endProcess } from '../../src/host/processes/own-process.ts';
import { syscall } from '../../src/host/syscall.ts';
import { R, RH } from '../../src/kernel/rights.ts';
import { errnoName, LinuxErrno } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { confine } from '../../src/walls/confinement.ts';
import { linuxCalls } from './linux-calls.ts';

const [directoryPath = '', logPath = '', outside = '', fatal = ''] = process.argv.slice(2);

const none = { low: 0, high: 0 };
const directory = fs.openSync(directoryPath, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
const log = fs.openSync(logPath, fs.constants.O_WRONLY | fs.constants.O_APPEND);
const readOnly = {
  low: R.file_open | R.file_readdir | R.file_stat_get | R.fd_read | R.fd_seek | R.fd_stat_put_flags,
  high: 0,
};
const notGranted = fs.openSync(outside, 'r');
const parent = process.ppid;
/** Larger than the number of any process. */
const NO_PROCESS = 2 ** 30;

confine({
  descriptors: [
    { host: 1, type: Filetype.unknown, base: { low: R.fd_write, high: 0 }, inheriting: none, grant: 0 },
    { host: directory, type: Filetype.directory, base: readOnly, inheriting: readOnly, grant: 1 },
    {
      host: log,
      type: Filetype.regular_file,
      base: { low: R.fd_write, high: RH.proc_exec },
      inheriting: none,
      grant: 2,
    },
  ],
  keep: [],
  accepted: [],
});

/**
 * Attempts in which Node itself may give up and abort: each runs in a process of its own. One that Node takes to be
 * under way must come to nothing, which the parent checks.
 */
const fatalAttempts: Record<string, () => unknown> = {
  spawn: () => spawnSync('/bin/sh', ['-c', `echo reached > ${outside}`]).error,
  worker: () =>
    new Worker(`require('fs').writeFileSync(${JSON.stringify(outside)}, 'reached')`, { eval: true }),
  connect: () => net.connect({ host: '127.0.0.1', port: Number(process.env['PORT']) }),
  listen: () => net.createServer().listen(0, '127.0.0.1'),
  datagram: () => dgram.createSocket('udp4').bind(0),
  inspector: () => inspector.open(0, '127.0.0.1'),
  'write later': () => fs.promises.writeFile(outside, 'reached'),
};
if (fatal !== '') {
  const attempt = fatalAttempts[fatal];
  if (attempt === undefined) endProcess(99);
  process.once('uncaughtException', () => endProcess(1));
  process.once('unhandledRejection', () => endProcess(1));
  attempt();
  setTimeout(() => endProcess(0), 300);
  // Keeps the event loop alive, so that pending operations of Node go on.
  await new Promise(() => undefined);
}

const answers: Record<string, string> = {};

/** Notes the answer of a system call. */
function raw(name: string, result: number): void {
  answers[name] = result < 0 ? errnoName(-result) : `succeeded with ${result}`;
}

/** Notes the answer of a piece of JavaScript. */
function script(name: string, attempt: () => unknown): void {
  try {
    attempt();
    answers[name] = 'succeeded';
  } catch (error) {
    answers[name] = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const memory = new NativeMemory(65536);
const strings = new Map<string, number>();
let used = 4096;
function text(value: string): number {
  const known = strings.get(value);
  if (known !== undefined) return known;
  memory.bytes.set(Buffer.from(`${value}\0`), used);
  const address = memory.at(used);
  used += value.length + 1;
  strings.set(value, address);
  return address;
}
const AT_FDCWD = -100;
const target = text(outside);

// First of all, because what is opened next takes the lowest free number.
script('js: standard input that was not granted', () => fs.fstatSync(0));

// Allowed twins: what was granted works.
raw(
  'allowed: open beneath the directory',
  openBeneath(directory, addressOf(Buffer.from('file\0')), Open.read),
);
raw('allowed: append to the log', syscall(callNumberOf('write'), log, text('appended\n'), 9));
raw('allowed: memory', syscall(callNumberOf('mmap'), 0, 65536, 3, 0x22, -1, 0) > 0 ? 0 : -1);
raw('allowed: clock', syscall(callNumberOf('clock_gettime'), 1, memory.address));
raw('allowed: random', syscall(callNumberOf('getrandom'), memory.address, 8, 0));

// JavaScript, as far as Node offers it.
script('js: read a file', () => fs.readFileSync(outside));
script('js: stat a file', () => fs.statSync(outside));
script('js: access', () => fs.accessSync(outside));
script('js: list the root', () => fs.readdirSync('/'));
script('js: read /proc/self/exe', () => fs.readlinkSync('/proc/self/exe'));
script('js: open /proc/self/mem', () => fs.openSync('/proc/self/mem', 'r+'));
script('js: write a file', () => fs.writeFileSync(`${directoryPath}/new`, 'x'));
script('js: truncate', () => fs.truncateSync(logPath));
script('js: chmod', () => fs.chmodSync(outside, 0o777));
script('js: rename', () => fs.renameSync(outside, `${outside}.moved`));
script('js: symlink', () => fs.symlinkSync('/', `${directoryPath}/link`));
script('js: chdir', () => process.chdir('/'));
script('js: descriptor that was not granted', () => fs.fstatSync(notGranted));
script('js: standard error that was not granted', () => fs.writeSync(2, 'x'));
script('js: signal the parent', () => process.kill(parent, 0));
script('js: load native code', () => process.dlopen({ exports: {} }, outside));
script('js: become another user', () => process.setuid?.(12345));

// The filter sees numbers only, so junk arguments do: a call that got through would answer EFAULT or EINVAL.
for (const [name, number] of Object.entries(linuxCalls)) {
  raw(`call: ${name}`, syscall(number, -1, -1, -1, -1, -1, -1));
}

const how = new BigUint64Array([0n, 0n, 0n]);
const beneath = new BigUint64Array([0n, 0n, 0x0an]);
const OPENAT2 = callNumberOf('openat2');
raw('openat2 with flags of its own', syscall(OPENAT2, directory, target, addressOf(how), 24));
raw('openat2 beneath, but not sealed', syscall(OPENAT2, directory, text('file'), addressOf(beneath), 24));
raw(
  'openat2 in the middle of a sealed record',
  syscall(OPENAT2, directory, target, lookupTable.start + 8, 24),
);
raw('openat2 behind the table', syscall(OPENAT2, directory, target, lookupTable.end, 24));
raw('openat2 with a longer record', syscall(OPENAT2, directory, target, lookupTable.start, 32));
raw(
  'openat2 from the working directory',
  syscall(OPENAT2, AT_FDCWD, text('package.json'), lookupTable.start, 24),
);
raw(
  'sealed lookup of an absolute path',
  openBeneath(directory, addressOf(Buffer.from(`${outside}\0`)), Open.path),
);
raw('sealed lookup of ..', openBeneath(directory, addressOf(Buffer.from('../outside\0')), Open.path));
raw('sealed lookup through a symlink', openBeneath(directory, addressOf(Buffer.from('escape\0')), Open.read));
raw('sealed lookup for writing', openBeneath(directory, addressOf(Buffer.from('file\0')), Open.readWrite));
raw(
  'sealed lookup that creates',
  openBeneath(directory, addressOf(Buffer.from('new\0')), Open.write | Open.create),
);
raw('sealed lookup that truncates', openBeneath(directory, addressOf(Buffer.from('file\0')), Open.truncate));

const STATX = callNumberOf('statx');
raw('statx of a path', syscall(STATX, AT_FDCWD, target, 0, 0x7ff, memory.address));
raw('statx of a path with AT_EMPTY_PATH', syscall(STATX, directory, target, 0x1000, 0x7ff, memory.address));
raw('statx from the working directory', syscall(STATX, AT_FDCWD, emptyPath, 0x1000, 0x7ff, memory.address));
raw('utimensat of a path', syscall(callNumberOf('utimensat'), AT_FDCWD, target, 0, 0));
const named = openBeneath(directory, addressOf(Buffer.from('file\0')), Open.path);
raw(
  'utimensat of a file that may only be read',
  syscall(callNumberOf('utimensat'), named, emptyPath, 0, 0x1000),
);
raw('readlinkat of a path', syscall(callNumberOf('readlinkat'), AT_FDCWD, target, memory.address, 100));
raw('newfstatat of a path', syscall(callNumberOf('newfstatat'), AT_FDCWD, target, memory.address, 0));

raw('unseal: mprotect', syscall(callNumberOf('mprotect'), lookupTable.start, 4096, 3));
raw('unseal: pkey_mprotect', syscall(callNumberOf('pkey_mprotect'), lookupTable.start, 4096, 3, -1));
raw('unseal: munmap', syscall(callNumberOf('munmap'), lookupTable.start, 4096));
raw('unseal: mmap over it', syscall(callNumberOf('mmap'), lookupTable.start, 4096, 3, 0x32, -1, 0));
raw('unseal: mremap it away', syscall(callNumberOf('mremap'), lookupTable.start, 4096, 8192, 1, 0));
raw(
  'unseal: mremap over it',
  syscall(callNumberOf('mremap'), memory.address, 4096, 4096, 3, lookupTable.start),
);
raw('unseal: madvise', syscall(callNumberOf('madvise'), lookupTable.start, 4096, 4));

const F_SETFL = 4;
const FCNTL = callNumberOf('fcntl');
raw('log: clear the append flag', syscall(FCNTL, log, F_SETFL, 0));
raw('allowed: set nonblock on the log and keep append', syscall(FCNTL, log, F_SETFL, 0x400 | 0x800));
raw('log: truncate', syscall(callNumberOf('ftruncate'), log, 0));
raw('log: fallocate', syscall(callNumberOf('fallocate'), log, 0x08, 0, 4096));
raw('log: map it', syscall(callNumberOf('mmap'), 0, 4096, 3, 1, log, 0));
raw('fcntl: duplicate', syscall(FCNTL, log, 0, 0));
raw('fcntl: duplicate with cloexec', syscall(FCNTL, log, 1030, 0));
raw('fcntl: set owner', syscall(FCNTL, log, 8, parent));
raw('fcntl: notify', syscall(FCNTL, directory, 1026, 1));
raw('fcntl: lease', syscall(FCNTL, log, 1024, 1));
raw('ioctl: inject terminal input', syscall(callNumberOf('ioctl'), 1, 0x5412, memory.address));
// An answer that is the same for a process that cannot exist says nothing.
for (const call of ['sched_getscheduler', 'sched_getparam'] as const) {
  const ask = (process: number): number => syscall(callNumberOf(call), process, memory.address);
  raw(`is the parent there: ${call}`, ask(parent) === ask(NO_PROCESS) ? -LinuxErrno.EPERM : 0);
}
raw(
  'is the parent there: its clock',
  syscall(callNumberOf('clock_gettime'), ~parent * 8 + 2, memory.address),
);
raw(
  'is the parent there: its processors',
  syscall(callNumberOf('sched_getaffinity'), parent, 128, memory.address),
);
raw(
  'is the parent there: a lock that it would hold',
  syscall(callNumberOf('futex'), addressOf(new Int32Array([parent])), 6 | 128, 0, 0),
);
const clockOfParent = (~parent << 3) | 2;
for (const call of ['clock_gettime', 'clock_getres', 'clock_nanosleep'] as const)
  raw(`is the parent there: ${call}`, syscall(callNumberOf(call), clockOfParent, 0, 0, memory.address));
raw('allowed: where it runs', syscall(callNumberOf('sched_getaffinity'), 0, 8, memory.address));
raw('tgkill of the parent', syscall(callNumberOf('tgkill'), parent, parent, 0));
raw('mkdirat', syscall(callNumberOf('mkdirat'), directory, text('made'), 0o777));
raw('linkat from outside', syscall(callNumberOf('linkat'), AT_FDCWD, target, directory, text('linked'), 0));
raw('sendto with an address', syscall(callNumberOf('sendto'), 1, target, 1, 0, memory.address, 16));

// As if V8 were compromised: machine code of our own in a page that was writable a moment ago.
if (process.arch === 'x64') {
  const page = new NativeMemory(65536);
  const path = page.at(2048);
  page.bytes.set(Buffer.from(`${outside}\0`), 2048);
  // mov $2 (open), %eax; movabs $path, %rdi; xor %esi, %esi; syscall; movabs $result, %rdi; mov %rax, (%rdi); ret
  const code = Buffer.from('b80200000048bf000000000000000031f60f0548bf0000000000000000488907c3', 'hex');
  code.writeBigUInt64LE(BigInt(path), 7);
  code.writeBigUInt64LE(BigInt(memory.address), 21);
  page.bytes.set(code);
  page.makeExecutable();
  functionAt(page.address)();
  raw('machine code: open', Number(memory.view.getBigInt64(0, true)));
}

const report = Buffer.from(JSON.stringify(answers));
syscall(callNumberOf('write'), 1, addressOf(report), report.length);
endProcess(0);
