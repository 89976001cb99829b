import type { ExitReason } from '../process/exit-reason.ts';

/** The end of a program whose grant says that it ends with a service. */
export function serviceLost(service: string): ExitReason {
  return {
    kind: 'failed',
    code: 'service_lost',
    message: `Service '${service}' has ended, and its grant says that the program ends with it`,
  };
}
