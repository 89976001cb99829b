// Runs in a child process: opens a path by raw system calls while another thread exchanges its bytes between a file that
// is kept and one that is not, as code would that hopes to slip between the look of the handler and its own call. The
// arguments: whether the process is in capability mode (`closed`) or not (`open`), the two paths, of the same length, and
// a path of that length to be made, by mkdir(2). Prints how often each file was read, as JSON.
import fs from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { enter } from '../../src/capsicum/index.ts';
import { addressOf } from '../../src/host/libc.ts';
import { syscall } from '../../src/host/syscall.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';

const [mode = '', kept = '', secret = '', made = ''] = process.argv.slice(2);

/** Attempts: each costs some microseconds. */
const ROUNDS = 20_000;
const AT_FDCWD = -100;

const length = Buffer.byteLength(kept);
const shared = new SharedArrayBuffer(length + 1);
const path = new Uint8Array(shared);
path.set(Buffer.from(kept));
/** The first tells that the thread runs, the second that it is to end. */
const flags = new Int32Array(new SharedArrayBuffer(8));

const racer = new Worker(
  `const { workerData: { shared, flags, paths } } = require('node:worker_threads');
   const path = new Uint8Array(shared);
   Atomics.store(flags, 0, 1);
   Atomics.notify(flags, 0);
   while (Atomics.load(flags, 1) === 0) for (const other of paths) path.set(other);`,
  { eval: true, workerData: { shared, flags, paths: [secret, kept].map((text) => Buffer.from(text)) } },
);
while (Atomics.load(flags, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
if (mode === 'closed') enter({ keep: { [dirname(kept)]: 'all' } });

const address = addressOf(path);
const room = Buffer.alloc(64);
const seen: Record<string, number> = {};
for (let round = 0; round < ROUNDS; round++) {
  const file = syscall(callNumberOf('openat'), AT_FDCWD, address, 0, 0);
  const read = file < 0 ? 'refused' : room.toString('utf8', 0, fs.readSync(file, room, 0, room.length, 0));
  if (file >= 0) fs.closeSync(file);
  seen[read] = (seen[read] ?? 0) + 1;
}
Atomics.store(flags, 1, 1);
await racer.terminate();
// No directory appears outside either, for any bytes that the handler reads.
const other = Buffer.from(`${made}\0`);
seen['made'] = syscall(callNumberOf('mkdirat'), AT_FDCWD, addressOf(other), 0o700) === 0 ? 1 : 0;
process.stdout.write(JSON.stringify(seen));
