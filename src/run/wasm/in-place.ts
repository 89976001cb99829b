import { startWasm, type WasmAdapter } from '../../gates/wasm/start.ts';
import { STDERR } from '../../host/files/standard-streams.ts';
import { forgetEnvironment } from '../../host/processes/environment.ts';
import { resetSignal } from '../../host/processes/own-process.ts';
import type { WasmPlan } from '../../plan/plan-types.ts';
import { type Ending, endAs } from '../../process/ending.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import type { Mechanism } from '../../walls/confinement.ts';
import { openPlan } from '../open.ts';
import { isStandardError } from '../standard-error.ts';

/**
 * Makes this very process the program of a plan, which costs less than starting another, and ends it with the program's
 * exit status. A wall-clock limit has no effect, because no process is left to watch the clock, and refusals are not
 * reported: `launchPlan` does both.
 *
 * That the program trapped is printed only if standard error was granted, since nothing else stays open.
 *
 * @param adapter The adapter that `plan.adapter` names, loaded.
 * @throws ResourceError, ModuleError, MissingMechanismError: the program was not started and this process goes on.
 */
export function runInPlace(plan: WasmPlan, accept: readonly Mechanism[] = [], adapter?: WasmAdapter): never {
  const opened = openPlan(plan, { accept });
  const { descriptors } = opened;
  const { command, limits, program, encoded } = plan;
  const canPrint = descriptors.some(isStandardError);
  const ending: Ending = { to: 'terminal', canPrint, path: program.path };
  try {
    settle();
    forgetEnvironment();
    TERMINATING.forEach(resetSignal);
    const exit = startWasm({
      module: program.bytes,
      argdata: encoded,
      descriptors,
      ...(command !== undefined && { command }),
      ...(limits.memory !== undefined && { memoryLimit: limits.memory }),
      ...(adapter !== undefined && { adapter }),
      ...(limits.threads !== undefined && { threadLimit: limits.threads }),
      ending,
      keep: canPrint ? [STDERR] : [],
      accept,
    });
    return endAs(exit, ending);
  } catch (error) {
    opened.abandon();
    throw error;
  }
}
