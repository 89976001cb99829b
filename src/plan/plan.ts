import { resolve } from 'node:path';
import { ArgdataValueError } from '../argdata/errors.ts';
import type { Argdata } from '../argdata/value.ts';
import { Command } from '../resources/command.ts';
import { Grants } from '../resources/grants.ts';
import { HeldFiles } from '../resources/held-files.ts';
import type { Limits } from '../resources/limits.ts';
import { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import { toTree } from '../resources/tree.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import type { Walls } from '../worlds/world.ts';
import { type ChildPlan, keepChildPlans } from './child-plans.ts';
import { checkChildren, childrenIn, placesOfChildren, placesOfModules } from './child-programs.ts';
import { keepFiles } from './held.ts';
import { planKinds } from './kinds.ts';
import { addonFolders } from './node/addons.ts';
import { checkOptions } from './options.ts';
import type { PlanKind, PlanRequest } from './plan-kind.ts';
import type { Plan, ProgramKind } from './plan-types.ts';
import { readProgram } from './program.ts';
import { checkServicePrograms, placesOfServices, servicesIn } from './service-programs.ts';
import { SteeringCheck } from './steering/overlaps.ts';
import { wallsHere } from './walls-here.ts';

export type {
  Enforcement,
  Grant,
  Limits,
  LinuxPlan,
  NodePlan,
  Plan,
  PlannedCommand,
  PlannedProgram,
  ProgramKind,
  Warning,
  WasmPlan,
} from './plan-types.ts';

import { requireProc } from '../host/around.ts';

export { ProgramError, type ProgramErrorCode } from './program-error.ts';

/** Options for planning. */
export type PlanOptions = {
  /** Limits on the process; where a `!command` has one too, the smaller one counts. */
  readonly limits?: Limits;
  /** Path of an adapter for a module that needs more than WASI (see `WasmAdapter`). */
  readonly adapter?: string;
  /** Packages with native addons that a program in TypeScript or JavaScript may load. */
  readonly addons?: readonly string[];
  /** Packages that such a program does without, as if they were not installed. */
  readonly without?: readonly string[];
  /** True if such a program may start threads (`worker_threads`, and those of addons); false by default. */
  readonly threads?: boolean;
  /**
   * The walls that will hold the program (see `LaunchOptions`): limits that these walls cannot hold are refused. `all`
   * by default.
   */
  readonly walls?: Walls;
  /** Mechanisms that this host may lack; without namespaces, the walls are `landlock` by default. */
  readonly accept?: readonly Mechanism[];
  /** Absolute paths of documents that grants are read from: no program may change them for its next start. */
  readonly documents?: readonly string[];
};

/** The names of the options of `plan()`: all of them, or this does not compile. */
export const planOptionNames: readonly string[] = Object.keys({
  limits: true,
  adapter: true,
  addons: true,
  without: true,
  threads: true,
  walls: true,
  accept: true,
  documents: true,
} satisfies Record<keyof Required<PlanOptions>, true>);

/**
 * Checks everything and lists what will be opened. Nothing stays open and nothing is started.
 *
 * @param program Path of the program.
 * @param argdata A tree of values with resources as leaves (plain objects are maps), a `command()`, or a document
 *   read by `readGrants`. Nothing at all grants nothing.
 * @throws ProgramError when the program cannot be run, LinkError when one in TypeScript cannot be linked,
 *   MissingMechanismError when nothing on this host confines the linker, HindranceError where there is no /proc.
 * @throws ConfigurationError with every mistake.
 *
 * @example
 * ```ts
 * plan('server.wasm', { listen: [socket({ bind: '127.0.0.1:8080' })], rootdir: file('site') });
 * ```
 */
export function plan(program: string, argdata: unknown = null, options: PlanOptions = {}): Plan {
  const files = new HeldFiles();
  try {
    return makePlan(program, argdata, options, files);
  } finally {
    files.close();
  }
}

/**
 * The same for a plan that is carried out at once: its lookups are held until then (held.ts).
 *
 * @param files Files that have been looked up already. They are closed if there is no plan.
 */
export function planToLaunch(
  program: string,
  argdata: unknown = null,
  options: PlanOptions = {},
  files: HeldFiles = new HeldFiles(),
): Plan {
  try {
    const made = makePlan(program, argdata, options, files);
    keepFiles(made, files);
    return made;
  } catch (error) {
    files.close();
    throw error;
  }
}

function makePlan(program: string, argdata: unknown, options: PlanOptions, files: HeldFiles): Plan {
  requireProc();
  const mistakes = new Mistakes();
  checkOptions('plan()', options, planOptionNames, mistakes);
  mistakes.throwIfAny();
  const { limits = {}, adapter, addons = [], without = [], threads = false } = options;
  const { accept = [], documents = [], ...chosen } = options;
  const planned = readProgram(program, { addons, without, threads, accept });
  const walls = chosen.walls ?? wallsHere(planned.kind, accept);
  if (planned.kind !== 'node' && addons.length + without.length > 0)
    mistakes.add('Packages are for programs in TypeScript or JavaScript, and this is none', undefined);
  if (planned.kind !== 'node' && threads)
    mistakes.add('Threads are granted to programs in TypeScript or JavaScript, and this is none', undefined);
  const content = contentOf(argdata, mistakes);
  const services = servicesIn(content);
  const started: ChildPlan[] = [];
  const planChild = (from: string, path: string, grants: unknown): void => {
    started.push({ from, plan: plan(path, grants, { accept }) });
  };
  checkServicePrograms(services, planChild, mistakes);
  const children = childrenIn(content);
  checkChildren(children, planChild, mistakes);
  const places = [
    ...placesOfServices(services),
    ...placesOfChildren(children),
    ...placesOfModules(started),
    ...documents.map((path) => ({ path, what: 'the document of its grants' })),
    ...sourcesOf(content).map((path) => ({ path, what: 'a file of its grants' })),
    ...(adapter === undefined ? [] : [{ path: resolve(adapter), what: 'its adapter' }]),
    // Without a world of its own, the code of an addon is not confined while it is loaded.
    ...(planned.kind === 'node' && walls === 'landlock'
      ? addonFolders(planned).packages.map((path) => ({ path, what: 'its native addons' }))
      : []),
  ];
  const check = new SteeringCheck(places, files);
  const made = planOf(planned, { shown: program, content, limits, adapter, walls, files, check, mistakes });
  keepChildPlans(made, started);
  return made;
}

function planOf<K extends ProgramKind>(
  program: Plan<K>['program'] & { readonly kind: K },
  request: Omit<PlanRequest<K>, 'program'>,
): Plan<K> {
  const kind: PlanKind<K> = planKinds[program.kind];
  return kind.plan({ ...request, program });
}

function sourcesOf(content: Argdata<Resource> | Command): readonly string[] {
  return content instanceof Command ? content.parts.sources : [];
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
