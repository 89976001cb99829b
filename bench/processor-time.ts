import { NativeMemory } from '../src/host/memory.ts';
import { syscall } from '../src/host/syscall.ts';
import { callNumberOf } from '../src/linux/system-calls.ts';

const RUSAGE_CHILDREN = -1;
const RUSAGE_THREAD = 1;

/** Bytes of a `struct rusage`, and more. */
const usage = new NativeMemory(256);

/** Asks for processor time, that of the user and of the kernel together, in milliseconds (getrusage(2)). */
function ask(who: number): number {
  syscall(callNumberOf('getrusage'), who, usage.address);
  const time = (at: number): number =>
    Number(usage.view.getBigInt64(at, true)) * 1e3 + Number(usage.view.getBigInt64(at + 8, true)) / 1e3;
  return time(0) + time(16);
}

/** Returns the processor time of all children that have ended, with their own, in milliseconds. */
export function childrenTime(): number {
  return ask(RUSAGE_CHILDREN);
}

/** Returns the processor time of this thread in milliseconds. */
export function threadTime(): number {
  return ask(RUSAGE_THREAD);
}

/** Returns the processor time of this process and of all children that have ended, in milliseconds. */
export function allTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3 + childrenTime();
}
