import type { ProgramEnd } from '../services/program/process-end.ts';
import type { ExitReason } from './exit-reason.ts';

/** Says how a program has ended to its holders. They learn nothing of its grants, which messages are about. */
export function programEndOf(reason: ExitReason): ProgramEnd {
  switch (reason.kind) {
    case 'exited':
      return { kind: 'exited', code: reason.code };
    case 'signaled':
      return { kind: 'signal', name: reason.signal };
    case 'limit':
      return { kind: 'ended', reason: `limit ${reason.limit}` };
    case 'failed':
      return { kind: 'ended', reason: reason.code };
    default:
      return { kind: 'ended', reason: reason.kind };
  }
}
