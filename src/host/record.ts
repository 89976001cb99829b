import { type Architecture, architecture } from '../linux/architecture.ts';
import { type Address, addressOf, bind, functionAt } from './libc.ts';
import { NativeMemory } from './memory.ts';

/*
 * System calls for code that can store 64-bit integers, as WebAssembly can: one record of eight of them, the number of a
 * call, four arguments and its result, at a fixed address. That saves turning everything into doubles and back, as the
 * lists of machine-code.ts do, and the record may lie in the memory of a module.
 *
 * The sources are record.x64.S and record.arm64.S; a test assembles them and compares.
 */

/** Machine code, its entry points, and the places of two addresses: that of the record, and of clock_gettime(2). */
export type RecordCode = {
  readonly bytes: string;
  readonly call: number;
  readonly time: number;
  readonly recordAddresses: readonly number[];
  readonly functionAddress: number;
};

/** The machine code of each architecture. */
export const recordCodes: Readonly<Record<Architecture, RecordCode>> = {
  x64: {
    bytes:
      '49b88877665544332211498b00498b7808498b7010498b50184d8b50200f0549894028c349b88877665544332211498b' +
      '7808498b701048b89988776655443322ffe0',
    call: 0,
    time: 0x24,
    recordAddresses: [0x02, 0x26],
    functionAddress: 0x38,
  },
  arm64: {
    bytes:
      '89010058280140f9208540a9228d41a9010000d4201500f9c0035fd6a9000058ca000058208540a940011fd61f2003d5' +
      '88776655443322119988776655443322',
    call: 0,
    time: 0x1c,
    recordAddresses: [0x30],
    functionAddress: 0x38,
  },
};

/** Functions over a record. */
export type RecordCalls = {
  /** Makes the system call whose number and arguments stand in the record, and stores its result or `-errno` there. */
  readonly call: () => void;
  /** clock_gettime(2) of the C library, which enters the kernel for few clocks (vdso(7)), with the first two arguments. */
  readonly time: () => void;
};

/** Makes the functions over the record at an address, which must stay where it is as long as they are used. */
export function recordCalls(record: Address): RecordCalls {
  const code = recordCodes[architecture];
  const memory = new NativeMemory(code.bytes.length / 2);
  memory.bytes.set(Buffer.from(code.bytes, 'hex'));
  for (const at of code.recordAddresses) memory.view.setBigUint64(at, BigInt(record), true);
  memory.view.setBigUint64(code.functionAddress, BigInt(addressOfFunction('clock_gettime')), true);
  memory.makeExecutable();
  const call = functionAt(memory.at(code.call));
  const time = functionAt(memory.at(code.time));
  // From a module, a function of JavaScript that calls one of the host is called faster than that one itself.
  return {
    call: () => {
      call();
    },
    time: () => {
      time();
    },
  };
}

/** The address of a function of the C library (dlsym(3)). */
function addressOfFunction(name: string): number {
  const DEFAULT = 0;
  return bind('dlsym', 2)(DEFAULT, addressOf(Buffer.from(`${name}\0`)));
}
