// Runs in a child process: enters capability mode with a worker beside it and does what its first argument says.
// Further arguments: a granted directory, a path outside. Prints JSON.
import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { confine } from '../../src/gates/confinement.ts';
import { callNumberOf } from '../../src/host/architecture.ts';
import { errnoName } from '../../src/host/errno.ts';
import { getFlags } from '../../src/host/files.ts';
import { addressOf, functionAt } from '../../src/host/libc.ts';
import { lookupTable, Open, openBeneath } from '../../src/host/lookup.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { endProcess } from '../../src/host/process.ts';
import { syscall } from '../../src/host/syscall.ts';
import { R } from '../../src/kernel/rights.ts';

type Shared = {
  readonly flags: Int32Array;
  readonly directory: number;
  readonly outside: string;
  readonly table: number;
};

/** What a thread can do once the process is confined: one result per attempt. */
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
  const flags = new Int32Array(new SharedArrayBuffer(64));
  const shared: Shared = { flags, directory, outside, table: lookupTable.start };
  if (mode === 'worker' || mode === 'status') {
    const worker = new Worker(new URL(import.meta.url), { workerData: shared });
    worker.unref();
    // The worker starts by itself; its messages would need the event loop, these flags do not.
    while (Atomics.load(flags, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const inherited = [100, 101, 102, 103].filter((descriptor) => getFlags(descriptor) >= 0);
  const readOnly = { low: R.file_open | R.file_readdir | R.file_stat_get | R.fd_read, high: 0 };
  confine({
    descriptors: [
      { host: directory, type: Filetype.directory, base: readOnly, inheriting: readOnly, grant: 0 },
    ],
    keep: [1],
    accepted: [],
  });
  let answer: unknown;
  switch (mode) {
    case 'worker':
      Atomics.store(flags, 1, 1);
      Atomics.notify(flags, 1);
      Atomics.wait(flags, 2, 0);
      answer = [...flags.subarray(3, 11)].map((result) => (result < 0 ? errnoName(-result) : 'succeeded'));
      break;
    case 'status':
      fs.writeSync(1, 'confined\n');
      Atomics.wait(flags, 1, 0, 20_000);
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
