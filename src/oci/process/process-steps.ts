import type { CallList, Slot } from '../../host/processes/call-list.ts';
import { CLOSE_RANGE_CLOEXEC, UINT_MAX } from '../../linux/fcntl.ts';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, RESOLVE_NO_MAGICLINKS } from '../../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS } from '../../linux/prctl.ts';
import { KEYCTL_JOIN_SESSION_KEYRING } from '../../linux/processes.ts';
import { SECCOMP_SET_MODE_FILTER } from '../../linux/seccomp.ts';
import { LAST_SIGNAL, SIG_SETMASK, SIGKILL, SIGSTOP } from '../../linux/signals.ts';
import { TIOCSCTTY } from '../../linux/terminals.ts';
import type { ContainerProcess } from '../config/container-process.ts';
import { addIdentity } from './capability-steps.ts';
import type { ProfileFilter } from './seccomp-profile.ts';

/* Steps that the first process of a container and those of `exec` have in common, behind their entry into its root. */

/** The facts about a process that is being started. */
export type ProcessSteps = {
  readonly process: ContainerProcess;
  /** The paths at which the program may be, in the order in which they are tried. */
  readonly programs: readonly string[];
  /** A Landlock ruleset; `undefined` for the launcher, which has none. */
  readonly ruleset: number | undefined;
  /** Our filter and the engine's. */
  readonly filters: readonly ProfileFilter[];
  readonly terminal: number | Slot | undefined;
  /** The first number that the program does not inherit. */
  readonly firstClosed: number;
  /** Numbers from that on which are needed until the program starts. */
  readonly kept: readonly number[];
  /** Numbers from that on which the program inherits all the same. */
  readonly handed: readonly number[];
};

/** Access mode of faccessat(2): execution. */
const X_OK = 1;

/** Lets go of all that belongs to the launcher: descriptors but the given ones, its session, handlers and personality. */
export function addFreshStart(list: CallList, firstClosed: number, kept: readonly number[]): void {
  let next = firstClosed;
  for (const number of kept.toSorted((a, b) => a - b)) {
    if (number > next) list.call('close descriptors', 'close_range', [next, number - 1, 0]);
    next = number + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
  list.call('begin a session', 'setsid', []);
  const byDefault = list.data('default action', [new Uint8Array(32)]);
  for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
    if (signal === SIGKILL || signal === SIGSTOP) continue;
    list.call('reset signals', 'rt_sigaction', [signal, byDefault, 0, 8]);
  }
  list.call('reset the personality', 'personality', [0]);
}

/** Adds the steps up to those that start the program: behind them, the process is allowed no more than the program. */
export function addWalls(list: CallList, steps: ProcessSteps): void {
  const { process, ruleset, filters } = steps;
  for (const { resource, soft, hard } of process.limits) {
    const room = Buffer.alloc(16);
    room.writeBigUInt64LE(soft, 0);
    room.writeBigUInt64LE(hard, 8);
    const words = `limit resource ${resource} to ${soft}`;
    list.call(words, 'prlimit64', [0, resource, list.data(words, [room]), 0]);
  }
  // A kernel without keyrings has none to leave.
  const next = list.label();
  list.call('begin a session keyring', 'keyctl', [KEYCTL_JOIN_SESSION_KEYRING, 0], { onError: next });
  list.place(next);
  list.call('set the mask of new files', 'umask', [process.umask]);
  addTerminal(list, steps);
  addClosing(list, steps);
  addWorkingDirectory(list, process.workingDirectory);
  if (process.noNewPrivileges) {
    list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
    addIdentity(list, process);
  }
  if (ruleset !== undefined)
    list.call('raise the second wall', 'landlock_restrict_self', [ruleset, 0], { needs: 'landlock' });
  for (const filter of filters) addFilter(list, filter);
  // Without that, the kernel asks for CAP_SYS_ADMIN to raise walls: it is given up behind them.
  if (!process.noNewPrivileges) addIdentity(list, process);
}

function addTerminal(list: CallList, { terminal }: ProcessSteps): void {
  if (terminal === undefined) return;
  for (const number of [0, 1, 2]) list.call('take the terminal', 'dup3', [terminal, number, 0]);
  list.call('take the terminal', 'ioctl', [0, TIOCSCTTY, 0]);
}

/** Nothing of the launcher's is left by which the working directory could lead out. */
function addClosing(list: CallList, { firstClosed, kept, ruleset, handed }: ProcessSteps): void {
  const words = 'close descriptors';
  let next = firstClosed;
  for (const number of [...kept, ...(ruleset === undefined ? [] : [ruleset]), ...handed].toSorted(
    (a, b) => a - b,
  )) {
    if (number < next) continue;
    if (number > next) list.call(words, 'close_range', [next, number - 1, 0]);
    if (handed.includes(number)) {
      next = number + 1;
      continue;
    }
    list.call('keep other descriptors back', 'close_range', [number, number, CLOSE_RANGE_CLOEXEC]);
    next = number + 1;
  }
  list.call(words, 'close_range', [next, UINT_MAX, 0]);
}

function addWorkingDirectory(list: CallList, path: string): void {
  const words = `enter ${path}`;
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(O_PATH | O_DIRECTORY | O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(RESOLVE_NO_MAGICLINKS), 16);
  const directory = list.slot('working directory');
  const args = [AT_FDCWD, list.text(path), list.data('how', [how]), how.length];
  list.call(words, 'openat2', args, { result: directory });
  list.call(words, 'fchdir', [directory]);
  list.call(words, 'close', [directory]);
}

function addFilter(list: CallList, { filter, flags }: ProfileFilter): void {
  const length = Buffer.alloc(8);
  length.writeUInt16LE(filter.length / 8, 0);
  const program = list.data('sock_fprog', [length, list.data('filter', [filter])]);
  list.call('filter system calls', 'seccomp', [SECCOMP_SET_MODE_FILTER, flags, program], {
    needs: 'seccomp',
  });
}

/** Adds the steps that find out whether the program can be started, and let signals in. */
export function addProgramCheck(list: CallList, { process, programs }: ProcessSteps): void {
  const found = list.label();
  const [name = ''] = process.arguments;
  for (const [index, path] of programs.entries()) {
    const last = index === programs.length - 1;
    const next = list.label();
    const words = name.includes('/')
      ? `exec: ${JSON.stringify(name)}: start ${path}`
      : `exec: ${JSON.stringify(name)}: executable file not found in $PATH`;
    const usable = list.label();
    list.call(words, 'faccessat', [AT_FDCWD, list.text(path), X_OK], last ? {} : { onError: next });
    // Executing a directory fails, in the words that are meant for it.
    list.call(words, 'openat', [AT_FDCWD, list.text(path), O_PATH | O_DIRECTORY | O_CLOEXEC, 0], {
      onError: usable,
    });
    const nothing = list.texts('nothing', []);
    list.call(words, 'execve', [list.text(path), nothing, nothing], last ? {} : { onError: next });
    list.place(usable);
    list.compare(words, 0, 0, { onZero: found });
    list.place(next);
  }
  list.place(found);
  const none = list.data('no signal', [new Uint8Array(8)]);
  list.call('let signals in', 'rt_sigprocmask', [SIG_SETMASK, none, 0, 8]);
}

/** Adds the steps that start the program: each place where it may be is tried until one has it. */
export function addProgram(list: CallList, { process, programs }: ProcessSteps): void {
  const names = list.texts('arguments', process.arguments);
  const environment = list.texts('environment', process.environment);
  for (const [index, path] of programs.entries()) {
    const next = list.label();
    const last = index === programs.length - 1;
    list.call(
      `start ${path}`,
      'execve',
      [list.text(path), names, environment],
      last ? {} : { onError: next },
    );
    list.place(next);
  }
}
