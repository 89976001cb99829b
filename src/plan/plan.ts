import { ArgdataValueError } from '../argdata/errors.ts';
import type { Argdata } from '../argdata/value.ts';
import { Command, emptyCommand } from '../resources/command.ts';
import { Grants } from '../resources/grants.ts';
import type { Limits } from '../resources/limits.ts';
import { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import { toTree } from '../resources/tree.ts';
import { quote } from '../resources/written.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { namespacesFailure, procFailure } from '../worlds/probe.ts';
import type { Walls } from '../worlds/world.ts';
import { LinuxPlanner } from './linux/planner.ts';
import type { Plan, PlannedProgram, ProgramKind } from './plan-types.ts';
import { Planner } from './planner.ts';
import { readProgram } from './program.ts';
import { AdapterError, locateAdapter } from './wasm/adapter.ts';

export type {
  Enforcement,
  Grant,
  Limits,
  Plan,
  PlannedCommand,
  PlannedProgram,
  ProgramKind,
  Warning,
} from './plan-types.ts';
export { ProgramError, type ProgramErrorCode } from './program-error.ts';

/** How to plan. */
export type PlanOptions = {
  /** Limits on the process; where a `!command` has one too, the smaller one counts. */
  readonly limits?: Limits;
  /** Path of an adapter for a module that needs more than WASI (see `WasmAdapter`). */
  readonly adapter?: string;
  /** Packages with native addons that a program in TypeScript or JavaScript may load. */
  readonly addons?: readonly string[];
  /** Packages that such a program does without, as if they were not installed. */
  readonly without?: readonly string[];
  /** What will hold the program (see `LaunchOptions`): limits that these walls cannot hold are refused. `all` by default. */
  readonly walls?: Walls;
  /** Mechanisms that this host may lack; without namespaces, the walls are `landlock` by default. */
  readonly accept?: readonly Mechanism[];
};

/**
 * Checks everything and says what will be opened. Nothing is opened or started.
 *
 * @param program Path of the program.
 * @param argdata A tree of values with resources as leaves (plain objects are maps), a `command()`, or a document
 *   read by `readGrants`. Nothing at all grants nothing.
 * @throws ProgramError when the program cannot be run, LinkError when one in TypeScript cannot be linked.
 * @throws ConfigurationError with every mistake.
 *
 * @example
 * ```ts
 * plan('server.wasm', { listen: [socket({ bind: '127.0.0.1:8080' })], rootdir: file('site') });
 * ```
 */
export function plan(
  program: string,
  argdata: unknown = null,
  { limits = {}, adapter, addons = [], without = [], accept = [], ...chosen }: PlanOptions = {},
): Plan {
  const mistakes = new Mistakes();
  const planned = readProgram(program, { addons, without });
  const walls = chosen.walls ?? wallsHere(planned.kind, accept);
  if (planned.kind === 'node' && adapter !== undefined)
    throw new AdapterError('not_an_adapter', adapter, 'adapters are for WebAssembly modules');
  if (planned.kind !== 'node' && addons.length + without.length > 0)
    mistakes.add('Packages are for programs in TypeScript or JavaScript, and this is none', undefined);
  const content = contentOf(argdata, mistakes);
  if (planned.kind === 'linux')
    return planLinux(planned, program, content, { limits, adapter, walls }, mistakes);
  const planner = new Planner(
    planned,
    adapter === undefined ? undefined : locateAdapter(adapter),
    walls,
    mistakes,
  );
  return content instanceof Command
    ? planner.command(content.parts, program, limits)
    : planner.tree(content, limits);
}

/** Chooses what holds a program: where namespaces need not be there, they are tried out first. */
export function wallsHere(kind: ProgramKind, accept: readonly Mechanism[]): Walls {
  if (!accept.includes('namespaces') || kind === 'wasm') return 'all';
  const missing = namespacesFailure() ?? (kind === 'node' ? procFailure() : undefined);
  return missing === undefined ? 'all' : 'landlock';
}

function planLinux(
  planned: PlannedProgram,
  program: string,
  content: Argdata<Resource> | Command,
  options: { readonly limits: Limits; readonly adapter: string | undefined; readonly walls: Walls },
  mistakes: Mistakes,
): Plan {
  const { limits, adapter, walls } = options;
  const { position } = content instanceof Command ? content.parts : {};
  if (adapter !== undefined)
    mistakes.add(`An adapter is for WebAssembly modules, and ${quote(program)} is a Linux program`, position);
  // Nothing at all is a command that grants nothing; a mistake in the command has left nothing of it.
  const command = content === null ? emptyCommand() : content;
  if (command instanceof Command)
    return new LinuxPlanner(planned, command.parts, walls, mistakes).plan(program, limits);
  mistakes.add(
    `${quote(program)} is a Linux program, which knows nothing of argdata: grant with !command instead of a tree`,
    undefined,
  );
  mistakes.throwIfAny();
  throw new TypeError('A tree was planned for a Linux program');
}

function contentOf(argdata: unknown, mistakes: Mistakes): Argdata<Resource> | Command {
  if (argdata instanceof Command) return argdata;
  if (argdata instanceof Grants) {
    mistakes.addAll(argdata.mistakes);
    return argdata.content;
  }
  try {
    return toTree(argdata);
  } catch (error) {
    if (!(error instanceof ArgdataValueError)) throw error;
    mistakes.add(error.message, undefined);
    return null;
  }
}
