import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { findOnlyProcess } from '../../broker/process-finder.ts';
import { keepCode } from '../../gates/node/cache.ts';
import { hindranceOf } from '../../host/around.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { SpawnError } from '../../host/processes/spawn.ts';
import { handOver } from '../../host/sockets/handover.ts';
import { SystemError } from '../../host/system-error.ts';
import { errnoMeaning } from '../../linux/errno.ts';
import { portsOf } from '../../plan/linux/world-of.ts';
import { addonFolders } from '../../plan/node/addons.ts';
import { startNodeBinary } from '../../plan/node/node-binary.ts';
import type { NodePlan } from '../../plan/plan-types.ts';
import { wallsHere } from '../../plan/walls-here.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import { Handle, notStarted, type Running } from '../../process/handle.ts';
import { NodeChild } from '../../process/node-child.ts';
import { reasonReported } from '../../process/node-reason.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { ReportStream } from '../../process/report-stream.ts';
import { EXTRA_AUTHORITIES, startOf, writeStartFile } from '../../process/start-file.ts';
import { reasonOf as hostReason } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { MissingMechanismError } from '../../walls/confinement.ts';
import type { StartMessage } from '../../worlds/messages.ts';
import { PROC } from '../../worlds/mount-steps.ts';
import { isRefusal, spawnHindrance } from '../../worlds/namespace-refusal.ts';
import { Beside, besideEvents, networkOf } from '../linux/beside.ts';
import { endOf, failureOf, type StartedProgram } from '../linux/launch.ts';
import { Watcher } from '../linux/process.ts';
import { type OpenedPlan, openPlan } from '../open.ts';
import { type EndToTell, endsToTell } from './ends.ts';
import { grantedStreams } from './streams.ts';
import { startWaiting, type WaitingNode } from './waiting.ts';

/**
 * Starts a program in TypeScript or JavaScript.
 *
 * @param waiting A process that waits to be one; without it, one is started.
 * @param onStart Called with the started process if nothing but its end has to be waited for.
 * @throws ResourceError: something could not be opened; nothing was started.
 */
export function launchNode(
  plan: NodePlan,
  options: LaunchOptions,
  waiting?: WaitingNode,
  onStart: (program: StartedProgram) => void = () => undefined,
): Process {
  const { accept = [], walls = wallsHere('node', accept) } = options;
  const { network, libraryServices: services } = plan;
  if (walls === 'landlock' && network !== undefined)
    throw new ResourceError(
      'Rules of hosts need a network namespace, and this host gives out none',
      undefined,
      'network',
    );
  if (walls === 'landlock') return launchBeside(plan, options);
  // Such a program starts no other, so that its one process is that of each attempt.
  const watch = { opensNetwork: false, findLate: findOnlyProcess };
  const beside =
    network && new Beside({ network, terminal: false, sshAgent: undefined, services }, options, watch);
  let node: WaitingNode;
  try {
    node =
      beside === undefined
        ? (waiting ?? startWaiting(addonFolders(plan.program)))
        : startInNetwork(plan, beside);
  } catch (error) {
    beside?.close();
    return new Handle(notStarted(refusalOf(error)), options);
  }
  // A process that waits already has no network.
  if (beside !== undefined && waiting !== undefined) letGoOf(waiting);
  const { running, isRunning } = follow(plan, node, options, beside);
  let opened: OpenedPlan | undefined;
  try {
    opened = openPlan(plan, { ...options, channels: beside?.takeChannels() ?? [] });
    void opened.servicesLost?.then((reason) => running.end(reason));
    const ends = tell(plan, opened, options, node.socket, { over: running.exited });
    const { started, socket } = node;
    if (beside === undefined && ends.length === 0)
      onStart({ started, isRunning, cgroups: undefined, reports: socket });
  } catch (error) {
    running.end({ kind: 'killed' });
    opened?.abandon();
    throw inWords(error);
  }
  setImmediate(keepCode, plan.program.bytes);
  return new Handle(running, options, undefined, networkOf(beside));
}

/** Starts a process in a network that leads to what the plan grants. */
function startInNetwork({ program, network }: NodePlan, beside: Beside): WaitingNode {
  const { pump, late } = beside.parts({ entries: [], user: undefined });
  if (network === undefined || pump === undefined) throw new Error('There is no broker');
  return startWaiting(addonFolders(program), {
    network: { kind: 'named', ports: pump.ports ?? portsOf(network), out: pump.out },
    entries: late.entries.filter((entry) => entry.kind === 'text' || entry.kind === 'mount'),
    // Node reads the bundle of authorities by itself; other variables are for other programs.
    environment: [...late.defaults.filter(([name]) => name === EXTRA_AUTHORITIES), ...late.variables],
  });
}

/** Ends a process that will not be a program. */
function letGoOf({ started, socket }: WaitingNode): void {
  closeSync(socket);
  new Watcher(started, { wallClock: undefined, reasonOf }).end({ kind: 'killed' });
}

function refusalOf(error: unknown): MissingMechanismError | SystemError | SpawnError {
  if (error instanceof SpawnError && isRefusal(error.errno))
    return new MissingMechanismError('namespaces', spawnHindrance(error));
  if (error instanceof SpawnError || error instanceof SystemError) return error;
  throw inWords(error);
}

/** Words an error of Node's own calls, which only names the call that failed. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new ResourceError(`Cannot start a process: ${hostReason(error)}`, undefined);
}

/** Starts a process without a world of its own, which only its own walls hold. */
function launchBeside(plan: NodePlan, options: LaunchOptions): Process {
  const opened = openPlan(plan, options);
  const [socket, theirs] = makeSocketPair();
  const child = startNodeBinary('node', ['ignore', 'ignore', 'ignore', theirs]);
  closeSync(theirs);
  const reports = new Socket({ fd: socket });
  const running = new NodeChild(plan, child, child.pid === undefined ? undefined : reports, options);
  if (child.pid === undefined) {
    opened.abandon();
    reports.destroy();
  } else tell(plan, opened, options, socket, { parent: process.pid });
  void opened.servicesLost?.then((reason) => running.end(reason));
  return new Handle(running, options);
}

/** A process beside this one dies with its parent; one in a world of its own is told facts that the host does not tell it. */
type Told = { readonly parent: number } | { readonly over: Promise<unknown> };

/** Sends a process its start. Should it be gone already, its watcher finds out. */
function tell(
  plan: NodePlan,
  opened: OpenedPlan,
  options: LaunchOptions,
  socket: number,
  told: Told,
): readonly EndToTell[] {
  const { descriptors } = opened;
  // Programs write to the console, and Node prints their errors, where these streams were granted.
  const streams =
    plan.command === undefined
      ? grantedStreams(descriptors).map((found, stream) => {
          const own = plan.grants.findIndex(({ resource }) => resource?.standardStream === stream);
          return own < 0 ? found : own;
        })
      : [];
  const ends = 'over' in told ? endsToTell(plan, descriptors, told.over) : [];
  const parent = 'parent' in told ? told.parent : undefined;
  const start = startOf(plan, options, {
    descriptors,
    parent,
    streams,
    ends: ends.map(({ index }) => index),
  });
  const file = writeStartFile(start, plan.encoded, plan.program.bytes);
  const hosts = descriptors.map(({ host }) => host);
  try {
    handOver(socket, [file, ...hosts, ...ends.map((end) => end.file)]);
  } finally {
    closeSync(file);
  }
  opened.close();
  return ends;
}

/** Follows a process in a world of its own until it has ended. */
function follow(
  plan: NodePlan,
  { started, socket }: WaitingNode,
  { onRefused }: LaunchOptions,
  beside: Beside | undefined,
): { readonly running: Running; readonly isRunning: () => boolean } {
  const watcher = new Watcher(started, {
    wallClock: plan.limits.wallClock,
    reasonOf,
    onEnd: () => beside?.end(),
  });
  beside?.begin(
    started.process.pid,
    besideEvents((reason) => watcher.end(reason)),
  );
  const reports = new ReportStream(new Socket({ fd: socket }), plan, onRefused, (reason) =>
    watcher.end(reason),
  );
  const running: Running = {
    exited: whenOver(plan, watcher, reports),
    get descriptor() {
      return watcher.descriptor;
    },
    end: (reason) => watcher.end(reason),
    signal: (name) => watcher.signal(name),
  };
  return { running, isRunning: () => watcher.isRunning && reports.isQuiet };
}

async function whenOver(plan: NodePlan, watcher: Watcher, reports: ReportStream): Promise<ExitReason> {
  const [reason] = await Promise.all([watcher.exited, reports.ended]);
  // A signal of `signal()` has no usage: nothing was counted any more.
  const ended = reason.kind === 'exited' || (reason.kind === 'signaled' && reason.usage !== undefined);
  return ended ? reasonReported(plan, reason, reports.last) : reason;
}

function reasonOf(message: StartMessage): ExitReason {
  if (message.kind === 'ended') return endOf(message);
  if (message.step.needs !== PROC) return failureOf(message);
  const detail =
    hindranceOf('proc', message.errno) ?? `cannot ${message.step.words}: ${errnoMeaning(message.errno)}`;
  const { code, message: text } = new MissingMechanismError('namespaces', detail);
  return { kind: 'failed', code, message: text };
}
