import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { close } from '../host/files/files.ts';
import { createSealedFile } from '../host/files/memory-file.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { readSmallFile } from '../host/files/small-file.ts';
import { addressOf } from '../host/libc.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { processFacts } from '../host/processes/process-facts.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { O_CLOEXEC, O_RDWR, O_WRONLY } from '../linux/open-flags.ts';
import { SOCK_SEQPACKET } from '../linux/sockets.ts';
import { S_IFIFO } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import {
  type Configuration,
  isLaunched,
  LARGEST_CONFIGURATION,
  type NamespaceType,
  namespaceTypes,
  readConfiguration,
} from './config/configuration.ts';
import { sendConsole, sendDescriptor } from './console-socket.ts';
import {
  type ContainerState,
  checkId,
  makeStateDirectory,
  removeState,
  StateFile,
  writeState,
} from './container-state.ts';
import {
  type ContainerGrants,
  configuredGrants,
  grantedProcess,
  mountsGrants,
  writeAccess,
} from './grants/access.ts';
import { readContainerGrants } from './grants/container-grants.ts';
import {
  type ContainerGroups,
  findHierarchies,
  groupPath,
  groupsAt,
  type Hierarchies,
  makeGroups,
  removeGroups,
} from './groups/hierarchies.ts';
import { applySettings, settingsOf } from './groups/limits-of.ts';
import { launcherDemands, withLauncher } from './launcher.ts';
import {
  namespaceFlags,
  openNamespace,
  startingIn,
  takeDescriptor,
  withinMounts,
  withinNetwork,
} from './namespaces.ts';
import { OciError } from './oci-error.ts';
import type { Warn } from './process/clamp-limits.ts';
import { containerFilters, makeWall } from './process/container-wall.ts';
import { programPaths } from './process/find-programs.ts';
import { firstList, Message, type OwnFileSystem, secondList } from './process/first-list.ts';
import { setOomScore } from './process/oom-score.ts';
import { StartedProcess } from './process/started-process.ts';
import { buildRoot, enterRoot, namespacedTypes, type OwnMount, parametersOf } from './root/build-root.ts';
import { groupMounts } from './root/cgroup-view.ts';
import { cloneMount } from './root/detached-mount.ts';
import { runHooks } from './run-hooks.ts';
import { settingsOfKernel } from './settings-of-kernel.ts';

/** The options of `create`. */
export type CreateOptions = {
  /** The directory in which containers are known. */
  readonly states: string;
  readonly id: string;
  /** The directory of config.json. */
  readonly bundle: string;
  readonly pidFile: string | undefined;
  readonly consoleSocket: string | undefined;
  /** Descriptors from 3 on that the container inherits. */
  readonly preserved: number;
  readonly warn: Warn;
};

/** The first number of descriptors that only we use; the container's own are below. */
const FIRST_PLACE = 200;

/**
 * Makes a container. Its first process waits for `start` behind all of its walls.
 *
 * @throws OciError, SystemError, SpawnError: nothing is left of it then.
 */
export function createContainer(options: CreateOptions): void {
  const { states, pidFile } = options;
  const id = checkId(options.id);
  const bundle = resolve(options.bundle);
  const text = readSmallFile(join(bundle, 'config.json'), LARGEST_CONFIGURATION).toString();
  const configuration = readConfiguration(text, bundle);
  checkTerminal(configuration, options.consoleSocket);
  const launched = isLaunched(configuration);
  if (launched && configuration.hooks.get('startContainer')?.length)
    throw new OciError(
      'hooks.startContainer is not given in a container that the launcher runs its program in',
    );
  const hierarchies = findHierarchies();
  const path = groupPath(configuration.cgroupsPath, id);
  const groups = groupsAt(hierarchies, path);
  const directory = makeStateDirectory(states, id);
  const state: ContainerState = {
    id,
    version: configuration.version,
    bundle,
    root: configuration.root,
    pid: 0,
    started: '',
    created: new Date().toISOString(),
    annotations: configuration.annotations,
    groups: [...new Set(groups.directories.values())],
    freezer: groups.directories.get('freezer') ?? groups.directories.get('unified'),
    processes: groups.directories.get('pids') ?? groups.directories.get('unified'),
    hooks: (['startContainer', 'poststart', 'poststop'] as const).filter(
      (point) => configuration.hooks.get(point)?.length,
    ),
  };
  try {
    // From here on, `delete` finds all that there is, even if this process is killed.
    writeFileSync(join(directory, StateFile.configuration), text, { mode: 0o600 });
    writeState(directory, state);
    makeGroups(hierarchies, path);
    applySettings(groups, settingsOf(configuration.resources, groups));
    const place = { options, directory, hierarchies, groups, state, launched };
    const first = startFirst(launched ? withLauncher(configuration) : configuration, place);
    writeState(directory, first);
    if (pidFile !== undefined) writeFileSync(pidFile, String(first.pid));
  } catch (error) {
    removeGroups(state.groups);
    removeState(directory);
    throw error;
  }
}

function checkTerminal({ process }: Configuration, socket: string | undefined): void {
  if (process.terminal && socket === undefined)
    throw new OciError('cannot allocate tty if runc will detach without setting console socket');
  if (!process.terminal && socket !== undefined)
    throw new OciError('cannot use console socket if runc will not detach or allocate tty');
}

type Place = {
  readonly options: CreateOptions;
  readonly directory: string;
  readonly hierarchies: Hierarchies;
  readonly groups: ContainerGroups;
  readonly state: ContainerState;
  /** True if the first process is our launcher. */
  readonly launched: boolean;
};

/** Starts the first process and brings it to where it waits. */
function startFirst(configuration: Configuration, place: Place): ContainerState {
  const { options, directory, groups } = place;
  const open: number[] = [];
  const keep = (descriptor: number): number => {
    open.push(descriptor);
    return descriptor;
  };
  const [status, theirs] = makeSocketPair(SOCK_SEQPACKET);
  keep(status);
  keep(theirs);
  const placed = new Map<number, number>();
  const numbers = { next: Math.max(FIRST_PLACE, 3 + options.preserved) };
  const number = (): number => numbers.next++;
  const put = (descriptor: number): number => {
    const at = number();
    placed.set(keep(descriptor), at);
    return at;
  };
  try {
    const statusAt = number();
    placed.set(theirs, statusAt);
    const gate = put(openPipe(join(directory, StateFile.gate)));
    const memberships = [...new Set(groups.directories.values())].map((group) =>
      put(openSync(join(group, 'cgroup.procs'), O_WRONLY | O_CLOEXEC)),
    );
    const { joined, made, pid } = chooseNamespaces(configuration, put);
    const fileSystems = ownFileSystems(configuration, place.hierarchies, number);
    const firstClosed = 3 + options.preserved;
    const list = firstList({
      firstClosed,
      status: statusAt,
      gate,
      memberships,
      joined,
      made,
      hostname: configuration.hostname,
      domainname: configuration.domainname,
      sysctl: settingsOfKernel(configuration.sysctl, new Set(configuration.namespaces.keys())),
      fileSystems: fileSystems.flatMap(([, each]) => each.map(({ system }) => system)),
    });
    const hooks = { state: number(), report: number() };
    const numbered = { status: statusAt, gate, ruleset: number(), firstClosed, hooks };
    const start = (): StartedProcess =>
      new StartedProcess(list, status, [...placed], pid === 'new' ? namespaceFlags.pid : 0);
    const first = typeof pid === 'string' ? start() : startingIn(keep(openNamespace(pid.path)), start);
    try {
      close(theirs);
      open.splice(open.indexOf(theirs), 1);
      first.expect(Message.namespaces);
      const state = { ...place.state, pid: first.process.pid, started: startOf(first.process.pid) };
      finishFirst(configuration, { place, state, first, status, fileSystems, keep, numbered });
      return state;
    } catch (error) {
      first.end();
      throw error;
    } finally {
      close(first.process.pidfd);
    }
  } finally {
    for (const descriptor of open) close(descriptor);
  }
}

type Finishing = {
  readonly place: Place;
  readonly state: ContainerState;
  readonly first: StartedProcess;
  readonly status: number;
  readonly fileSystems: PlannedFileSystems;
  readonly keep: (descriptor: number) => number;
  /** Descriptors by their numbers in the process. */
  readonly numbered: {
    readonly status: number;
    readonly gate: number;
    readonly ruleset: number;
    readonly firstClosed: number;
    /** Those of hooks, where there are any. */
    readonly hooks: { readonly state: number; readonly report: number };
  };
};

/** Builds the root of a first process that waits for it, and sees it through its walls. */
function finishFirst(configuration: Configuration, finishing: Finishing): void {
  const { place, state, first, status, fileSystems, keep, numbered } = finishing;
  const { options, directory } = place;
  setOomScore(first.process.pid, configuration.process.oomScoreAdj, options.warn);
  const hooks = (point: 'prestart' | 'createRuntime' | 'createContainer'): void => {
    const list = configuration.hooks.get(point) ?? [];
    if (list.length > 0) runHooks(point, list, documentOf(state, 'creating', state.pid));
  };
  hooks('prestart');
  hooks('createRuntime');
  const own = new Map(
    fileSystems.map(([mount, each]) => {
      const mounts = each.map(({ name, system }): OwnMount => {
        return { name, mount: takeDescriptor(first.process.pidfd, system.number) };
      });
      return [mount, mounts] as const;
    }),
  );
  writeState(directory, state);
  const { pidfd } = first.process;
  // Loaded before this thread's paths lead into the container.
  const { launched } = place;
  const readGrants = !launched && mountsGrants(configuration) ? readContainerGrants : undefined;
  const network = keep(openNamespace('/proc/thread-self/ns/net'));
  const { wall, console, access } = withinMounts(pidfd, () => {
    const built = buildRoot(configuration, own);
    const proc = readGrants && keep(cloneMount('/proc', true));
    hooks('createContainer');
    enterRoot(built.root, configuration.propagation);
    const access =
      readGrants === undefined || proc === undefined
        ? configuredGrants(configuration, launched ? launcherDemands : undefined)
        : withinNetwork(pidfd, network, () => readGrants(configuration, built.root, proc));
    const wall = makeWall(built.root, access.paths, access.demands);
    if (wall !== undefined) keep(wall);
    close(built.root);
    return { wall, console: built.console, access };
  });
  for (const [, host] of access.descriptors) keep(host);
  if (access.demands.granted) writeAccess(directory, access);
  const process = grantedProcess(configuration.process, access, options.warn);
  checkNumbers(access, numbered.firstClosed);
  const handed = access.descriptors.map(([number]) => number);
  const startHooks = configuration.hooks.get('startContainer') ?? [];
  const hooked = startHooks.length === 0 ? undefined : { hooks: startHooks, ...numbered.hooks };
  const list = secondList({
    steps: {
      process,
      programs: programPaths(process.arguments[0] ?? '', process.environment),
      ruleset: wall === undefined ? undefined : numbered.ruleset,
      filters: containerFilters(configuration, access.demands),
      terminal: undefined,
      firstClosed: numbered.firstClosed,
      kept: [numbered.status, numbered.gate, ...(hooked === undefined ? [] : Object.values(numbered.hooks))],
      handed,
    },
    status: numbered.status,
    gate: numbered.gate,
    terminal: console !== undefined,
    handed,
    hooks: hooked,
  });
  first.follow(list);
  sendDescriptor(status, keep(packProgram(list)), 'p');
  if (wall !== undefined) sendDescriptor(status, wall, 'w');
  if (console !== undefined) {
    keep(console.ours);
    keep(console.theirs);
    sendDescriptor(status, console.theirs, 't');
    if (options.consoleSocket !== undefined) sendConsole(options.consoleSocket, console.ours);
  }
  for (const [, host] of access.descriptors) sendDescriptor(status, host, 'd');
  if (hooked !== undefined) {
    const document = Buffer.from(documentOf(state, 'created', innermostId(state.pid)));
    sendDescriptor(status, keep(createSealedFile('state', [document])), 's');
    sendDescriptor(status, keep(openPipe(join(directory, StateFile.report))), 'r');
  }
  first.expect(Message.created);
}

/** The state that hooks read (OCI runtime specification, "State"). */
function documentOf(state: ContainerState, status: 'creating' | 'created', pid: number): string {
  return JSON.stringify({
    ociVersion: state.version,
    id: state.id,
    status,
    pid,
    bundle: state.bundle,
    annotations: Object.fromEntries(state.annotations),
  });
}

/** The id of a process in its own namespace (proc_pid_status(5)). */
function innermostId(pid: number): number {
  const ids = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
  return Number(ids.trim().split(/\s+/).at(-1));
}

function checkNumbers({ descriptors }: ContainerGrants, first: number): void {
  for (const [number] of descriptors)
    if (number < first || number >= FIRST_PLACE)
      throw new OciError(
        `The document hands over descriptor ${number}; those from ${first} to ${FIRST_PLACE - 1} are free`,
      );
}

/** Makes a pipe with a name, open for both directions, so that it has no end. */
function openPipe(path: string): number {
  const name = Buffer.from(`${path}\0`);
  const made = syscall(callNumberOf('mknodat'), -1, addressOf(name), S_IFIFO | 0o600, 0);
  check(made, 'mknodat', path);
  return openSync(path, O_RDWR | O_CLOEXEC);
}

type ChosenNamespaces = {
  readonly joined: readonly (readonly [descriptor: number, flag: number])[];
  readonly made: number;
  readonly pid: 'new' | 'ours' | { readonly path: string };
};

function chooseNamespaces(
  { namespaces }: Configuration,
  put: (descriptor: number) => number,
): ChosenNamespaces {
  const others = namespaceTypes.filter((type): type is Exclude<NamespaceType, 'pid'> => type !== 'pid');
  const joined: (readonly [number, number])[] = [];
  let made = 0;
  for (const type of others) {
    if (!namespaces.has(type)) continue;
    const path = namespaces.get(type);
    if (path === undefined) made |= namespaceFlags[type];
    else joined.push([put(openNamespace(path)), namespaceFlags[type]]);
  }
  const path = namespaces.get('pid');
  const pid = !namespaces.has('pid') ? 'ours' : path === undefined ? 'new' : { path };
  return { joined, made, pid };
}

type PlannedFileSystems = readonly (readonly [
  mount: Configuration['mounts'][number],
  systems: readonly { readonly name: string; readonly system: OwnFileSystem }[],
])[];

/** The file systems that the first process makes, in the order of the mounts. */
function ownFileSystems(
  { mounts }: Configuration,
  hierarchies: Hierarchies,
  number: () => number,
): PlannedFileSystems {
  return mounts
    .filter(({ type }) => namespacedTypes.includes(type))
    .map((mount) => {
      const attributes = mount.options.own.set | mount.options.tree.set;
      if (mount.type !== 'cgroup' && mount.type !== 'cgroup2') {
        const system = { type: mount.type, parameters: parametersOf(mount), attributes, number: number() };
        return [mount, [{ name: '', system }]] as const;
      }
      const systems = groupMounts(hierarchies).map(({ type, parameters, at }) => ({
        name: hierarchies.version === 2 ? '' : (at.split('/').at(-1) ?? ''),
        system: { type, parameters, attributes, number: number() },
      }));
      return [mount, systems] as const;
    });
}

function startOf(pid: number): string {
  const facts = processFacts(pid);
  if (facts === undefined) throw new OciError('The first process of the container has ended');
  return facts.start;
}
