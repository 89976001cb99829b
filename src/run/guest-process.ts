import { writeSync } from 'node:fs';
import { startWasm } from '../gates/wasm/start.ts';
import { dieWithParent } from '../host/parent.ts';
import { endProcess, resetSignal } from '../host/process.ts';
import { loadAdapter } from './adapter.ts';
import { codeOf } from './errors.ts';
import { ExitStatus } from './exit-status.ts';
import { settle, TERMINATING } from './process-state.ts';
import type { Report } from './report.ts';
import { Inherited, readStartFile } from './start-file.ts';

/**
 * The whole life of a process that `launch` has started: reads what it is to do, goes into capability mode, runs the
 * program, reports and ends.
 */
export async function guestProcess(): Promise<never> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    const code = codeOf(error);
    const message =
      error instanceof Error ? (code === undefined ? error.stack : error.message) : String(error);
    report({ is: 'failed', code: code ?? 'bug', message: message ?? '' });
    status = ExitStatus.bug;
  }
  return endProcess(status);
}

async function run(): Promise<number> {
  const { start, argdata, module } = readStartFile(Inherited.startFile);
  if (!dieWithParent(start.parent)) return ExitStatus.bug;
  const adapter = start.adapter === undefined ? undefined : await loadAdapter(start.adapter);
  settle();
  TERMINATING.forEach(resetSignal);
  const { command } = start;
  const exit = startWasm({
    module,
    argdata,
    descriptors: start.descriptors.map((descriptor, index) => ({
      ...descriptor,
      host: Inherited.first + index,
    })),
    ...(command !== undefined && {
      command: {
        arguments: command.arguments,
        environment: new Map(command.environment),
        preopens: new Map(command.preopens),
      },
    }),
    ...(start.memoryLimit !== undefined && { memoryLimit: start.memoryLimit }),
    ...(adapter !== undefined && { adapter }),
    keep: [Inherited.report],
    accept: start.accept,
    ...(start.trace && { onRefused: (refusal) => report({ is: 'refused', refusal }) }),
  });
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { maximumMemory: maxRSS * 1024, cpuTime: (userCPUTime + systemCPUTime) / 1000 };
  if (exit.kind === 'trapped') {
    report({ is: 'trapped', message: exit.message, usage });
    return ExitStatus.trapped;
  }
  report({ is: 'exited', code: exit.code, usage });
  return exit.code;
}

/** Writes a report. The launcher reads them as they come; when it is gone, so is this process. */
function report(message: Report): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(Inherited.report, bytes, at);
}
