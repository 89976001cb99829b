import type { Plan } from '../plan/plan-types.ts';
import type { Limits } from '../resources/limits.ts';
import type { ExitReason } from './exit-reason.ts';
import type { LastWord } from './report-stream.ts';

/** The signals that mean that V8 has got no more memory. */
const OUT_OF_MEMORY: ReadonlySet<NodeJS.Signals> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV']);

/**
 * Finds the reason for the end of a Node process.
 *
 * @param ended The end as the host's kernel reports it.
 * @param last The last report of the process itself: it knows all bits of its exit code, and why it could not start.
 */
export function reasonReported(
  { program, limits }: { readonly program: Pick<Plan['program'], 'kind'>; readonly limits: Limits },
  ended: Extract<ExitReason, { kind: 'exited' | 'signaled' }>,
  last: LastWord | undefined,
): ExitReason {
  const { usage = last === undefined || last.is === 'failed' ? undefined : last.usage } = ended;
  const used = usage === undefined ? {} : { usage };
  if (ended.kind === 'signaled') {
    const limited = program.kind === 'node' && limits.memory !== undefined;
    return limited && OUT_OF_MEMORY.has(ended.signal) ? { kind: 'limit', limit: 'memory', ...used } : ended;
  }
  switch (last?.is) {
    case 'failed':
      if (last.code === 'memory_limit') return { kind: 'limit', limit: 'memory' };
      return { kind: 'failed', code: last.code, message: last.message };
    case 'trapped':
      return {
        kind: 'trapped',
        message: last.message,
        ...used,
        ...(last.stack && { stack: last.stack }),
        ...(last.registers && { registers: last.registers }),
      };
    case 'exited':
      return {
        kind: 'exited',
        code: last.code,
        ...(last.message !== undefined && { message: last.message }),
        ...used,
      };
    default:
      return {
        kind: 'failed',
        code: 'lost',
        message: `The process ended with status ${ended.code} and without a word`,
      };
  }
}
