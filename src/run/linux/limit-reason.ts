import { constants } from 'node:os';
import type { ExitReason, RefusedLimit } from '../../process/exit-reason.ts';
import { SIGNAL_STATUS } from '../../process/exit-status.ts';
import type { Limits } from '../../resources/limits.ts';
import type { CgroupEvents } from './cgroups.ts';

/** A limit that ends programs, and the signal by which the host's kernel does it. */
export type EndingLimit = Required<Pick<Extract<ExitReason, { kind: 'limit' }>, 'limit' | 'signal'>>;

/**
 * The limit behind the end of a program; `undefined` when it was none. Other limits refuse something, and the program
 * goes on.
 *
 * @param status As a shell has it: 128 and the number of a signal, or the exit code. A shell in the program passes on in
 *   the same way what has ended a program of its own.
 */
export function limitBehind(
  status: number,
  { memory, cpuTime, fileSize }: Limits,
  events: CgroupEvents | undefined,
): EndingLimit | undefined {
  const by = (signal: NodeJS.Signals): boolean => status === SIGNAL_STATUS + constants.signals[signal];
  if (memory !== undefined && status !== 0 && (events?.killedForMemory ?? 0) > 0)
    return { limit: 'memory', signal: 'SIGKILL' };
  if (cpuTime !== undefined && by('SIGXCPU')) return { limit: 'cpu_time', signal: 'SIGXCPU' };
  if (fileSize !== undefined && by('SIGXFSZ')) return { limit: 'file_size', signal: 'SIGXFSZ' };
  return undefined;
}

/** Lists the refusals of limits to a program that has ended otherwise. */
export function refusedBy(events: CgroupEvents | undefined): readonly RefusedLimit[] {
  const { refusedProcesses = 0, killedForMemory = 0 } = events ?? {};
  return [
    ...(refusedProcesses > 0 ? [{ limit: 'processes', times: refusedProcesses } as const] : []),
    ...(killedForMemory > 0 ? [{ limit: 'memory', times: killedForMemory } as const] : []),
  ];
}
