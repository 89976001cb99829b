import { basename } from 'node:path';
import { isSameFile } from '../../host/files/regular-file.ts';
import type { AgentGrant } from '../../resources/agent-grant.ts';
import type { CommandParts } from '../../resources/command.ts';
import { oneOf } from '../../resources/fields.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import { type Limits, smallestLimits } from '../../resources/limits.ts';
import type { Base, LinuxParts } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { spell, spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { didYouMean } from '../../text/suggest.ts';
import { type CallGroup, callGroups, isCallGroup } from '../../worlds/call-groups.ts';
import { landlockHoldsFiles, landlockReach } from '../../worlds/landlock-domain.ts';
import type { PlacedName, Walls } from '../../worlds/world.ts';
import { freezePlan } from '../freeze.ts';
import { refuseLinks } from '../links.ts';
import type { Grant, LinuxPlan, LinuxProgram, Warning } from '../plan-types.ts';
import { ProgramError } from '../program-error.ts';
import { checkSlots, type GrantSlot } from '../slots.ts';
import type { SteeringCheck } from '../steering/overlaps.ts';
import { refuseSteering } from '../steering/refusals.ts';
import { chainOf, type ProgramChain } from './chain.ts';
import { coreWarning } from './core-dumps.ts';
import { descriptorLimits, processLimits } from './enforcement.ts';
import { approveFiles } from './executables/approve.ts';
import type { PlannedExecutables } from './executables/approved-file.ts';
import { DEFAULT_PATH } from './find-program.ts';
import { GrantedEntries } from './granted-entries.ts';
import { checkServices, networkWithNames } from './granted-services.ts';
import { placesInSettings, putSettings } from './granted-settings.ts';
import { putSockets } from './granted-sockets.ts';
import { homeInside, withHome } from './home.ts';
import { type Identity, ownIdentity } from './identity.ts';
import { holdLimits } from './limits.ts';
import { withoutNamespaces } from './lone.ts';
import { descriptorProblem } from './mounts.ts';
import type { NamedDirectory } from './name-rules.ts';
import { narrowDescriptors } from './narrow-descriptors.ts';
import { checkNetwork } from './network-checks.ts';
import { checkChangesLimit, hideState } from './overlays.ts';
import { type Withheld, withPins } from './pins.ts';
import type { LeftOut, PlannedEntry } from './planned.ts';
import { grantedPaths, putProgram, ungrantedOf } from './program-files.ts';
import { planPromises } from './promises.ts';
import { coverWithOwn, putBase, putRootLinks } from './put-base.ts';
import { checkRules } from './rule-checks.ts';
import { planCallRules, planRules } from './rules.ts';
import { callersPath, pathInside } from './search-path.ts';
import { socketProblem } from './sockets.ts';
import { addToEnvironment, argumentsBefore, workingDirectoryOf } from './start-values.ts';
import { withheldSteering } from './steering.ts';
import { PlannedTree } from './tree.ts';
import { type Ungranted, UngrantedError } from './ungranted-error.ts';
import { shownUserOf, userOf } from './user.ts';

/** Without a word about it, a program has itself and its libraries. */
export const DEFAULT_BASE: Base = 'minimal';

/**
 * The description of a standard stream that was not granted: as nothing, but without errors that programs do not
 * expect.
 */
const NOTHING = 'Nothing: /dev/null';

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
  readonly #leftOut: LeftOut[] = [];
  /** The directories of which not all names are found. */
  readonly #named: NamedDirectory[] = [];

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
    this.#network = networkWithNames(parts.linux, walls);
    this.#mistakes = mistakes;
  }

  /** @throws ConfigurationError with every mistake; ProgramError when the program cannot be run. */
  plan(shown: string, asked: Limits, check: SteeringCheck): LinuxPlan {
    const user = this.#user();
    const home = homeInside(user?.home);
    const shownUser = this.#shownUser();
    const identity = user ?? shownUser ?? ownIdentity(this.#linux.home === undefined ? undefined : home);
    const context = { walls: this.#walls, tree: this.#tree, mistakes: this.#mistakes, user };
    const parts = withHome(this.#parts, home, context);
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
    const base = { base: this.#base, linux: this.#linux, network: this.#network, limits, identity };
    putBase(this.#tree, base);
    new GrantedEntries(parts, {
      program: this.#program,
      walls: this.#walls,
      tree: this.#tree,
      withheld: this.#withheld,
      user,
      leftOut: this.#leftOut,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
      named: this.#named,
    }).put();
    putSockets(parts, { walls: this.#walls, tree: this.#tree, mistakes: this.#mistakes });
    checkServices(parts, {
      walls: this.#walls,
      network: this.#network,
      tree: this.#tree,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
    });
    hideState(this.#tree, this.#files, this.#mistakes);
    coverWithOwn(this.#tree, base);
    putSettings(parts, {
      walls: this.#walls,
      network: this.#network,
      tree: this.#tree,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
    });
    const ungranted = this.#putProgram(chain, parts, environment);
    if (this.#base !== 'none') putRootLinks(this.#tree);
    const path = this.#path(chain);
    if (path !== undefined && !environment.has('PATH')) environment.set('PATH', path);
    this.#withheld.push(...withheldSteering(this.#tree, { ...context, parts, check }));

    const calls = this.#calls();
    const promises = parts.linux.promise && planPromises(parts, { calls, chain, mistakes: this.#mistakes });
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
    refuseLinks(slots, this.#mistakes, 'a Linux program');
    const narrow = narrowDescriptors(slots, checked, {
      landlock,
      calls,
      unixSockets: this.#linux.sshAgent !== undefined || this.#linux.sockets.size > 0,
      mistakes: this.#mistakes,
    });
    const held = {
      network: this.#network,
      walls: this.#walls,
      scopes: landlockReach().scopes,
      spelling: parts.spelling,
    };
    for (const [index, { resource, place }] of slots.entries()) {
      const found = checked[index];
      const problem =
        found && (descriptorProblem(found, place, parts.spelling) ?? socketProblem(resource, place, held));
      if (problem !== undefined) this.#mistakes.add(problem, resource?.position, place);
    }
    addToEnvironment(environment, parts, this.#mistakes);
    if (limits.threads !== undefined)
      this.#mistakes.add(
        "Limit 'threads' is for WebAssembly programs; 'processes' counts the threads of a Linux program, too",
        parts.limitsGiven.get('threads'),
      );
    const bounds = holdLimits(limits, parts, this.#mistakes);
    checkChangesLimit(limits, parts, this.#mistakes);
    const workingDirectory = workingDirectoryOf(parts, this.#tree, this.#files, this.#mistakes);
    const rules = planRules(parts, {
      tree: this.#tree,
      named: this.#named,
      workingDirectory,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
      standIns: this.#network.mode === 'hosts',
    });
    const callRules = planCallRules(parts, calls, this.#mistakes);
    const { rulesState, crashGuard } = this.#linux;
    checkRules({ rules, rulesState, crashGuard }, parts, {
      walls: this.#walls,
      calls,
      mistakes: this.#mistakes,
    });
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
    const sshAgent = this.#agent();
    const executables = this.#approve(entries, chain);
    this.#mistakes.throwIfAny();
    if (ungranted.length > 0) throw new UngrantedError(shown, ungranted, parts.spelling);
    return freezePlan({
      kind: 'linux',
      program: this.#program,
      grants: grants.map((grant) => ({ ...grant, rights: NO_NAMES })),
      command: {
        arguments: [
          ...argumentsBefore(chain, this.#program.path, shown, workingDirectory),
          ...parts.arguments,
        ],
        environment,
      },
      linux: {
        walls: this.#walls,
        base: this.#base,
        image: chain.image,
        imageFile: chain.imageFile,
        entries: executables === undefined ? entries : entries.map(withoutExecution),
        leftOut: this.#leftOut,
        user,
        shownUser,
        workingDirectory,
        network: this.#network,
        sshAgent,
        services: parts.linux.services,
        calls,
        narrow,
        promises,
        rules,
        callRules,
        rulesState,
        crashGuard: crashGuard && {
          crashes: crashGuard.crashes,
          within: crashGuard.within,
          pause: crashGuard.pause,
        },
        executables,
        terminal: this.#linux.terminal,
        listenFds: this.#linux.listenFds ? this.#linux.descriptors.size : undefined,
        resources: bounds.resources,
        cpus: limits.cpus,
        cgroups: bounds.cgroups,
      },
      limits,
      enforcement: [
        ...processLimits({
          network: this.#network,
          walls: this.#walls,
          calls,
          executables,
          services: parts.linux.services,
        }),
        ...bounds.enforcement,
      ],
      warnings: this.#warnings,
      spelling: parts.spelling,
    });
  }

  #shownUser(): Identity | undefined {
    const { showUser, home } = this.#linux;
    const { spelling } = this.#parts;
    const shown =
      showUser && shownUserOf(showUser, { walls: this.#walls, spelling, mistakes: this.#mistakes });
    return shown && { ...shown, home: home === undefined ? shown.home : homeInside(undefined) };
  }

  #user(): Identity | undefined {
    const { user } = this.#linux;
    const { spelling } = this.#parts;
    return user && userOf(user, { walls: this.#walls, spelling, mistakes: this.#mistakes });
  }

  /** The agent's socket is one of UNIX. */
  #agent(): AgentGrant | undefined {
    const { sshAgent } = this.#linux;
    if (sshAgent !== undefined && this.#walls === 'landlock')
      this.#mistakes.add(
        `'${spell('ssh_agent', this.#parts.spelling)}' needs namespaces: without them the program can connect to no UNIX socket, because Landlock does not tell them apart`,
        sshAgent.position,
        'ssh_agent',
      );
    return sshAgent;
  }

  /** Tells whether it finds its descriptors by name, so that it can open pipes again. */
  #seesProcesses(): boolean {
    return this.#walls === 'landlock' || this.#tree.find('/proc') !== undefined;
  }

  /** All that it sees. Without namespaces these are files of the host, and Landlock makes no exceptions. */
  #entries(memory: number | undefined): PlannedEntry[] {
    const planned = this.#tree.entries();
    const places = placesInSettings(planned);
    const sized = planned.map((entry) => withPlaces(places, sizedBy(memory, entry)));
    const entries = withPins(sized, this.#withheld);
    if (this.#walls === 'all') return entries;
    const { kept, problems, warnings } = withoutNamespaces(entries, this.#files);
    for (const { message, position, why } of warnings) this.#warnings.push({ message, position, place: why });
    for (const { message, position, why } of problems) this.#mistakes.add(message, position, why);
    return kept;
  }

  /** Only listed files can be started. */
  #approve(entries: readonly PlannedEntry[], { links }: ProgramChain): PlannedExecutables | undefined {
    const { executables } = this.#linux;
    if (executables === undefined) return undefined;
    if (this.#walls === 'landlock')
      this.#mistakes.add(
        `'${spell('executables', this.#parts.spelling)}' needs namespaces: without them a loader maps every file that can be read`,
        executables.position,
        'executables',
      );
    const needed = links.flatMap(({ path, libraries }) =>
      libraries === undefined ? [this.#files.real(path)] : [...libraries.files.keys()],
    );
    return approveFiles(executables, {
      entries,
      files: this.#files,
      mistakes: this.#mistakes,
      needed: [...new Set(needed)],
    });
  }

  /** The PATH of a program that is given none; `undefined` for none. */
  #path({ searches }: ProgramChain): string | undefined {
    if (this.#base === 'system') return pathInside(this.#tree, DEFAULT_PATH);
    return this.#base === 'minimal' && searches ? pathInside(this.#tree, '') : undefined;
  }

  /** @returns The files that the program needs and that have to be granted. */
  #putProgram(
    chain: ProgramChain,
    { directories, linux }: CommandParts,
    environment: Map<string, string>,
  ): readonly Ungranted[] {
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

  /** Without a base, the loader of the program is only there if it was granted. */
  #checkInterpreter({ interpreter }: ProgramChain): void {
    if (interpreter === undefined || this.#tree.find(interpreter) !== undefined) return;
    this.#mistakes.add(
      `${quote(basename(this.#program.path))} needs the loader ${quote(interpreter)}, which nothing grants; use '${spellSetting('base', 'minimal', this.#parts.spelling)}', or grant it`,
      this.#linux.given.get('base'),
    );
  }

  #slots(): GrantSlot[] {
    const slots: GrantSlot[] = streams.map((place, descriptor) => ({
      descriptor,
      place,
      resource: this.#parts[place],
    }));
    for (const [descriptor, resource] of this.#linux.descriptors)
      slots.push({ descriptor, place: `descriptors[${descriptor}]`, resource });
    return slots;
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

/** Withholds the right to execute: approved files have mounts of their own. */
function withoutExecution(entry: PlannedEntry): PlannedEntry {
  return entry.kind === 'mount' || entry.kind === 'tmpfs' ? { ...entry, execute: false } : entry;
}

/** Names at which something is mounted in a /proc of the program's own. */
function withPlaces(places: readonly PlacedName[], entry: PlannedEntry): PlannedEntry {
  if (places.length === 0 || entry.kind !== 'proc' || entry.show !== 'system') return entry;
  return { ...entry, places };
}

/** Files in memory are memory, which resource limits do not count: no directory of them takes more than all may have. */
function sizedBy(memory: number | undefined, entry: PlannedEntry): PlannedEntry {
  if (memory === undefined || entry.kind !== 'tmpfs' || entry.size !== undefined) return entry;
  return { ...entry, size: memory };
}
