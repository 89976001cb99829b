import { openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close } from '../host/files/files.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { readSmallFile } from '../host/files/small-file.ts';
import { addressOf } from '../host/libc.ts';
import { processFacts } from '../host/processes/process-facts.ts';
import { openProcess } from '../host/processes/process-info.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { O_CLOEXEC, O_DIRECTORY, O_PATH, O_WRONLY } from '../linux/open-flags.ts';
import { __WALL } from '../linux/processes.ts';
import { SOCK_SEQPACKET } from '../linux/sockets.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import {
  type Configuration,
  isLaunched,
  LARGEST_CONFIGURATION,
  readConfiguration,
} from './config/configuration.ts';
import { type ContainerProcess, readProcess } from './config/container-process.ts';
import { readJson } from './config/json-field.ts';
import { sendConsole } from './console-socket.ts';
import { type KnownState, readState, StateFile } from './container-state.ts';
import { type ContainerGrants, grantedProcess, readAccess } from './grants/access.ts';
import { isFrozen } from './groups/freezer.ts';
import { namespaceFlags, startingIn, withinMounts, writeOnce } from './namespaces.ts';
import { OciError } from './oci-error.ts';
import type { Warn } from './process/clamp-limits.ts';
import { containerFilters, makeWall } from './process/container-wall.ts';
import { AT_THE_GATE, execList } from './process/exec-list.ts';
import { programPaths } from './process/find-programs.ts';
import { setOomScore } from './process/oom-score.ts';
import { StartedProcess } from './process/started-process.ts';
import { openContainerTerminal } from './root/container-terminal.ts';

/** The options of `exec`. */
export type ExecOptions = {
  readonly states: string;
  readonly id: string;
  /** The file with a `process`, or the arguments of one that is as the container's first process else. */
  readonly process: { readonly file: string } | ExecWords;
  readonly pidFile: string | undefined;
  readonly consoleSocket: string | undefined;
  readonly detach: boolean;
  readonly preserved: number;
  readonly warn: Warn;
};

/** A process that the options of `exec` describe. */
export type ExecWords = {
  readonly arguments: readonly string[];
  readonly terminal: boolean;
  readonly workingDirectory: string | undefined;
  readonly environment: readonly string[];
  readonly user: string | undefined;
};

const FIRST_PLACE = 32;

/**
 * Starts a further process in a running container, behind walls like those of the first.
 *
 * @returns The wait status of the process (wait(2)); `undefined` when it goes on (`detach`).
 * @throws OciError, SystemError, SpawnError
 */
export function execInContainer(options: ExecOptions): number | undefined {
  const { states, id } = options;
  const state = readState(states, id);
  const first = openRunning(state);
  const text = readFileSync(join(state.directory, StateFile.configuration), 'utf8');
  const configuration = readConfiguration(text, state.bundle);
  if (isLaunched(configuration))
    throw new OciError('cannot exec in a container of a module: the launcher in it runs no other program');
  const asked = askedProcess(options, configuration);
  if (asked.terminal && options.consoleSocket === undefined && options.detach)
    throw new OciError('cannot allocate tty if runc will detach without setting console socket');
  const access = readAccess(state.directory, configuration);
  const process = grantedProcess(asked, access, options.warn);
  const started = start(options, state, configuration, { process, access, first });
  if (options.detach) return undefined;
  const status = new Int32Array(1);
  check(syscall(callNumberOf('wait4'), started.process.pid, addressOf(status), __WALL, 0), 'wait4');
  return status[0];
}

/** Opens the first process of a container that runs. @throws OciError */
function openRunning(state: KnownState): number {
  const first = state.pid > 0 ? openProcess(state.pid) : -1;
  // Opened first, compared then: the number of a process that has ended may be another's by now.
  if (first < 0 || processFacts(state.pid)?.start !== state.started)
    throw new OciError('cannot exec in a stopped container');
  if (state.freezer !== undefined && isFrozen(state.freezer))
    throw new OciError('cannot exec in a paused container');
  return first;
}

function askedProcess({ process }: ExecOptions, configuration: Configuration): ContainerProcess {
  if ('file' in process) {
    const text = readSmallFile(process.file, LARGEST_CONFIGURATION).toString();
    return readProcess(readJson(text, process.file));
  }
  const [user, group] = (process.user ?? '').split(':');
  const own = configuration.process;
  return {
    ...own,
    arguments: process.arguments,
    terminal: process.terminal,
    workingDirectory: process.workingDirectory ?? own.workingDirectory,
    environment: [...own.environment, ...process.environment],
    ...(user ? { user: idOf(user), group: group ? idOf(group) : own.group } : {}),
  };
}

function idOf(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new OciError(`--user has ${JSON.stringify(text)}, expected UID:GID`);
  return Number(text);
}

type Starting = {
  readonly process: ContainerProcess;
  readonly access: ContainerGrants;
  /** A descriptor of the first process. */
  readonly first: number;
};

function start(
  options: ExecOptions,
  state: KnownState,
  configuration: Configuration,
  { process, access, first }: Starting,
): StartedProcess {
  const open: number[] = [first];
  const placed: (readonly [host: number, number: number])[] = [];
  let next = Math.max(FIRST_PLACE, 3 + options.preserved);
  const put = (descriptor: number): number => {
    open.push(descriptor);
    placed.push([descriptor, next]);
    return next++;
  };
  const [status, theirs] = makeSocketPair(SOCK_SEQPACKET);
  open.push(status);
  try {
    const statusAt = put(theirs);
    const firstAt = put(first);
    open.pop();
    const memberships = state.groups.map((group) =>
      put(openSync(join(group, 'cgroup.procs'), O_WRONLY | O_CLOEXEC)),
    );
    const { wall, peer } = withinMounts(first, () => {
      const top = openSync('/', O_PATH | O_DIRECTORY);
      open.push(top);
      return {
        wall: makeWall(top, access.paths, access.demands),
        peer: process.terminal ? openContainerTerminal(top) : undefined,
      };
    });
    const ruleset = wall === undefined ? undefined : put(wall);
    const console = peer?.(process);
    if (console !== undefined) open.push(console.ours);
    const terminal = console === undefined ? undefined : put(console.theirs);
    const list = execList({
      steps: {
        process,
        programs: programPaths(process.arguments[0] ?? '', process.environment),
        ruleset,
        filters: containerFilters({ ...configuration, process }, access.demands),
        terminal,
        firstClosed: 3 + options.preserved,
        kept: [statusAt],
        handed: [],
      },
      status: statusAt,
      first: firstAt,
      namespaces: namespacesOf(configuration),
      memberships,
    });
    const started = configuration.namespaces.has('pid')
      ? startingIn(first, () => new StartedProcess(list, status, placed, 0))
      : new StartedProcess(list, status, placed, 0);
    try {
      close(theirs);
      open.splice(open.indexOf(theirs), 1);
      setOomScore(started.process.pid, process.oomScoreAdj, options.warn);
      started.expect(AT_THE_GATE);
      if (console !== undefined && options.consoleSocket !== undefined)
        sendConsole(options.consoleSocket, console.ours);
      if (options.pidFile !== undefined) writeFileSync(options.pidFile, String(started.process.pid));
      // Until this, it ends with this process. Its end of the socket closes when it becomes the program.
      writeOnce(status, AT_THE_GATE, 'to the process');
      started.expect('');
    } catch (error) {
      started.end();
      if (options.pidFile !== undefined) rmSync(options.pidFile, { force: true });
      throw error;
    }
    return started;
  } finally {
    for (const descriptor of open) close(descriptor);
  }
}

/** All but that of processes, which a process cannot join itself. */
function namespacesOf({ namespaces }: Configuration): number {
  return [...namespaces.keys()]
    .filter((type) => type !== 'pid')
    .reduce((flags, type) => flags | namespaceFlags[type], 0);
}
