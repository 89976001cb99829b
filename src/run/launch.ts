import { takeFiles } from '../plan/held.ts';
import { checkOptions } from '../plan/options.ts';
import { type PlanOptions, planOptionNames, planToLaunch } from '../plan/plan.ts';
import type { Plan, ProgramKind } from '../plan/plan-types.ts';
import { ControlResource } from '../process/control-resource.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { resourceOf } from '../process/process-resource.ts';
import { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import { launchElf } from './elf/launch.ts';
import { launchLinux } from './linux/launch.ts';
import { launchNode } from './node/launch.ts';
import type { WaitingNode } from './node/waiting.ts';
import { startProgramsWith } from './program-start.ts';
import { launchWasm } from './wasm/launch.ts';

/**
 * Starts a program with exactly the resources in its argdata. Any number may run at once.
 *
 * The process lives no longer than the thread that launched it: when that ends, so does the process.
 *
 * @param program Path of the program.
 * @param argdata A tree of values with resources as leaves, or a `command()`.
 * @throws ConfigurationError, ProgramError: nothing was opened.
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 *
 * @example
 * ```ts
 * await using hello = launch('hello.wasm', new Map([['output', fd('stdout')]]));
 * console.log(await hello.exited); // { kind: 'exited', code: 0, … }
 * ```
 */
export function launch(program: string, argdata: unknown, options: LaunchOptions = {}): Process {
  checkLaunchOptions('launch()', options);
  const {
    signal,
    terminal,
    onRefused,
    onRefusedConnection,
    onConnect,
    onQuestion,
    onOverlay,
    onPolicyChange,
    trap,
    ...planOptions
  } = options;
  const planned = planToLaunch(program, argdata, planOptions);
  try {
    return launchPlan(planned, options);
  } finally {
    takeFiles(planned).close();
  }
}

startProgramsWith(launch);

/** The names of the options of `launch()`: all of them, or this does not compile. */
const launchOptionNames: readonly string[] = [
  ...planOptionNames,
  ...Object.keys({
    signal: true,
    terminal: true,
    onRefused: true,
    onRefusedConnection: true,
    onRefusedAccess: true,
    onAccess: true,
    onConnect: true,
    onQuestion: true,
    onOverlay: true,
    onPolicyChange: true,
    trap: true,
  } satisfies Record<Exclude<keyof Required<LaunchOptions>, keyof PlanOptions>, true>),
];

function checkLaunchOptions(subject: string, options: LaunchOptions): void {
  const mistakes = new Mistakes();
  checkOptions(subject, options, launchOptionNames, mistakes);
  mistakes.throwIfAny();
}

/**
 * Carries out a plan. `options.limits` have no effect here: the plan has its own.
 *
 * @param waiting A process that waits to be a program in TypeScript or JavaScript; without it, one is started.
 * @throws ConfigurationError when there is no such option.
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 */
export function launchPlan(plan: Plan, options: LaunchOptions = {}, waiting?: WaitingNode): Process {
  checkLaunchOptions('launchPlan()', options);
  options.signal?.throwIfAborted();
  return launchKind(plan, options, waiting);
}

/** Starts a program of one kind. */
type Launcher<K extends ProgramKind> = (
  plan: Plan<K>,
  options: LaunchOptions,
  waiting: WaitingNode | undefined,
) => Process;

/**
 * The launch of each kind of program; `plan/kinds.ts` has their plans. A command loads the parts of a kind when it is
 * launched here (scripts/build.js).
 */
const launchers: { readonly [K in ProgramKind]: Launcher<K> } = {
  wasm: (plan, options) => launchWasm(plan, options),
  node: (plan, options, waiting) => launchNode(plan, options, waiting),
  elf: (plan, options) => launchElf(plan, options),
  linux: (plan, options) => launchLinux(plan, options),
};

function launchKind<K extends ProgramKind>(
  plan: Plan<K>,
  options: LaunchOptions,
  waiting: WaitingNode | undefined,
): Process {
  const launcher: Launcher<K> = launchers[plan.kind];
  return launcher(plan, options, waiting);
}

/** Options of a process that another program controls. */
export type ControlProcessOptions = {
  /** True if the process goes on when the other program has closed its descriptor, or has ended. By default it ends. */
  readonly daemon?: boolean;
};

/**
 * A process to be handed to another program, which controls it: waits for its end, sends signals and ends it
 * (`ControlledProcess` in TypeScript, `procdesc.h` in C). It ends with the last copy of the descriptor.
 */
export function processControl(process: Process, { daemon = false }: ControlProcessOptions = {}): Resource {
  return new ControlResource(process, { keeps: daemon ? 'launcher' : 'holders' });
}

/**
 * A process to be handed to another program, which can wait for its end (`poll` of CloudABI, event `proc_terminate`;
 * `ProcessDescriptor` in TypeScript) and can do nothing else to it. It must not have ended when the other program is launched.
 *
 * @throws TypeError for a value that `launch` has not returned.
 */
export function processDescriptor(process: Process): Resource {
  return resourceOf(process);
}
