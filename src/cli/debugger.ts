import { fstatSync, readdirSync } from 'node:fs';
import { close, url } from 'node:inspector';
import { setImmediate } from 'node:timers/promises';
import type { Plan } from '../plan/plan-types.ts';
import { UsageError } from './options.ts';

/**
 * Finds the address of Node's debugger; `undefined` when it does not listen. A process without sockets of its own need not ask: Node
 * loads much to answer.
 */
export function debuggerAddress(): string | undefined {
  return hasSockets() ? url() : undefined;
}

function hasSockets(): boolean {
  try {
    return readdirSync('/proc/self/fd').some(isSocket);
  } catch {
    return true;
  }
}

function isSocket(descriptor: string): boolean {
  try {
    // Node has opened the standard streams before anything else.
    return Number(descriptor) > 2 && fstatSync(Number(descriptor)).isSocket();
  } catch {
    // The descriptor of the list itself is gone by now.
    return false;
  }
}

/** Turns of the event loop in a row in which it has stayed closed. */
const QUIET = 5;

/**
 * Closes Node's debugger, which listens on the host's loopback and lets any local client control this process: a
 * SIGUSR1 that came before our first line has opened it. The user's own wish to debug this command is respected where
 * the program cannot reach it.
 *
 * @throws UsageError when the user wants it and the program would have the host's network.
 */
export async function closeDebugger(plan: Plan): Promise<void> {
  const address = debuggerAddress();
  if (address === undefined) return;
  const wanted = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) =>
    /--inspect(?:-brk|-wait)?(?:[=\s]|$)/.test(text),
  );
  if (!wanted) {
    // One signal asks for it in several ways, some of which the event loop has still to hear of.
    for (let quiet = 0; quiet < QUIET; quiet++) {
      if (url() !== undefined) quiet = 0;
      close();
      await setImmediate();
    }
  } else if (plan.kind === 'linux' && plan.linux.network.mode === 'host')
    throw new UsageError(
      `Node's debugger listens at ${address}, where a program with the host's network could control this process; start without --inspect`,
    );
}
