import { writeSync } from 'node:fs';
import type { ResourceUsage } from './exit-reason.ts';
import type { Report } from './report.ts';
import { Inherited } from './start-file.ts';

/** Writes a report. The launcher reads them as they come; when it is gone, so is this process. */
export function report(message: Report): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(Inherited.report, bytes, at);
}

/** Counts the resources that this process has used so far. */
export function usage(): ResourceUsage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { maximumMemory: maxRSS * 1024, cpuTime: (userCPUTime + systemCPUTime) / 1000 };
}
