import { startExecutable } from '../../gates/elf/start.ts';
import { STDERR } from '../../host/files/standard-streams.ts';
import { forgetEnvironment } from '../../host/processes/environment.ts';
import { resetSignal } from '../../host/processes/own-process.ts';
import type { ElfPlan } from '../../plan/plan-types.ts';
import type { Ending } from '../../process/ending.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import type { Mechanism } from '../../walls/confinement.ts';
import { openPlan } from '../open.ts';
import { isStandardError } from '../standard-error.ts';
import { endGuest } from './end-guest.ts';
import { withNamespaces } from './with-namespaces.ts';

/**
 * Starts the executable of a plan, makes this very process its supervisor, and ends it with the program's exit status. As
 * for a module, a wall-clock limit has no effect and refusals are not reported.
 *
 * @param namespaces False to do without.
 * @throws ResourceError, ExecutableError, MissingMechanismError: the program was not started and this process goes on.
 */
export function becomeSupervisor(plan: ElfPlan, accept: readonly Mechanism[], namespaces: boolean): never {
  const opened = openPlan(plan, { accept });
  const { descriptors } = opened;
  const { limits, program, encoded } = plan;
  const canPrint = descriptors.some(isStandardError);
  const ending: Ending = { to: 'terminal', canPrint, path: program.path };
  try {
    settle();
    forgetEnvironment();
    TERMINATING.forEach(resetSignal);
    const exit = withNamespaces(namespaces, accept, (own) =>
      startExecutable({
        program: program.bytes,
        argdata: encoded,
        descriptors,
        ...(limits.memory !== undefined && { memoryLimit: limits.memory }),
        ...(limits.threads !== undefined && { threadLimit: limits.threads }),
        ...(limits.processes !== undefined && { processLimit: limits.processes }),
        keep: canPrint ? [STDERR] : [],
        accept,
        namespaces: own,
      }),
    );
    return endGuest(exit, ending);
  } catch (error) {
    opened.abandon();
    throw error;
  }
}
