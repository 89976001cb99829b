import { constants } from 'node:os';
import { hindranceOf } from '../../host/around.ts';
import { SpawnError } from '../../host/processes/spawn.ts';
import { SystemError } from '../../host/system-error.ts';
import { errnoMeaning, LinuxErrno } from '../../linux/errno.ts';
import { joinParts } from '../../plan/linux/world-of.ts';
import type { LinuxPlan } from '../../plan/plan-types.ts';
import { wallsHere } from '../../plan/walls-here.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import { SIGNAL_STATUS } from '../../process/exit-status.ts';
import { Handle, notStarted } from '../../process/handle.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { ProgramPolicy } from '../../process/program-policy.ts';
import { badReport } from '../../process/report-stream.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import type { Limits } from '../../resources/limits.ts';
import { ResourceError } from '../../resources/mistake.ts';
import {
  type Mechanism,
  MissingMechanismError,
  mechanisms,
  missingMechanisms,
} from '../../walls/confinement.ts';
import { landlockVersion, OLDEST_LANDLOCK } from '../../walls/landlock.ts';
import { FUSE, FUSE_DEVICE } from '../../worlds/encrypted.ts';
import type { StartMessage } from '../../worlds/messages.ts';
import { PROC } from '../../worlds/mount-steps.ts';
import { isRefusal, spawnHindrance } from '../../worlds/namespace-refusal.ts';
import { OVERLAY } from '../../worlds/overlay.ts';
import { type Started, startLinux } from '../../worlds/start.ts';
import type { Observer } from '../observing/observer.ts';
import { AskedAccesses } from './asked-accesses.ts';
import { Beside, besideEvents, networkOf } from './beside.ts';
import type { Cgroups } from './cgroups.ts';
import { limitBehind, refusedBy } from './limit-reason.ts';
import { LivePolicy } from './live-policy.ts';
import { type OpenedWorld, openWorld } from './open.ts';
import { Watcher } from './process.ts';
import { type AnswerAccess, followSupervisor } from './supervisor-reports.ts';

/**
 * Starts a Linux program.
 *
 * @param onStart Called with the started process.
 * @param observer Observes its calls; it is told when the process has its socket.
 * @throws ResourceError, WorldError: nothing was started.
 */
export function launchLinux(
  plan: LinuxPlan,
  options: LaunchOptions,
  onStart: (program: StartedProgram) => void = () => undefined,
  observer?: Observer,
): Process {
  const { accept = [] } = options;
  const lacks = missingWalls(accept);
  if (lacks instanceof MissingMechanismError) return new Handle(notStarted(lacks), options);
  // Nothing else holds rules about calls.
  if (lacks.seccomp && plan.linux.callRules.length > 0)
    return new Handle(notStarted(new MissingMechanismError('seccomp')), options);
  const walls =
    options.walls ?? (plan.linux.walls === 'landlock' ? plan.linux.walls : wallsHere('linux', accept));
  const beside = new Beside(plan.linux, options, {
    opensNetwork: observer?.opensNetwork === true,
    findLate: observer && ((_first, { address, port }) => observer.connects.find(address, port)),
  });
  let opened: OpenedWorld;
  let started: Started;
  try {
    const parts = beside.parts(plan.linux);
    const late = joinParts([parts.late, observer?.late]);
    opened = openWorld(plan, walls, { ...parts, late, takeChannels: () => beside.takeChannels() }, options);
  } catch (error) {
    beside.close();
    throw error;
  }
  try {
    const world = observer === undefined ? opened.world : { ...opened.world, observed: observer.observed };
    started = startLinux(world, lacks);
  } catch (error) {
    opened.abandon();
    beside.close();
    if (error instanceof SpawnError && isRefusal(error.errno)) {
      return new Handle(notStarted(new MissingMechanismError('namespaces', spawnHindrance(error))), options);
    }
    if (error instanceof SystemError || error instanceof SpawnError)
      return new Handle(notStarted(error), options);
    // A file of the host that is looked at on the way, for which there may be no descriptor left.
    if (error instanceof Error && 'syscall' in error)
      throw new ResourceError(
        `Cannot prepare the program's world: ${'path' in error ? `${error.path}: ` : ''}${reasonOf(error)}`,
        undefined,
      );
    throw error;
  }
  opened.prepare();
  opened.close();
  observer?.begin(beside.broker);
  const watcher = follow(plan, { started, opened, beside, onOverlay: options.onOverlay });
  void opened.servicesLost?.then((reason) => watcher.end(reason));
  const policy = livePolicy(plan, opened, options);
  if (opened.supervision !== undefined)
    followSupervisor({
      socket: opened.supervision.reports,
      policy,
      rules: plan.linux.rules,
      onRefused: options.onRefusedAccess,
      onAccess: answersOf(options, beside),
      onNonsense: () => watcher.end(badReport),
    });
  onStart({
    started,
    isRunning: () => watcher.isRunning,
    cgroups: opened.cgroups,
    reports: undefined,
  });
  return new Handle(
    watcher,
    options,
    beside.terminal,
    networkOf(beside),
    () => beside.questions?.notAsked ?? 0,
    policy && new ProgramPolicy(policy),
  );
}

/** The rules that may change while the program runs; `undefined` for those that may not. */
function livePolicy(
  { linux: { rules, rulesState, workingDirectory } }: LinuxPlan,
  { supervision }: OpenedWorld,
  { onPolicyChange }: LaunchOptions,
): LivePolicy | undefined {
  if (supervision === undefined || rulesState === 'sealed') return undefined;
  return new LivePolicy({
    socket: supervision.reports,
    start: { state: rulesState, rules },
    workingDirectory,
    compile: (all) => supervision.compile(all),
    onChange: onPolicyChange,
  });
}

/** Chooses the function that answers `ask` rules: `onAccess` goes before `onQuestion`. */
function answersOf({ onAccess, onQuestion }: LaunchOptions, { questions }: Beside): AnswerAccess | undefined {
  if (onAccess !== undefined) return (question) => onAccess(question);
  if (onQuestion === undefined || questions === undefined) return undefined;
  const asked = new AskedAccesses(questions);
  return (question, rule) => asked.ask(question, rule);
}

/** A program that was started, to be watched in another way. */
export type StartedProgram = {
  readonly started: Started;
  /** Tells whether it runs and has said nothing so far. */
  readonly isRunning: () => boolean;
  readonly cgroups: Cgroups | undefined;
  /** The host descriptor on which a process of ours reports how its program ends; `undefined` for a Linux program. */
  readonly reports: number | undefined;
};

/** Finds the missing mechanisms of the second wall, as accepted. */
function missingWalls(
  accept: readonly Mechanism[],
): { readonly landlock: boolean; readonly seccomp: boolean } | MissingMechanismError {
  const landlock = landlockVersion() < OLDEST_LANDLOCK;
  if (landlock && !accept.includes('landlock')) return new MissingMechanismError('landlock');
  const seccomp = missingMechanisms().includes('seccomp');
  if (seccomp && !accept.includes('seccomp')) return new MissingMechanismError('seccomp');
  return { landlock, seccomp };
}

/** Says why a program whose list has failed was not started. */
export function failureOf({ step, errno }: Extract<StartMessage, { kind: 'failed' }>): ExitReason {
  const { ESTALE, ENOEXEC } = LinuxErrno;
  const why = errno === ESTALE ? 'it was replaced after it had been checked' : errnoMeaning(errno);
  const message = `${step.words.charAt(0).toUpperCase()}${step.words.slice(1)}: ${why}`;
  if (step.needs === PROC) {
    const hindrance = hindranceOf('proc', errno);
    const hint = hindrance === undefined ? '' : `: ${hindrance.cause}; ${hindrance.remedy}`;
    return { kind: 'failed', code: 'missing_mechanism', message: `${message}${hint}` };
  }
  if (step.needs === FUSE)
    return { kind: 'failed', code: 'missing_mechanism', message: `${message}: ${fuseHint(errno)}` };
  if (step.needs === OVERLAY)
    return { kind: 'failed', code: 'missing_mechanism', message: `${message}: ${overlayHint(errno)}` };
  const mechanism = mechanismOf(step.needs);
  const hindrance =
    mechanism === 'namespaces'
      ? hindranceOf(step.words.includes('_map') ? 'map' : 'mount', errno)
      : undefined;
  if (mechanism !== undefined && (hindrance !== undefined || isRefusal(errno))) {
    const { code, message: text } = new MissingMechanismError(mechanism, hindrance ?? message);
    return { kind: 'failed', code, message: text };
  }
  const starts = step.call === 'execve' || step.call === 'execveat';
  const code = starts ? (errno === ENOEXEC ? 'not_a_program' : 'cannot_execute') : 'cannot_open';
  return { kind: 'failed', code, message };
}

/** Explains why the host served no file system. */
function fuseHint(errno: number): string {
  if (errno === LinuxErrno.ENOENT || errno === LinuxErrno.ENXIO || errno === LinuxErrno.ENODEV)
    return `there is no ${FUSE_DEVICE}; load the module 'fuse', and in a container pass the device on`;
  return `the kernel gives this user no file system of ${FUSE_DEVICE}, which has to be readable and writable for all`;
}

/** Explains why the host gave no overlay. */
function overlayHint(errno: number): string {
  if (errno === LinuxErrno.ENODEV) return "the kernel has no overlays (its module is called 'overlay')";
  if (errno === LinuxErrno.EPERM || errno === LinuxErrno.EACCES)
    return 'the kernel gives this user none; users have them since Linux 5.11, unless the host forbids it';
  return 'the file system of the folder of changes can hold none; set XDG_STATE_HOME to a directory of another one, such as ext4, XFS, Btrfs or tmpfs';
}

function mechanismOf(needs: string | undefined): Mechanism | undefined {
  if (needs === undefined) return undefined;
  if (needs === 'landlock' || needs === 'seccomp') return needs;
  return Object.hasOwn(mechanisms, 'namespaces') ? 'namespaces' : undefined;
}

const signalNames = new Map<number, NodeJS.Signals>();
for (const [name, number] of Object.entries(constants.signals)) {
  // Two names of one number (SIGABRT, SIGIOT): the first is the usual one.
  if (!signalNames.has(number)) signalNames.set(number, name as NodeJS.Signals);
}

/** Finds the reason why a program has ended, or was not started. */
export function endReason(message: StartMessage, limits: Limits, cgroups: Cgroups | undefined): ExitReason {
  if (message.kind === 'failed') return failureOf(message);
  const end = endOf(message);
  const status = end.kind === 'exited' ? end.code : SIGNAL_STATUS + (message.status & 0x7f);
  const events = cgroups?.events();
  const behind = limitBehind(status, limits, events);
  if (behind !== undefined) return { kind: 'limit', ...behind, usage: end.usage };
  const refused = refusedBy(events);
  return refused.length === 0 ? end : { ...end, refused };
}

/** Reads the end of a program, and the resources that it used. */
export function endOf({
  status,
  maximumMemory,
  cpuTime,
}: Extract<StartMessage, { kind: 'ended' }>): ProgramEnd {
  const usage = { maximumMemory, cpuTime };
  const number = status & 0x7f;
  if (number === 0) return { kind: 'exited', code: (status >> 8) & 0xff, usage };
  return { kind: 'signaled', signal: signalNames.get(number) ?? 'SIGKILL', usage };
}

/** An end that no limit is behind. */
type ProgramEnd =
  | Required<Omit<Extract<ExitReason, { kind: 'exited' }>, 'message' | 'refused'>>
  | Required<Omit<Extract<ExitReason, { kind: 'signaled' }>, 'refused'>>;

/** The end of a program whose encrypted directory has no server any more. */
const serverLost: ExitReason = {
  kind: 'failed',
  code: 'encryption_lost',
  message: 'The process that serves an encrypted directory of the program has ended',
};

function besideAndServers(
  beside: Promise<void> | undefined,
  servers: Promise<void> | undefined,
): Promise<void> | undefined {
  if (beside === undefined || servers === undefined) return beside ?? servers;
  return Promise.all([beside, servers]).then(() => undefined);
}

/** A started program, and what is there for it. */
type Followed = {
  readonly onOverlay: LaunchOptions['onOverlay'] | undefined;
  readonly started: Started;
  readonly opened: OpenedWorld;
  readonly beside: Beside;
};

/** Follows a program that was started until it has ended. */
function follow(plan: LinuxPlan, { started, opened, beside, onOverlay }: Followed): Watcher {
  const watcher = new Watcher(started, {
    wallClock: plan.limits.wallClock,
    reasonOf: (message) => endReason(message, plan.limits, opened.cgroups),
    onEnd: () => {
      opened.cgroups?.remove();
      const finished = besideAndServers(beside.end(), opened.encrypted.end());
      for (const kept of opened.overlays.end()) onOverlay?.(kept);
      return finished;
    },
  });
  opened.overlays.watch(plan.limits.changes, () => watcher.end({ kind: 'limit', limit: 'changes' }));
  opened.encrypted.onLost(() => watcher.end(serverLost));
  beside.begin(
    started.process.pid,
    besideEvents((reason) => watcher.end(reason)),
  );
  return watcher;
}
