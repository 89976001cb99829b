import { fstat } from 'node:fs';
import { isBuiltin } from 'node:module';
import os from 'node:os';
import { guardContexts, guardTransports, withholdAddons } from '../../gates/node/guards.ts';
import { type Linked, unpackLinked } from '../../gates/node/linked.ts';
import { keepMemoryUsage } from '../../gates/node/memory-usage.ts';
import { Modules } from '../../gates/node/module-objects.ts';
import { loadAddons, requireFor } from '../../gates/node/modules.ts';
import { lookUpByResolver } from '../../gates/node/names.ts';
import type { RefusedCall } from '../../gates/node/refusals.ts';
import { compileLinked, type Later, PROGRAM_DIRECTORY, scriptName } from '../../gates/node/script.ts';
import { installTraces } from '../../gates/node/source-maps.ts';
import { type CallWatch, raiseWalls } from '../../gates/node/walls.ts';
import { limitOwnMemory } from '../../host/processes/memory-limit.ts';
import { hasRing } from '../../host/ring.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import { type KernelRefusal, useful } from '../../kernel/new-process.ts';
import type { PlannedCommand } from '../../plan/plan-types.ts';
import { ExitStatus } from '../../process/exit-status.ts';
import { EXTRA_AUTHORITIES } from '../../process/start-file.ts';
import { valueFrom } from '../../program/argdata.ts';
import * as programModule from '../../program/index.ts';
import { declaredProgram, Program } from '../../program/program.ts';
import { ProgramWorld } from '../../program/program-world.ts';
import { ArgumentError } from '../../program/standard.ts';
import * as servicesModule from '../../services/client/for-programs.ts';
import type { Mechanism } from '../../walls/confinement.ts';
import { type LastWords, type OnExit, takeOverExit } from './exit.ts';

/** The start of a program in TypeScript or JavaScript. */
export type NodeStart = {
  /** Absolute path of the program's file, for messages. */
  readonly path: string;
  /** The linked program in one piece. */
  readonly linked: Uint8Array;
  /** Encoded argdata; its descriptors are indexes into `descriptors`. */
  readonly argdata: Uint8Array;
  /** The process's descriptors; the number of each is its index. They belong to the process from now on. */
  readonly descriptors: readonly Descriptor[];
  /** For programs that expect a UNIX world; descriptors 0, 1 and 2 must be the host's 0, 1 and 2. */
  readonly command: PlannedCommand | undefined;
  /** Host descriptors that stay open besides. */
  readonly keep: readonly number[];
  /** Bytes of memory it may have beyond what Node has at its start; without it, no limit. */
  readonly memoryLimit: number | undefined;
  readonly accept: readonly Mechanism[];
  /** True when it may start threads. */
  readonly threads: boolean;
  /** True when its network leads to hosts, so that Node may connect. */
  readonly hasNetwork: boolean;
  /** True when its C library asks services. */
  readonly asksServices: boolean;
  /** The number of the descriptor that stands for it. */
  readonly network: number | undefined;
  /** The names of services, with the numbers of the channels to them. */
  readonly services: readonly (readonly [number: number, name: string])[];
  /** The numbers of the descriptors that control processes. */
  readonly processes: readonly number[];
  /** The numbers of the descriptors that are servers' ends of channels. */
  readonly served: readonly number[];
  /** Hears of refusals of the program's objects. */
  readonly onRefused?: (refusal: KernelRefusal) => void;
  /** Hears of refusals of the host, as the program's system calls. */
  readonly onRefusedCall?: (refused: RefusedCall) => void;
  /** Threads other than the first stop for ever at a refusal. */
  readonly hold?: boolean;
  /** True when standard error was granted; without it, `onExit` gets the text that would be printed there. */
  readonly canPrint: boolean;
  readonly onExit?: OnExit;
};

/**
 * Makes this process one for a program in TypeScript or JavaScript: everything the program needs is there before the
 * walls go up, and its first line runs behind them.
 *
 * @returns Runs the program. Its errors end the process, as any uncaught error in Node.
 * @throws LinkError, MissingMechanismError: nothing of the program has run.
 */
export async function startNode(start: NodeStart): Promise<() => void> {
  const linked = unpackLinked(start.linked);
  const { header } = linked;
  const modules = new Map<string, unknown>([
    ['cloudabi/program', programModule],
    ['cloudabi/services', servicesModule],
    ...loadAddons(header.path, header.addons),
  ]);
  const world = new ProgramWorld(
    start.descriptors,
    start.onRefused,
    start.network,
    new Map(start.services),
    new Set(start.processes),
    new Set(start.served),
  );
  const value =
    start.command === undefined ? valueFrom(start.argdata, world) : directories(start.command, world);
  settleProcess(header.name, start.command);
  const words = takeOverExit(start.canPrint, start.onExit);
  withholdAddons();
  guardTransports();
  if (!start.threads) guardContexts();
  installTraces(scriptName(linked), linked.map);
  await warmUp();
  if (start.hasNetwork) {
    lookUpByResolver();
    // Node reads authorities when it needs the first, and could not read them behind the walls.
    if (process.env[EXTRA_AUTHORITIES] !== undefined) (await import('node:tls')).createSecureContext();
  }
  const watch = await watchFor(start);
  if (start.memoryLimit !== undefined) limitOwnMemory(start.memoryLimit);
  raiseWalls({
    descriptors: start.descriptors.map(useful),
    keep: [...start.keep, keepMemoryUsage()],
    accepted: start.accept,
    threads: start.threads,
    network: start.hasNetwork,
    asksServices: start.asksServices,
    serves: start.served.length > 0,
    channels: start.services.length + start.processes.length + start.served.length > 0,
    watch,
  });
  return () => void run(start, linked, modules, value, words);
}

async function watchFor({ onRefusedCall, hold = false }: NodeStart): Promise<CallWatch | undefined> {
  if (onRefusedCall === undefined && !hasRing()) return undefined;
  const { watchCalls, watchRings } = await import('../../gates/node/refusals.ts');
  return onRefusedCall === undefined ? watchRings() : watchCalls(onRefusedCall, hold);
}

async function run(
  { command, path }: NodeStart,
  linked: Linked,
  modules: ReadonlyMap<string, unknown>,
  value: unknown,
  { say, evaluated }: LastWords,
): Promise<void> {
  const { header } = linked;
  const objects = new Modules(PROGRAM_DIRECTORY, header.name);
  let exported: object = {};
  let later: Later = () => undefined;
  // V8 sees nothing of the program before: neither its text nor its cached code.
  await compileLinked(linked)({
    require: requireFor(header, modules, objects, (name) => later(name)),
    setLater: (find) => {
      later = find;
    },
    module: (name) => objects.make(name),
    main: (exports) => {
      exported = exports;
    },
    meta: {
      url: `file://${PROGRAM_DIRECTORY}/${header.name}`,
      filename: `${PROGRAM_DIRECTORY}/${header.name}`,
      dirname: PROGRAM_DIRECTORY,
      resolve: resolver(header.name),
    },
  });
  evaluated();
  try {
    await programOf(exported, header.name, command !== undefined)?.run(value);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    for (const line of error.message.split('\n')) say(`${path}: ${line}`);
    process.exit(ExitStatus.configuration);
  }
}

/** Makes `import.meta.resolve`: it finds modules of Node, and paths. */
function resolver(name: string): (specifier: string) => string {
  return (specifier) => {
    if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
    if (/^\.{0,2}\//.test(specifier) || URL.canParse(specifier))
      return new URL(specifier, `file://${PROGRAM_DIRECTORY}/${name}`).href;
    throw Object.assign(
      new Error(`Cannot find package '${specifier}': it was linked before the program started`),
      {
        code: 'ERR_MODULE_NOT_FOUND',
      },
    );
  };
}

/** The directories of a UNIX world, by the names under which they were granted. */
function directories(
  { preopens }: PlannedCommand,
  world: ProgramWorld,
): Record<string, programModule.Granted> {
  return Object.fromEntries(
    [...preopens].map(([number, name]) => [
      name,
      new programModule.Directory({ world, number, label: name }),
    ]),
  );
}

/** Finds the program that the file declares, or its default export if that is a function. */
function programOf(exported: object, name: string, isCommand: boolean): Program | undefined {
  const main: unknown = 'default' in exported ? exported.default : undefined;
  if (main instanceof Program) return main;
  const declared = declaredProgram();
  if (declared !== undefined) return declared;
  if (typeof main === 'function') {
    return new Program(async (argdata) => {
      await Reflect.apply(main, undefined, [argdata]);
    });
  }
  if (isCommand) return undefined;
  throw new ArgumentError([
    {
      message: `'${name}' neither calls program() nor has a function as its default export, so that nothing takes it`,
    },
  ]);
}

/** Sets the values that Node has taken from its parent process. */
function settleProcess(name: string, command: PlannedCommand | undefined): void {
  process.argv = ['node', `${PROGRAM_DIRECTORY}/${name}`, ...(command?.arguments.slice(1) ?? [])];
  process.execArgv = [];
  // Packages name it in logs; the host's own name was not granted.
  os.hostname = (): string => 'localhost';
  // Without it, dates would follow the host's clock setting, which was not granted.
  process.env['TZ'] = command?.environment.get('TZ') ?? 'UTC';
  for (const [variable, value] of command?.environment ?? []) process.env[variable] = value;
}

/** Lets Node load the files that it would read later, and start the threads that it starts only once. */
async function warmUp(): Promise<void> {
  void new Error('warm-up').stack;
  new Date().getTimezoneOffset();
  await new Promise<void>((resolve) => {
    fstat(0, () => resolve());
  });
}
