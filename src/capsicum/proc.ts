import { readSync } from 'node:fs';
import type { CpuInfo } from 'node:os';

/** A file of /proc makes its contents anew when it is read from its start. */
function readAnew(descriptor: number): string {
  const buffer = Buffer.alloc(65536);
  let used = 0;
  while (used < buffer.length) {
    const got = readSync(descriptor, buffer, used, buffer.length - used, used);
    if (got === 0) break;
    used += got;
  }
  return buffer.toString('latin1', 0, used);
}

/** Memory that is available for new programs, in bytes, as `os.freemem()` counts it (proc_meminfo(5)). */
export function readAvailableMemory(descriptor: number): number {
  const kibibytes = /^MemAvailable:\s*(\d+)/m.exec(readAnew(descriptor))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/** Milliseconds of a clock tick (USER_HZ is 100 on both architectures). */
const TICK = 10;

/** The processors with their times as of now (proc_stat(5)); models and speeds are those that were known. */
export function readProcessors(known: readonly CpuInfo[], descriptor: number): CpuInfo[] {
  const lines = readAnew(descriptor).matchAll(/^cpu\d+ (\d+) (\d+) (\d+) (\d+) \d+ (\d+)/gm);
  return [...lines].map((line, index) => {
    const [user = 0, nice = 0, sys = 0, idle = 0, irq = 0] = line
      .slice(1)
      .map((ticks) => Number(ticks) * TICK);
    const { model = 'unknown', speed = 0 } = known[index] ?? {};
    return { model, speed, times: { user, nice, sys, idle, irq } };
  });
}
