import { startExecutable } from '../../gates/elf/start.ts';
import { endProcess, resetSignal } from '../../host/processes/own-process.ts';
import { dieWithParent } from '../../host/processes/parent.ts';
import type { Ending } from '../../process/ending.ts';
import { ExitStatus } from '../../process/exit-status.ts';
import { report } from '../../process/guest-report.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import { Inherited, readStartFile } from '../../process/start-file.ts';
import { failToRun } from '../fail-to-run.ts';
import { endGuest } from './end-guest.ts';
import { withNamespaces } from './with-namespaces.ts';

/**
 * The whole life of the supervisor of a CloudABI executable that `launch` has started: reads its start, starts the executable,
 * goes into capability mode, answers its calls, reports and ends.
 */
export async function supervisorProcess(): Promise<never> {
  let status: number;
  try {
    status = run();
  } catch (error) {
    return failToRun(error);
  }
  return endProcess(status);
}

function run(): number {
  const { start, argdata, module } = readStartFile(Inherited.startFile);
  if (start.parent !== undefined && !dieWithParent(start.parent)) return ExitStatus.bug;
  settle();
  TERMINATING.forEach(resetSignal);
  const ending: Ending = { to: 'launcher', trace: start.trace };
  const exit = withNamespaces(start.namespaces, start.accept, (own) =>
    startExecutable({
      program: module,
      argdata,
      descriptors: start.descriptors.map((descriptor, index) => ({
        ...descriptor,
        host: Inherited.first + index,
      })),
      ...(start.memoryLimit !== undefined && { memoryLimit: start.memoryLimit }),
      ...(start.threadLimit !== undefined && { threadLimit: start.threadLimit }),
      ...(start.processLimit !== undefined && { processLimit: start.processLimit }),
      keep: [Inherited.report],
      accept: start.accept,
      namespaces: own,
      traps: start.trap,
      ...(start.trace && { onRefused: (refusal) => report({ is: 'refused', refusal }) }),
    }),
  );
  return endGuest(exit, ending);
}
