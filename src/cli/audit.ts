import type { Plan } from '../plan/plan-types.ts';
import { ProgramAudit } from '../run/recorded/program-audit.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';

/**
 * Opens the audit stream of a command.
 *
 * @param target A path, or the number of a descriptor.
 * @throws UsageError when it cannot be written, or the program could change it.
 */
export function openAudit(command: string, plan: Plan, target: string): ProgramAudit {
  const number = /^\d+$/.test(target) ? Number(target) : undefined;
  try {
    return new ProgramAudit(command, plan, number ?? target, (reason) =>
      printError(`${command}: The program is ended, since its audit stream cannot be written: ${reason}`),
    );
  } catch (error) {
    throw new UsageError(`--audit ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
