import type { ExitReason } from '../process/exit-reason.ts';

/** The end of a program whose network has ended. */
export const networkLost: ExitReason = {
  kind: 'failed',
  code: 'network_lost',
  message: 'The process that carries the connections of the program has ended',
};
