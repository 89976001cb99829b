import { statSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { hostPath } from '../../host/files/host-path.ts';
import { isSameFile } from '../../host/files/regular-file.ts';
import { readLink } from '../../host/files/trace.ts';
import type { CommandParts } from '../../resources/command.ts';
import { oneOf } from '../../resources/fields.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import { type Limits, smallestLimits } from '../../resources/limits.ts';
import type { Base, LinuxParts } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { grantIn, spell, spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { didYouMean } from '../../text/suggest.ts';
import { type CallGroup, callGroups, isCallGroup } from '../../worlds/call-groups.ts';
import { landlockHoldsFiles, landlockReach } from '../../worlds/wall.ts';
import type { Walls } from '../../worlds/world.ts';
import { freezePlan } from '../freeze.ts';
import type { Grant, LinuxPlan, LinuxProgram, Warning } from '../plan-types.ts';
import { ProgramError } from '../program-error.ts';
import { checkSlots, type Slot } from '../slots.ts';
import type { SteeringCheck } from '../steering/overlaps.ts';
import { refuseSteering } from '../steering/refusals.ts';
import { devices, hostsFiles, madeUp, networkFiles, privateTmp, ROOT_LINKS, systemFiles } from './base.ts';
import { chainOf, type ProgramChain } from './chain.ts';
import { coreWarning } from './core-dumps.ts';
import { coverBase } from './cover.ts';
import { descriptorLimits, processLimits } from './enforcement.ts';
import { DEFAULT_PATH } from './find-program.ts';
import { GrantedEntries } from './granted-entries.ts';
import { putSockets } from './granted-sockets.ts';
import { holdLimits } from './limits.ts';
import { withoutNamespaces } from './lone.ts';
import { machineEntries } from './machine-entries.ts';
import { descriptorProblem } from './mounts.ts';
import { checkNetwork } from './network-checks.ts';
import { type Withheld, withPins } from './pins.ts';
import type { PlannedEntry, Reason } from './planned.ts';
import { grantedPaths, putProgram, ungrantedOf } from './program-files.ts';
import { callersPath, pathInside } from './search-path.ts';
import { socketProblem } from './sockets.ts';
import { withheldSteering } from './steering.ts';
import { PlannedTree } from './tree.ts';
import { type Ungranted, UngrantedError } from './ungranted-error.ts';

/** Without a word about it, a program has itself and its libraries. */
export const DEFAULT_BASE: Base = 'minimal';

/**
 * The description of a standard stream that was not granted: as nothing, but without errors that programs do not
 * expect.
 */
const NOTHING = 'Nothing: /dev/null';

/** The process id that a program has in its own process namespace, where its init is the first. */
const OWN_PID = '2';

/** CloudABI's rights say nothing about the rights of a Linux program. */
const NO_NAMES: Grant['rights'] = { base: [], inheriting: [] };

const streams = ['stdin', 'stdout', 'stderr'] as const;

/** Makes the plan of one Linux program: its files, its descriptors, and its walls. */
export class LinuxPlanner {
  readonly #program: LinuxProgram;
  readonly #parts: CommandParts;
  readonly #linux: LinuxParts;
  readonly #walls: Walls;
  readonly #base: Base;
  readonly #network: NetworkGrant;
  readonly #files: HeldFiles;
  readonly #mistakes: Mistakes;
  readonly #warnings: Warning[] = [];
  readonly #tree = new PlannedTree();
  /** The parts of writable directories that are not writable. */
  readonly #withheld: Withheld[] = [];

  /** @param shown The program as it was written. */
  constructor(
    program: LinuxProgram,
    parts: CommandParts,
    walls: Walls,
    files: HeldFiles,
    mistakes: Mistakes,
  ) {
    this.#files = files;
    this.#program = program;
    this.#parts = parts;
    this.#walls = walls;
    this.#linux = parts.linux;
    this.#base = parts.linux.base ?? DEFAULT_BASE;
    this.#network = parts.linux.network ?? { mode: 'none' };
    this.#mistakes = mistakes;
  }

  /** @throws ConfigurationError with every mistake; ProgramError when the program cannot be run. */
  plan(shown: string, asked: Limits, check: SteeringCheck): LinuxPlan {
    const parts = this.#parts;
    const environment = new Map(parts.environment);
    const libraryPath = (environment.get('LD_LIBRARY_PATH') ?? '')
      .split(/[:;]/)
      .filter((path) => path !== '');
    const searched = new Map(environment);
    // The program that a script has env look for is the one that its caller would have started.
    if (this.#base !== 'none' && !searched.has('PATH')) searched.set('PATH', callersPath());
    const chain = chainOf(this.#program.path, shown, { environment: searched, libraryPath });
    const [first] = chain.links;
    if (first === undefined || !isSameFile(first.file, this.#program))
      throw new ProgramError(
        'not_a_program',
        `Cannot run ${quote(shown)}: it was replaced while it was read`,
      );

    const limits = smallestLimits(parts.limits, asked);
    this.#putBase(limits);
    new GrantedEntries(parts, {
      program: this.#program,
      walls: this.#walls,
      tree: this.#tree,
      withheld: this.#withheld,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
    }).put();
    putSockets(parts, { walls: this.#walls, tree: this.#tree, mistakes: this.#mistakes });
    this.#coverBase(limits);
    const ungranted = this.#putProgram(chain, environment);
    this.#putRootLinks();
    const path = this.#path(chain);
    if (path !== undefined && !environment.has('PATH')) environment.set('PATH', path);
    const context = { parts, walls: this.#walls, check, mistakes: this.#mistakes };
    this.#withheld.push(...withheldSteering(this.#tree, context));

    const calls = this.#calls();
    const landlock = landlockHoldsFiles({ walls: this.#walls, calls });
    const slots = this.#slots();
    const { grants, checked } = checkSlots(slots, {
      program: this.#program,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
      enforcement: (found, resource) =>
        descriptorLimits(found, {
          resource,
          seesProcesses: this.#seesProcesses(),
          entries: this.#tree.entries(),
          files: this.#files,
          landlock,
        }),
      nothing: NOTHING,
    });
    refuseSteering(slots, checked, check, this.#mistakes, 'a descriptor');
    const held = {
      network: this.#network,
      walls: this.#walls,
      scopes: landlockReach().scopes,
      spelling: parts.spelling,
    };
    for (const [index, { resource, place }] of slots.entries()) {
      const found = checked[index];
      const problem =
        found &&
        (descriptorProblem(resource, found, place, parts.spelling) ?? socketProblem(resource, place, held));
      if (problem !== undefined) this.#mistakes.add(problem, resource?.position, place);
    }
    this.#addToEnvironment(environment);
    if (limits.threads !== undefined)
      this.#mistakes.add(
        "Limit 'threads' is for WebAssembly programs; 'processes' counts the threads of a Linux program, too",
        parts.limitsGiven.get('threads'),
      );
    const bounds = holdLimits(limits, parts, this.#mistakes);
    const workingDirectory = this.#workingDirectory();
    checkNetwork(parts, {
      walls: this.#walls,
      calls,
      slots,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
    });
    const crashes = coreWarning();
    if (crashes !== undefined) this.#warn(crashes);
    const entries = this.#entries(limits.memory);
    this.#mistakes.throwIfAny();
    if (ungranted.length > 0) throw new UngrantedError(shown, ungranted, parts.spelling);
    return freezePlan({
      kind: 'linux',
      program: this.#program,
      grants: grants.map((grant) => ({ ...grant, rights: NO_NAMES })),
      command: {
        arguments: [...this.#argumentsBefore(chain, shown, workingDirectory), ...parts.arguments],
        environment,
      },
      linux: {
        walls: this.#walls,
        base: this.#base,
        image: chain.image,
        imageFile: chain.imageFile,
        entries,
        workingDirectory,
        network: this.#network,
        calls,
        terminal: this.#linux.terminal,
        listenFds: this.#linux.listenFds ? this.#linux.descriptors.size : undefined,
        resources: bounds.resources,
        cpus: limits.cpus,
        cgroups: bounds.cgroups,
      },
      limits,
      enforcement: [
        ...processLimits({ network: this.#network, walls: this.#walls, calls }),
        ...bounds.enforcement,
      ],
      warnings: this.#warnings,
      spelling: parts.spelling,
    });
  }

  #putBase(limits: Limits): void {
    const { tmp, dev, proc, terminal } = this.#linux;
    const system = this.#base === 'system';
    if (system) for (const entry of [...systemFiles(), ...madeUp()]) this.#tree.put(entry);
    if (system && this.#network.mode === 'host') for (const entry of networkFiles()) this.#tree.put(entry);
    if (this.#network.mode === 'hosts') for (const entry of hostsFiles()) this.#tree.put(entry);
    if (dev ?? system) for (const entry of devices(terminal)) this.#tree.put(entry);
    if (tmp !== false && (tmp !== undefined || system))
      this.#tree.put(privateTmp(typeof tmp === 'number' ? tmp : undefined));
    const show = proc ?? (system ? 'system' : 'none');
    if (show === 'none') return;
    const machine = machineEntries(show, { limits, network: this.#network });
    for (const entry of machine) this.#tree.put(entry);
  }

  /** With the whole of the host, it has devices and processes of its own in the place of the host's. */
  #coverBase(limits: Limits): void {
    const { dev, proc, terminal } = this.#linux;
    const show = proc ?? 'system';
    const machine = { limits, network: this.#network };
    coverBase(this.#tree, {
      devices: () => (dev === false ? undefined : devices(terminal)),
      processes: () => (show === 'none' ? undefined : machineEntries(show, machine)),
    });
  }

  /** Tells whether it finds its descriptors by name, so that it can open pipes again. */
  #seesProcesses(): boolean {
    return this.#walls === 'landlock' || this.#tree.find('/proc') !== undefined;
  }

  /** All that it sees. Without namespaces these are files of the host, and Landlock makes no exceptions. */
  #entries(memory: number | undefined): PlannedEntry[] {
    const sized = this.#tree.entries().map((entry) => sizedBy(memory, entry));
    const entries = withPins(sized, this.#withheld);
    if (this.#walls === 'all') return entries;
    const { kept, problems, warnings } = withoutNamespaces(entries, this.#files);
    for (const { message, position, why } of warnings) this.#warnings.push({ message, position, place: why });
    for (const { message, position, why } of problems) this.#mistakes.add(message, position, why);
    return kept;
  }

  /**
   * The name a program is called by is the one that was written, unless that leads elsewhere from where it starts; a
   * script's interpreter gets its path.
   */
  #argumentsBefore(
    { arguments: before }: ProgramChain,
    shown: string,
    workingDirectory: string,
  ): readonly string[] {
    if (before.length > 1) return before;
    const relative = shown.includes('/') && !shown.startsWith('/');
    return [relative && workingDirectory !== process.cwd() ? this.#program.path : shown];
  }

  /** The PATH of a program that is given none; `undefined` for none. */
  #path({ searches }: ProgramChain): string | undefined {
    if (this.#base === 'system') return pathInside(this.#tree, DEFAULT_PATH);
    return this.#base === 'minimal' && searches ? pathInside(this.#tree, '') : undefined;
  }

  /** @returns The files that the program needs and that have to be granted. */
  #putProgram(chain: ProgramChain, environment: Map<string, string>): readonly Ungranted[] {
    const { directories, linux } = this.#parts;
    const granted = grantedPaths(directories.values(), linux.files.values(), this.#files);
    const { path } = this.#program;
    if (this.#base === 'none') {
      this.#checkInterpreter(chain);
      return ungrantedOf(chain, path, this.#tree, granted);
    }
    const { ungranted, warnings } = putProgram(chain, path, this.#tree, granted, environment);
    for (const warning of warnings) this.#warn(warning);
    return ungranted;
  }

  /** `/bin` and the like, where the host has links into something that is granted. */
  #putRootLinks(): void {
    if (this.#base === 'none') return;
    for (const link of ROOT_LINKS) {
      if (this.#tree.find(link) !== undefined) continue;
      const target = readLink(link);
      if (target !== undefined && target !== '' && this.#tree.find(posix.resolve('/', target)) !== undefined)
        this.#tree.put({ kind: 'symlink', at: link, target, ...becauseOf('library') });
    }
  }

  /** Without a base, the loader of the program is only there if it was granted. */
  #checkInterpreter({ interpreter }: ProgramChain): void {
    if (interpreter === undefined || this.#tree.find(interpreter) !== undefined) return;
    this.#mistakes.add(
      `${quote(basename(this.#program.path))} needs the loader ${quote(interpreter)}, which nothing grants; use '${spellSetting('base', 'minimal', this.#parts.spelling)}', or grant it`,
      this.#linux.given.get('base'),
    );
  }

  #slots(): Slot[] {
    const slots: Slot[] = streams.map((place, descriptor) => ({
      descriptor,
      place,
      resource: this.#parts[place],
    }));
    for (const [descriptor, resource] of this.#linux.descriptors)
      slots.push({ descriptor, place: `descriptors[${descriptor}]`, resource });
    return slots;
  }

  #addToEnvironment(environment: Map<string, string>): void {
    const { listenFds, terminal, descriptors, given } = this.#linux;
    if (terminal)
      for (const name of ['TERM', 'COLORTERM']) {
        const value = process.env[name];
        if (value !== undefined && !environment.has(name)) environment.set(name, value);
      }
    if (!listenFds) return;
    const numbers = [...descriptors.keys()];
    if (numbers.length === 0 || numbers.some((number, index) => number !== index + 3))
      this.#mistakes.add(
        `With '${spell('listen_fds', this.#parts.spelling)}' the descriptors are numbered from 3 without a gap, not ${numbers.join(', ') || 'none'}`,
        given.get('listen_fds'),
      );
    environment.set('LISTEN_FDS', `${numbers.length}`);
    environment.set('LISTEN_PID', OWN_PID);
  }

  #workingDirectory(): string {
    const { workingDirectory, given } = this.#linux;
    if (workingDirectory === undefined) return this.#tree.hasPlace(process.cwd()) ? process.cwd() : '/';
    const place = this.#tree.find(workingDirectory);
    if (place === undefined)
      this.#mistakes.add(
        `The program does not see the working directory ${quote(workingDirectory)}; ${grantIn('directories', this.#parts.spelling)}`,
        given.get('working_directory'),
      );
    else if (place.host !== undefined && !isDirectory(place.host, this.#files))
      this.#mistakes.add(
        `The working directory ${quote(workingDirectory)} is not a directory`,
        given.get('working_directory'),
      );
    return workingDirectory;
  }

  #calls(): CallGroup[] {
    const names = Object.keys(callGroups);
    return this.#linux.systemCalls.flatMap((name) => {
      if (isCallGroup(name)) return name;
      this.#mistakes.add(
        `Unknown group of system calls ${quote(name)}, expected ${oneOf(names)}${didYouMean(name, names)}`,
        this.#linux.given.get('system_calls'),
      );
      return [];
    });
  }

  #warn(message: string): void {
    this.#warnings.push({ message, position: undefined, place: '' });
  }
}

/** Files in memory are memory, which resource limits do not count: no directory of them takes more than all may have. */
function sizedBy(memory: number | undefined, entry: PlannedEntry): PlannedEntry {
  if (memory === undefined || entry.kind !== 'tmpfs' || entry.size !== undefined) return entry;
  return { ...entry, size: memory };
}

function isDirectory(path: string, files: HeldFiles): boolean {
  const held = files.held(path);
  if (held !== undefined) return held.stats.isDirectory();
  return statSync(hostPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function becauseOf(why: string): Reason {
  return { why, position: undefined };
}
