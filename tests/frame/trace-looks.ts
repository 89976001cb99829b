// Runs a command and tells which of its system calls, and of all processes that it starts, name a path: as ptrace(2)
// sees them, so that nothing that a program does by itself is missed.
//   node trace-looks.js PATH COMMAND [ARGUMENTS...]
// Prints, as its last line, the names of the calls as JSON.
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { makePipe } from '../../src/host/files/new-descriptors.ts';
import { addressOf } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { syscall } from '../../src/host/syscall.ts';
import { callNumber, callNumberOf, type SystemCall } from '../../src/linux/system-calls.ts';

const SEIZE = 0x4206;
const INTERRUPT = 0x4207;
const LISTEN = 0x4208;
const SYSCALL = 24;
const GET_SYSCALL_INFO = 0x420e;
/** Follow forks, clones and exec; mark stops at system calls; kill everything should the tracer die. */
const OPTIONS = 1 | 2 | 4 | 8 | 0x10 | 0x100000;
const WALL = 0x40000000;
const SIGTRAP = 5;
const STOP_EVENT = 128;
const ENTRY = 1;
const INFO = 88;

/** Calls that look at a path, by where it stands among their arguments. */
const BY_ARGUMENT: readonly (readonly SystemCall[])[] = [
  ['access', 'open', 'stat', 'lstat', 'readlink', 'statfs', 'chdir', 'getxattr'],
  [
    'openat',
    'openat2',
    'open_tree',
    'newfstatat',
    'statx',
    'readlinkat',
    'faccessat',
    'faccessat2',
    'name_to_handle_at',
  ],
];
const PATHS: ReadonlyMap<number, readonly [name: string, argument: number]> = new Map(
  BY_ARGUMENT.flatMap((calls, argument) => calls.map((name) => [callNumber(name), [name, argument]])),
);

const [wanted = '', program = '', ...args] = process.argv.slice(2);
const memory = new NativeMemory(8192);
const status = new Int32Array(1);
const info = new DataView(new ArrayBuffer(INFO));
const ptrace = (request: number, pid: number, at = 0, data = 0): number =>
  syscall(callNumberOf('ptrace'), request, pid, at, data);

/** Reads a path of a traced process, as far as it may be long. */
function pathOf(pid: number, address: bigint): string {
  const at = Number(address);
  for (const length of [4096, 4096 - (at % 4096)]) {
    const vectors = BigUint64Array.of(BigInt(memory.address), BigInt(length), address, BigInt(length));
    const local = addressOf(vectors);
    const read = syscall(callNumberOf('process_vm_readv'), pid, local, 1, local + 16, 1, 0);
    if (read <= 0) continue;
    const bytes = memory.bytes.subarray(0, read);
    const end = bytes.indexOf(0);
    if (end >= 0) return Buffer.from(bytes.subarray(0, end)).toString();
  }
  return '';
}

const looks: string[] = [];

function note(pid: number): void {
  if (ptrace(GET_SYSCALL_INFO, pid, INFO, addressOf(new Uint8Array(info.buffer))) < 0) return;
  if (info.getUint8(0) !== ENTRY) return;
  const call = PATHS.get(Number(info.getBigUint64(24, true)));
  if (call === undefined) return;
  const [name, argument] = call;
  if (pathOf(pid, info.getBigUint64(32 + 8 * argument, true)) === wanted) looks.push(name);
}

// It waits for a line, so that it is traced before it starts.
const gate = makePipe();
const child = spawn('/bin/sh', ['-c', 'read line; exec "$@" < /dev/null', 'sh', program, ...args], {
  stdio: [gate.read, 'inherit', 'inherit'],
});
const first = child.pid ?? -1;
if (ptrace(SEIZE, first, 0, OPTIONS) < 0) throw new Error('Cannot trace a process of our own');
ptrace(INTERRUPT, first);
writeSync(gate.write, '\n');
let code = -1;
for (;;) {
  const pid = syscall(callNumberOf('wait4'), -1, addressOf(status), WALL, 0);
  if (pid < 0) break;
  const [state = 0] = status;
  const signal = (state >> 8) & 0xff;
  const event = state >> 16;
  if ((state & 0x7f) === 0) {
    if (pid === first) code = signal;
  } else if ((state & 0xff) === 0x7f) {
    if (signal === (SIGTRAP | 0x80)) note(pid);
    if (event === STOP_EVENT && signal !== SIGTRAP) ptrace(LISTEN, pid);
    else ptrace(SYSCALL, pid, 0, event !== 0 || signal === (SIGTRAP | 0x80) ? 0 : signal);
  }
}
console.log(JSON.stringify({ code, looks }));
process.exit(0);
