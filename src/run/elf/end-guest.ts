import { writeSync } from 'node:fs';
import type { GuestExit } from '../../gates/elf/exit.ts';
import { STDERR } from '../../host/files/standard-streams.ts';
import { endProcess } from '../../host/processes/own-process.ts';
import { type Ending, endAs } from '../../process/ending.ts';
import { statusOfCode } from '../../process/exit-reason.ts';
import { ExitStatus } from '../../process/exit-status.ts';
import { report, usage } from '../../process/guest-report.ts';
import { printable } from '../../text/printable.ts';

/** Ends a supervisor as its executable has ended, or says why that was not started. */
export function endGuest(exit: GuestExit, ending: Ending): never {
  if (exit.kind === 'trapped' && ending.to === 'launcher') {
    report({ is: 'trapped', message: exit.message, usage: usage(), ...exit.place });
    return endProcess(ExitStatus.trapped);
  }
  if (exit.kind !== 'failed') return endAs(exit, ending);
  const { code, message } = exit;
  if (ending.to === 'launcher') report({ is: 'failed', code, message });
  else writeSync(STDERR, `${printable(`Cannot run ${ending.path}: ${message}`)}\n`);
  return endProcess(statusOfCode(code));
}
