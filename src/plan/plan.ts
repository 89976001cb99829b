import { ArgdataValueError } from '../argdata/errors.ts';
import type { Argdata } from '../argdata/value.ts';
import { Command, emptyCommand } from '../resources/command.ts';
import { Grants } from '../resources/grants.ts';
import type { Limits } from '../resources/limits.ts';
import { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import { toTree } from '../resources/tree.ts';
import { quote } from '../resources/written.ts';
import { LinuxPlanner } from './linux/planner.ts';
import type { Plan, PlannedProgram } from './plan-types.ts';
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
  { limits = {}, adapter, addons = [], without = [] }: PlanOptions = {},
): Plan {
  const mistakes = new Mistakes();
  const planned = readProgram(program, { addons, without });
  if (planned.kind === 'node' && adapter !== undefined)
    throw new AdapterError('not_an_adapter', adapter, 'adapters are for WebAssembly modules');
  if (planned.kind !== 'node' && addons.length + without.length > 0)
    mistakes.add('Packages are for programs in TypeScript or JavaScript, and this is none', undefined);
  const content = contentOf(argdata, mistakes);
  if (planned.kind === 'linux') return planLinux(planned, program, content, limits, adapter, mistakes);
  const planner = new Planner(planned, adapter === undefined ? undefined : locateAdapter(adapter), mistakes);
  return content instanceof Command
    ? planner.command(content.parts, program, limits)
    : planner.tree(content, limits);
}

function planLinux(
  planned: PlannedProgram,
  program: string,
  content: Argdata<Resource> | Command,
  limits: Limits,
  adapter: string | undefined,
  mistakes: Mistakes,
): Plan {
  const { position } = content instanceof Command ? content.parts : {};
  if (adapter !== undefined)
    mistakes.add(`An adapter is for WebAssembly modules, and ${quote(program)} is a Linux program`, position);
  // Nothing at all is a command that grants nothing; a mistake in the command has left nothing of it.
  const command = content === null ? emptyCommand() : content;
  if (command instanceof Command)
    return new LinuxPlanner(planned, command.parts, mistakes).plan(program, limits);
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
