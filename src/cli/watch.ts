import { isTerminal } from '../host/files/terminal.ts';
import type { Plan } from '../plan/plan-types.ts';
import { describeExit, exitStatusOf } from '../process/exit-reason.ts';
import type { LaunchOptions } from '../process/options.ts';
import { formatRefusal, formatStop, refusalToJson } from '../process/refusal.ts';
import { launchPlan } from '../run/launch.ts';
import { closeDebugger } from './debugger.ts';
import { limitWords } from './limit-words.ts';
import { printError } from './output.ts';
import type { RunOptions } from './run-options.ts';

/** Signals that are meant for the program. */
const FORWARDED = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
] as const;

/** How long a program may go on when its user's terminal is gone, in milliseconds. */
const LAST_WORDS = 2000;

/** Runs a plan in a child and watches over it: its time, what it is refused, and signals meant for it. */
export async function watchPlan(
  command: string,
  plan: Plan,
  { accept, trace, trap, walls, waiting }: RunOptions,
): Promise<number> {
  const print = trace === 'json' ? refusalToJson : formatRefusal;
  const options: LaunchOptions = {
    accept,
    ...(walls !== undefined && { walls }),
    // The program's terminal begins as the user's is.
    terminal: { like: 0 },
    trap,
    ...(trace !== undefined && { onRefused: (refusal) => printError(print(refusal)) }),
    ...(trap && trace !== 'json' && { onRefused: (refusal) => printError(formatStop(refusal, plan)) }),
  };
  await closeDebugger(plan);
  const hadTerminal = isTerminal(0);
  let forwarded = false;
  let grace: NodeJS.Timeout | undefined;
  // From before there is a child: a signal that comes while it starts is heard by the event loop afterwards.
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      forwarded = true;
      child.signal(signal);
      // Nobody is left who could end a program that ignores the news.
      if (signal === 'SIGHUP' && hadTerminal && !isTerminal(0))
        grace ??= setTimeout(() => child.kill(), LAST_WORDS);
    });
  }
  const child = launchPlan(plan, options, waiting);
  const { terminal } = child;
  const session = terminal && new (await import('./terminal-session.ts')).TerminalSession(terminal);
  const reason = await child.exited;
  clearTimeout(grace);
  await session?.end();
  // The sender of a signal knows why the program has ended, as does the user of `| head -1`.
  const expected =
    reason.kind === 'exited' || (reason.kind === 'signaled' && (forwarded || reason.signal === 'SIGPIPE'));
  if (reason.kind === 'exited' && reason.message !== undefined) printError(reason.message);
  if (reason.kind === 'failed') printError(`${command}: ${reason.message}`);
  else if (!expected) {
    const text = describeExit(reason);
    printError(`${plan.program.path} ${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  }
  for (const words of limitWords(plan, reason)) printError(`${plan.program.path}: ${words}`);
  return exitStatusOf(reason);
}
