import type { Plan } from '../plan/plan-types.ts';
import { becomeWatcher, type HandOverOptions } from '../run/linux/hand-over.ts';
import type { StartedProgram } from '../run/linux/launch.ts';
import { debuggerAddress } from './debugger.ts';

/** The pauses between looks for the program, in milliseconds: at first, and at most. */
const FIRST_LOOK = 2;
const LONGEST_PAUSE = 1000;

/**
 * Tells whether a plan leaves this process nothing to do but wait: no terminal to relay, no ports to publish, no rules of
 * hosts to decide by, no keys to sign with, and no process that looks at this one itself.
 */
export function leavesNothingToDo(plan: Plan): boolean {
  if (plan.kind !== 'linux' || plan.linux.terminal || plan.linux.sshAgent !== undefined) return false;
  const { network } = plan.linux;
  if (network.mode === 'hosts' || (network.mode === 'loopback' && network.publish.length > 0)) return false;
  return (
    process.execArgv.length === 0 &&
    process.env['NODE_V8_COVERAGE'] === undefined &&
    debuggerAddress() === undefined
  );
}

/**
 * Becomes a watcher of a few kilobytes as soon as the program runs. Node has to say why one does not start.
 *
 * @param told The message to the watcher then; `undefined` when this process has something to do after all.
 * @returns Calls it off.
 */
export function letGoSoon(program: StartedProgram, told: () => HandOverOptions | undefined): () => void {
  let timer: NodeJS.Timeout;
  const look = (pause: number): void => {
    timer = setTimeout(() => {
      if (!program.watcher.isRunning) return look(Math.min(2 * pause, LONGEST_PAUSE));
      const options = told();
      if (options !== undefined) becomeWatcher(program, options);
    }, pause);
  };
  look(FIRST_LOOK);
  return () => clearTimeout(timer);
}
