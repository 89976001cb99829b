import { startWasm } from '../../gates/wasm/start.ts';
import { endProcess, resetSignal } from '../../host/processes/own-process.ts';
import { dieWithParent } from '../../host/processes/parent.ts';
import { loadAdapter } from '../../plan/wasm/adapter.ts';
import { type Ending, endAs } from '../../process/ending.ts';
import { ExitStatus } from '../../process/exit-status.ts';
import { report } from '../../process/guest-report.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import { Inherited, readStartFile } from '../../process/start-file.ts';
import { failToRun } from '../fail-to-run.ts';

/**
 * The whole life of a process that `launch` has started: reads its start, goes into capability mode, runs the
 * program, reports and ends.
 */
export async function guestProcess(): Promise<never> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    return failToRun(error);
  }
  return endProcess(status);
}

async function run(): Promise<number> {
  const { start, argdata, module } = readStartFile(Inherited.startFile);
  if (start.parent !== undefined && !dieWithParent(start.parent)) return ExitStatus.bug;
  const adapter = start.adapter === undefined ? undefined : await loadAdapter(start.adapter);
  settle();
  TERMINATING.forEach(resetSignal);
  const { command } = start;
  const ending: Ending = { to: 'launcher', trace: start.trace };
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
    ...(start.threadLimit !== undefined && { threadLimit: start.threadLimit }),
    ending,
    keep: [Inherited.report],
    accept: start.accept,
    ...(start.trace && { onRefused: (refusal) => report({ is: 'refused', refusal }) }),
  });
  return endAs(exit, ending);
}
