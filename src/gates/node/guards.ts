import inspector from 'node:inspector';
import traceEvents from 'node:trace_events';

/** Something of Node's that needs what a program does not have. */
class GuardError extends Error {
  readonly code = 'ENOTCAPABLE';
}

function refusing(what: string, why: string): () => never {
  return () => {
    throw new GuardError(`ENOTCAPABLE: ${what} is not possible in capability mode: it needs ${why}`);
  };
}

/**
 * Lets parts of Node that would end the process for want of a thread throw instead. No wall: a program that goes
 * around it ends itself.
 */
export function installGuards(): void {
  Object.assign(inspector, { open: refusing('inspector.open()', 'a thread and a port') });
  Object.assign(traceEvents, { createTracing: refusing('createTracing()', 'a thread and a file') });
}
