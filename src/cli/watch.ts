import { isTerminal } from '../host/files/terminal.ts';
import { connectionRefusalToJson } from '../network/refusal.ts';
import { isSupervised } from '../plan/linux/rule-checks.ts';
import { hasAddons } from '../plan/node/addons.ts';
import type { Plan } from '../plan/plan-types.ts';
import type { ExitReason } from '../process/exit-reason.ts';
import type { KeptOverlay } from '../process/kept-overlay.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { formatRefusal, formatStop, refusalToJson } from '../process/refusal.ts';
import { formatRefusedAccess, refusedAccessToJson } from '../process/refused-accesses.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { launchPlan } from '../run/launch.ts';
import { launchLinux, type StartedProgram } from '../run/linux/launch.ts';
import { launchNode } from '../run/node/launch.ts';
import { RefusalLog } from '../run/recorded/refusal-log.ts';
import { Registration } from '../run/recorded/registration.ts';
import { closeDebugger } from './debugger.ts';
import { holdsInput } from './held-terminals.ts';
import { leavesNothingToDo, letGoSoon } from './let-go.ts';
import { printError } from './output.ts';
import { RefusedConnections, refusesConnections } from './refused-connections.ts';
import type { RunOptions } from './run-options.ts';
import { type Told, tellEnd } from './tell-end.ts';

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

/** The time that a program may go on when its user's terminal is gone, in milliseconds. */
const LAST_WORDS = 2000;

/** Remedies of refusals that are kept for later. */
const MOST_REMEDIES = 100;

/** The signals by which libraries end a process that can start no thread. */
const GIVING_UP: readonly NodeJS.Signals[] = ['SIGABRT', 'SIGTRAP'];

/** Tells whether an addon may have ended a program for want of a thread. */
function neededThreads(plan: Plan, reason: ExitReason): boolean {
  const addons = plan.kind === 'node' && !plan.program.threads && hasAddons(plan.program);
  return addons && reason.kind === 'signaled' && GIVING_UP.includes(reason.signal);
}

/** Runs a plan in a child and watches over it: its time, its refusals, and signals meant for it. */
export async function watchPlan(
  command: string,
  plan: Plan,
  { accept, trace, trap, walls, observer, onConnect, waiting, ask, audit: target, document }: RunOptions,
): Promise<number> {
  const connections = refusesConnections(plan) ? new RefusedConnections(command, plan, trace) : undefined;
  const refusals = connections && new RefusalLog();
  const audit =
    target === undefined ? undefined : (await import('./audit.ts')).openAudit(command, plan, target);
  const asking =
    ask &&
    new (await import('./ask.ts')).Asking(command, plan, ask, (question, word) =>
      audit?.answered(question, word),
    );
  // A chain of filters has one listener: where rules are answered, their supervisor tells what it refuses.
  const uses =
    plan.kind === 'linux' && trace !== undefined && !isSupervised(plan.linux)
      ? new (await import('./refused-uses.ts')).RefusedUses(plan, trace)
      : undefined;
  const observing = observer ?? uses?.observer;
  const others = new Set<string>();
  const print = trace === 'json' ? refusalToJson : formatRefusal;
  const kept: KeptOverlay[] = [];
  let stopped = false;
  const options: LaunchOptions = {
    accept,
    ...(walls !== undefined && { walls }),
    // The program's terminal begins as the user's is.
    terminal: { like: 0 },
    trap,
    ...(onConnect && { onConnect }),
    ...(audit && {
      onRefused: (refusal) => audit.refused(refusalToJson(refusal)),
      onRefusedAccess: (access) => audit.refused(refusedAccessToJson(access, asking !== undefined)),
    }),
    ...(trace !== undefined && {
      onRefused: (refusal) => {
        audit?.refused(refusalToJson(refusal));
        stopped = trap;
        if (others.size < MOST_REMEDIES) others.add(refusal.remedy);
        printError(print(refusal));
      },
      onRefusedAccess: (access) => {
        audit?.refused(refusedAccessToJson(access, asking !== undefined));
        printError(
          trace === 'json'
            ? refusedAccessToJson(access, asking !== undefined)
            : formatRefusedAccess(access, asking !== undefined),
        );
      },
    }),
    ...(asking && { onQuestion: asking.onQuestion }),
    ...(audit && { onPolicyChange: (change) => audit.changedPolicy(change) }),
    onOverlay: (overlay) => kept.push(overlay),
    ...(connections && {
      onRefusedConnection: (refusal) => {
        connections.add(refusal);
        refusals?.add(refusal);
        audit?.refused(connectionRefusalToJson(refusal));
      },
    }),
    ...(trap &&
      trace !== 'json' && {
        onRefused: (refusal) => {
          audit?.refused(refusalToJson(refusal));
          stopped = true;
          printError(formatStop(refusal, plan));
        },
      }),
  };
  const registration = new Registration(command, plan);
  await closeDebugger(plan);
  const hadTerminal = isTerminal(0);
  let forwarded = false;
  // A launch that fails leaves the listeners without a program.
  let started: Process | undefined;
  let grace: NodeJS.Timeout | undefined;
  // From before there is a child: a signal that comes while it starts is heard by the event loop afterwards.
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      forwarded = true;
      started?.signal(signal);
      // No user is left to end a program that ignores the news.
      if (signal === 'SIGHUP' && hadTerminal && !isTerminal(0))
        grace ??= setTimeout(() => started?.kill(), LAST_WORDS);
    });
  }
  const resources = plan.kind === 'linux' ? plan.linux.resources : [];
  const told: Told = { command, path: plan.program.path, resources };
  // The global object `performance` loads much that is not needed.
  const begin = process.uptime();
  let stay = (): void => undefined;
  const letGo = (program: StartedProgram): void => {
    stay = letGoSoon(program, () => {
      const { wallClock } = plan.limits;
      return grace !== undefined
        ? undefined
        : {
            ...told,
            limits: plan.limits,
            signals: FORWARDED,
            forwarded,
            timeLeft: wallClock && wallClock - (process.uptime() - begin) * 1000,
            entry: registration.write(program.started.process.pid),
            grace: hadTerminal ? LAST_WORDS : undefined,
          };
    });
  };
  const start = (): Process =>
    observing !== undefined && plan.kind === 'linux'
      ? launchLinux(plan, options, undefined, observing)
      : asking !== undefined || audit !== undefined || trace !== undefined || trap || !leavesNothingToDo(plan)
        ? launchPlan(plan, options, waiting)
        : plan.kind === 'linux'
          ? launchLinux(plan, options, letGo)
          : launchNode(plan, options, waiting, letGo);
  let child: Process;
  try {
    child = start();
  } catch (error) {
    await uses?.end();
    audit?.ended({ kind: 'failed', code: 'cannot_start', message: reasonOf(error) });
    throw error;
  }
  started = child;
  audit?.begin(() => child.kill());
  const { terminal } = child;
  const session =
    terminal && new (await import('./terminal-session.ts')).TerminalSession(terminal, !holdsInput(plan));
  asking?.begin(child, session);
  registration.serveSoon({
    program: child,
    refusals,
    board: asking?.board,
    onChange: audit && ((action, rules) => audit.changed(action, rules)),
  });
  const reason = await child.exited;
  registration.end();
  audit?.ended(reason);
  stay();
  clearTimeout(grace);
  await uses?.end();
  await session?.end();
  const status = tellEnd({ ...told, place: trap && !stopped }, reason, forwarded);
  connections?.tell();
  const refused = { uses: uses?.refused ?? [], connections: connections?.refused ?? [], others: [...others] };
  if (refused.uses.length + refused.connections.length + refused.others.length > 0) {
    const { keepRefusals } = await import('./last-refusals.ts');
    keepRefusals({ program: plan.program.path, document, ...refused });
  }
  await asking?.end(child, reason.kind === 'exited' && !forwarded);
  if (kept.length > 0) (await import('./kept-changes.ts')).tellKept(kept);
  if (neededThreads(plan, reason))
    printError(`${plan.program.path}: an addon that starts threads needs --threads`);
  return status;
}
