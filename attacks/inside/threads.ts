// Runs in a child process: enters capability mode with a worker beside it and does what its first argument says.
// Further arguments: a granted directory, a path outside. Prints JSON.
import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { readThreadProgram } from '../../src/gates/thread-program.ts';
import { getFlags } from '../../src/host/files/files.ts';
import { lookupTable, Open, openBeneath } from '../../src/host/files/lookup.ts';
import { addressOf, functionAt } from '../../src/host/libc.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { endProcess } from '../../src/host/processes/own-process.ts';
import { syscall } from '../../src/host/syscall.ts';
import { R } from '../../src/kernel/rights.ts';
import { errnoName } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { confine } from '../../src/walls/confinement.ts';
import { linuxCalls } from './linux-calls.ts';

type Shared = {
  readonly flags: Int32Array;
  readonly directory: number;
  readonly outside: string;
  readonly table: number;
};

/** Results of a thread's attempts in a confined process, one for each. */
function attempts({ directory, outside, table }: Shared): number[] {
  const text = Buffer.from(`${outside}\0`);
  const file = Buffer.from('file\0');
  const how = new BigUint64Array(3);
  const sealed = (open: number): number =>
    syscall(
      callNumberOf('openat2'),
      directory,
      addressOf(file),
      table + open * lookupTable.stride,
      lookupTable.size,
    );
  return [
    // This thread has a table of its own, which is not the sealed one.
    openBeneath(directory, addressOf(file), Open.read),
    sealed(Open.read),
    sealed(Open.readWrite),
    syscall(callNumberOf('openat2'), directory, addressOf(text), addressOf(how), 24),
    syscall(callNumberOf('openat'), -100, addressOf(text), 0, 0),
    syscall(callNumberOf('socket'), 2, 1, 0),
    syscall(callNumberOf('clone'), 17, 0, 0, 0, 0),
    syscall(callNumberOf('memfd_create'), addressOf(text), 0),
  ];
}

/** Machine code that makes call `number` by the given instruction and stores what comes back. */
function machineCall(number: number, instruction: 'int 0x80' | 'syscall'): number {
  const page = new NativeMemory(65536);
  const result = new NativeMemory(64);
  const code = Buffer.from(
    `b800000000${instruction === 'syscall' ? '0f05' : 'cd80'}48bf0000000000000000488907c3`,
    'hex',
  );
  code.writeUInt32LE(number, 1);
  code.writeBigUInt64LE(BigInt(result.address), 9);
  page.bytes.set(code);
  page.makeExecutable();
  functionAt(page.address)();
  return Number(result.view.getBigInt64(0, true));
}

/**
 * Source of a thread that is started in capability mode. It can load nothing but koffi, which is loaded already, and
 * makes its calls through the C library.
 */
const LATER = `
const { workerData: { flags, calls, native } } = require('node:worker_threads');
const koffi = { exports: {} };
process.dlopen(koffi, native);
const libc = koffi.exports.load(null);
const syscall = libc.func('syscall', 'int64_t', Array(7).fill('int64_t'));
calls.forEach((call, index) => {
  const values = call.map((value) =>
    typeof value === 'string' ? Number(koffi.exports.address(Buffer.from(value + '\\0'))) : value);
  const result = Number(syscall(...values, ...Array(7 - values.length).fill(0)));
  flags[16 + index] = result < 0 ? -koffi.exports.errno() : 0;
});
Atomics.store(flags, 0, 1);
Atomics.notify(flags, 0);
Atomics.wait(flags, 1, 0);
`;

/** The calls of such a thread by name; texts are given as addresses. */
function laterCalls(directory: number, outside: string, table: number): Record<string, (number | string)[]> {
  const number = callNumberOf;
  const record = (open: number): number => table + open * lookupTable.stride;
  const clone = (flags: number): number[] => [number('clone'), flags, 0, 0, 0, 0];
  const CLONE_NEWUSER = 0x10000000;
  const others = Object.entries(linuxCalls).filter(([name]) => !ofThreads.includes(name));
  return {
    'allowed: open with a sealed record': [number('openat2'), directory, 'file', record(Open.read), 24],
    'open for writing with a sealed record': [
      number('openat2'),
      directory,
      'file',
      record(Open.readWrite),
      24,
    ],
    'open with a record of its own': [number('openat2'), directory, 'file', 'a record of twenty-four.', 24],
    'open by path': [number('openat'), -100, outside, 0, 0],
    fork: clone(17),
    'vfork with memory': clone(0x4111),
    'a thread in a namespace': clone(0x3d0f00 | CLONE_NEWUSER),
    'a process that shares memory': clone(0x100 | 17),
    'a thread without being one of the process': clone(0x3d0f00 & ~0x10000),
    ...Object.fromEntries(others.map(([name, call]) => [name, [call]])),
  };
}

/** Calls that start a thread, besides `clone` with the flags of a thread. */
const ofThreads = ['clone', 'clone3', 'epoll_create1', 'eventfd2', 'pipe2'];

if (!isMainThread) {
  const shared: Shared = workerData;
  attempts({ ...shared, directory: -1 });
  Atomics.store(shared.flags, 0, 1);
  Atomics.notify(shared.flags, 0);
  Atomics.wait(shared.flags, 1, 0);
  attempts(shared).forEach((result, index) => {
    shared.flags[3 + index] = result;
  });
  Atomics.store(shared.flags, 2, 1);
  Atomics.notify(shared.flags, 2);
} else {
  const [mode = '', path = '', outside = ''] = process.argv.slice(2);
  const directory = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  const flags = new Int32Array(new SharedArrayBuffer(4096));
  const shared: Shared = { flags, directory, outside, table: lookupTable.start };
  if (mode === 'worker' || mode === 'status') {
    const worker = new Worker(new URL(import.meta.url), { workerData: shared });
    worker.unref();
    // The worker starts by itself; its messages would need the event loop, these flags do not.
    while (Atomics.load(flags, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { native } = readThreadProgram();
  const inherited = [100, 101, 102, 103].filter((descriptor) => getFlags(descriptor) >= 0);
  const readOnly = { low: R.file_open | R.file_readdir | R.file_stat_get | R.fd_read, high: 0 };
  confine({
    descriptors: [
      { host: directory, type: Filetype.directory, base: readOnly, inheriting: readOnly, grant: 0 },
    ],
    keep: [1],
    accepted: [],
    ...(mode.startsWith('later') && { calls: new Set(['thread_create']) }),
  });
  let answer: unknown;
  switch (mode) {
    case 'worker':
      Atomics.store(flags, 1, 1);
      Atomics.notify(flags, 1);
      Atomics.wait(flags, 2, 0);
      answer = [...flags.subarray(3, 11)].map((result) => (result < 0 ? errnoName(-result) : 'succeeded'));
      break;
    case 'later':
    case 'later-status': {
      const calls = laterCalls(directory, outside, lookupTable.start);
      const data = { flags, calls: Object.values(calls), native };
      const later = new Worker(LATER, { eval: true, workerData: data, env: {}, stdout: true, stderr: true });
      later.unref();
      Atomics.wait(flags, 0, 0, 300_000);
      if (mode === 'later-status') {
        fs.writeSync(1, 'confined\n');
        Atomics.wait(flags, 1, 0, 300_000);
      }
      answer = Object.fromEntries(
        Object.keys(calls).map((name, index) => {
          const result = flags[16 + index] ?? 0;
          return [name, result < 0 ? errnoName(-result) : 'succeeded'];
        }),
      );
      break;
    }
    case 'status':
      fs.writeSync(1, 'confined\n');
      Atomics.wait(flags, 1, 0, 300_000);
      break;
    case 'int80':
      // 20 is getpid there: harmless, had it got through.
      answer = machineCall(20, 'int 0x80');
      break;
    case 'x32': {
      const X32 = 0x40000000;
      answer = [39, 2, 41, 57].map((number) => errnoName(-machineCall(number + X32, 'syscall')));
      break;
    }
    case 'inherited':
      answer = { inherited, left: inherited.filter((descriptor) => getFlags(descriptor) >= 0) };
      break;
  }
  fs.writeSync(1, JSON.stringify(answer ?? null));
  endProcess(0);
}
