import { endProcess } from '../host/processes/own-process.ts';
import { codeOf } from '../plan/errors.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { report } from '../process/guest-report.ts';

/** Reports to the launcher why this process, which it has started, cannot run its program, and ends. */
export function failToRun(error: unknown): never {
  const code = codeOf(error);
  const message = error instanceof Error ? (code === undefined ? error.stack : error.message) : String(error);
  report({ is: 'failed', code: code ?? 'bug', message: message ?? '' });
  return endProcess(ExitStatus.bug);
}
