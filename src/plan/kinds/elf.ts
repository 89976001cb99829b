import { ExecutableError } from '../../gates/elf/executable-error.ts';
import { readGuestProgram } from '../../gates/elf/guest-program.ts';
import { Command } from '../../resources/command.ts';
import { quote } from '../../resources/written.ts';
import { processEnforcement } from '../enforcement.ts';
import { freezePlan } from '../freeze.ts';
import { describeHosts } from '../linux/explain-hosts.ts';
import type { PlanKind } from '../plan-kind.ts';
import { ProgramError } from '../program-error.ts';
import { ServedPlanner } from '../served-planner.ts';

/** CloudABI executables. */
export const elfKind: PlanKind<'elf'> = {
  title: 'CloudABI executable',
  plan(request) {
    const { program, adapter, content, shown, mistakes } = request;
    checkExecutable(program.bytes, shown);
    if (adapter !== undefined)
      mistakes.add(
        `An adapter is for WebAssembly modules, and ${quote(shown)} is a CloudABI executable`,
        undefined,
      );
    if (content instanceof Command)
      mistakes.add(
        `${quote(shown)} is a CloudABI executable, which has neither arguments nor standard streams: grant with a tree instead of !command`,
        content.parts.position,
      );
    mistakes.throwIfAny();
    const parts = new ServedPlanner(program, request).parts(request);
    const enforcement = processEnforcement(parts.limits, 'elf', request.walls, parts.network);
    return freezePlan({ kind: 'elf', program, ...parts, enforcement });
  },
  describe: ({ network }) => [...(network === undefined ? [] : describeHosts(network)), ''],
};

/** @throws ProgramError for a file that cannot be started. */
function checkExecutable(bytes: Uint8Array, shown: string): void {
  try {
    readGuestProgram(bytes);
  } catch (error) {
    if (!(error instanceof ExecutableError)) throw error;
    throw new ProgramError('not_a_program', `Cannot run ${quote(shown)}: ${error.message}`);
  }
}
