import type { PlanOptions } from '../plan/plan.ts';
import type { Plan } from '../plan/plan-types.ts';
import { isNamedAsScript } from '../plan/script-name.ts';
import type { WaitingNode } from '../run/node/waiting.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { Walls } from '../worlds/world.ts';
import { asks } from './ask-options.ts';
import { type Option, type ParsedOptions, UsageError } from './options.ts';
import { printError } from './output.ts';
import { refusesConnections } from './refused-connections.ts';
import type { RunOptions, TraceFormat } from './run-options.ts';

/** Options of every command that runs a program. */
export const traceOptions: readonly Option[] = [
  {
    name: '--trace',
    help: 'Print each operation that was refused, with the change to the grants that would allow it.',
  },
  {
    name: '--trap',
    help: 'Stop a program in TypeScript or JavaScript, or an executable of CloudABI, at the first operation that\nis refused, and print it with its place and the descriptors of the program.',
  },
  { name: '--json', help: 'With --trace or --explain: print JSON, one object a line for --trace.' },
];

/** The option for a record of all that happens to a program. */
export const auditOption: Option = {
  name: '--audit',
  value: 'FILE|FD',
  help: 'Add records of the start, refusals, answers, changes and the end to FILE or to the open descriptor FD,\neach with the hash of the one before (cloudabi audit verify).',
};

/** Names JavaScript for modules that need more than WASI. */
export const adapterOption: Option = {
  name: '--adapter',
  value: 'FILE',
  help: 'Start the module with this JavaScript, which supplies its imports beyond WASI\n(docs/cli.md); it is confined like the module.',
};

/** Options for programs in TypeScript and JavaScript. */
export const addonOptions: readonly Option[] = [
  {
    name: '--addon',
    value: 'PACKAGE',
    repeat: true,
    help: 'Let a program in TypeScript or JavaScript load this package with its native addon;\nits code runs before the walls are up.',
  },
  {
    name: '--no-addon',
    value: 'PACKAGE',
    repeat: true,
    help: 'Leave a package out, as if it were not installed.',
  },
  {
    name: '--threads',
    help: 'Let a program in TypeScript or JavaScript start threads.',
  },
];

/** The packages that were named, and whether threads are granted, as options of a plan. */
export function addonsOf(given: ParsedOptions): {
  addons: readonly string[];
  without: readonly string[];
  threads: boolean;
} {
  return { addons: given.all('--addon'), without: given.all('--no-addon'), threads: given.has('--threads') };
}

/** The adapter that was named, as an option of a plan. */
export function adapterOf(given: ParsedOptions): { adapter?: string } {
  const adapter = given.get('--adapter');
  return adapter === undefined ? {} : { adapter };
}

/** Chooses the walls of a Linux program. */
export const wallsOption: Option = {
  name: '--walls',
  value: 'WALLS',
  help: "Hold a program for Linux, or in TypeScript or JavaScript, by 'all' walls (the default),\nor by 'landlock' and seccomp alone: no namespaces of its own.",
};

/** @throws UsageError for a name that is none. */
export function wallsOf(given: ParsedOptions): Walls | undefined {
  return wallsNamed(given.get(wallsOption.name));
}

/**
 * Reads the name of a set of walls.
 *
 * @throws UsageError for other texts.
 */
export function wallsNamed(walls: string | undefined): Walls | undefined {
  if (walls === undefined || walls === 'all' || walls === 'landlock') return walls;
  throw new UsageError(`${wallsOption.name} takes one of all, landlock, not '${walls}'`);
}

/** @throws UsageError for `--json` alone. */
export function traceOf(given: ParsedOptions): TraceFormat {
  const json = given.has('--json');
  if (json && !['--trace', '--explain', '--explain-calls'].some((name) => given.has(name))) {
    throw new UsageError('--json says how --trace or --explain prints, and neither is given');
  }
  if (!given.has('--trace')) return undefined;
  return json ? 'json' : 'lines';
}

/**
 * Starts the process of a program in TypeScript or JavaScript before its grants are known, so that Node starts
 * while we read the document, link and plan.
 *
 * @returns `undefined` where there is nothing to gain, or nothing could be started: `runPlan` then says why.
 */
export async function startEarly(
  program: string,
  given: ParsedOptions,
  accept: readonly Mechanism[],
): Promise<WaitingNode | undefined> {
  // One with a network is started when the rules are known.
  if (
    !isNamedAsScript(program) ||
    given.has('--net') ||
    given.has('--service') ||
    asks(given) ||
    given.has('--ask-file') ||
    given.has('--explain') ||
    given.has('--explain-calls') ||
    given.has('--print-grants')
  )
    return undefined;
  // Its walls and its world are only known when the plan is.
  if (wallsOf(given) === 'landlock' || accept.includes('namespaces') || given.all('--addon').length > 0)
    return undefined;
  const { startWaiting } = await import('../run/node/waiting.ts');
  try {
    return startWaiting();
  } catch {
    return undefined;
  }
}

/** Reads the options about walls that plans depend on. */
export function planWalls(
  given: ParsedOptions,
  accept: readonly Mechanism[],
): Pick<PlanOptions, 'walls' | 'accept'> {
  const walls = wallsOf(given);
  return { accept, ...(walls !== undefined && { walls }) };
}

/**
 * Runs a plan: in this process when nothing needs watching, else in a child.
 *
 * @returns The exit status; only if the program ran in a child.
 */
export async function runPlan(command: string, plan: Plan, options: RunOptions): Promise<number> {
  for (const { message, position, place } of plan.warnings) {
    const where = position === undefined ? place : `${position.file}:${position.line}:${position.column}`;
    printError(`${where === '' ? command : where}: Warning: ${message}`);
  }
  const { trace, trap } = options;
  if (trap && plan.kind !== 'node' && plan.kind !== 'elf')
    throw new UsageError(
      '--trap stops programs in TypeScript or JavaScript and executables of CloudABI, and this is none',
    );
  if (
    options.ask === undefined &&
    options.audit === undefined &&
    trace === undefined &&
    !trap &&
    plan.limits.wallClock === undefined &&
    !refusesConnections(plan)
  ) {
    const { inPlace } = await import('../run/in-place.ts');
    const become = await inPlace(plan, options);
    if (become !== undefined) return become();
  }
  const { watchPlan } = await import('./watch.ts');
  return watchPlan(command, plan, options);
}
