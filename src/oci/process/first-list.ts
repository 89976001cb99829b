import { CallList, type Slot } from '../../host/processes/call-list.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
} from '../../linux/mounts.ts';
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC, O_WRONLY } from '../../linux/open-flags.ts';
import { PR_SET_DUMPABLE, PR_SET_PDEATHSIG } from '../../linux/prctl.ts';
import { CLONE_NEWNET } from '../../linux/processes.ts';
import { SIGKILL } from '../../linux/signals.ts';
import { CMSG_HEADER_SIZE, MSG_CMSG_CLOEXEC } from '../../linux/sockets.ts';
import { addLoopback } from '../../worlds/loopback.ts';
import type { Parameters } from '../root/detached-mount.ts';
import { addFreshStart, addProgram, addProgramCheck, addWalls, type ProcessSteps } from './process-steps.ts';
import { addStartHooks, type StartHooks } from './start-hooks.ts';

/*
 * The list of system calls of a container's first process: it makes or joins the namespaces, hands file systems of them to
 * the launcher, which builds the root, raises the walls, waits for `start`, and becomes the program.
 */

/** Messages of the process to the launcher, each one packet; a failure has 16 bytes (`CallList.failed`). */
export const Message = { namespaces: '1', created: '2' } as const;

/** A file system of the container's own namespaces that the process makes. */
export type OwnFileSystem = {
  readonly type: string;
  readonly parameters: Parameters;
  readonly attributes: number;
  /** The number under which the launcher takes its mount. */
  readonly number: number;
};

/** Facts about the first process. */
export type FirstProcess = {
  /** The first number that the program does not inherit. */
  readonly firstClosed: number;
  /** The socket to the launcher. */
  readonly status: number;
  /** The pipe with a name on which it waits for `start`. */
  readonly gate: number;
  /** `cgroup.procs` files of its control groups, open for writing. */
  readonly memberships: readonly number[];
  /** Namespaces to join. */
  readonly joined: readonly (readonly [descriptor: number, flag: number])[];
  /** Flags of unshare(2) for the new ones. */
  readonly made: number;
  readonly hostname: string | undefined;
  readonly domainname: string | undefined;
  /** Settings of its namespaces, and their files in /proc/sys. */
  readonly sysctl: readonly (readonly [path: string, value: string])[];
  readonly fileSystems: readonly OwnFileSystem[];
};

/** Makes the first part of the list. */
export function firstList(first: FirstProcess): CallList {
  const { status, gate, memberships, joined, made, fileSystems } = first;
  const list = new CallList();
  const inherited = [status, gate, ...memberships, ...joined.map(([descriptor]) => descriptor)];
  addFreshStart(list, first.firstClosed, inherited);
  list.call('end with the launcher', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  list.call('hide the process', 'prctl', [PR_SET_DUMPABLE, 0]);
  const self = list.data('"0"', [Buffer.from('0')]);
  for (const group of memberships) list.call('join a control group', 'write', [group, self, 1]);
  for (const [descriptor, flag] of joined) list.call('join a namespace', 'setns', [descriptor, flag]);
  list.call('make namespaces', 'unshare', [made], { needs: 'namespaces' });
  addNames(list, first);
  if ((made & CLONE_NEWNET) !== 0) addLoopback(list);
  for (const [path, value] of first.sysctl) addSetting(list, path, value);
  for (const one of fileSystems) addFileSystem(list, one);
  list.call('leave the bundle', 'chdir', [list.text('/')]);
  addMessage(list, status, Message.namespaces);
  // The launcher builds the root meanwhile, makes it the root of this process, and knows the rest of the list then.
  const program = addReceive(list, status);
  const nothing = list.texts('nothing', []);
  list.call('go on', 'execveat', [program, list.text(''), nothing, nothing, AT_EMPTY_PATH]);
  addFailure(list, status);
  return list;
}

/** Facts about the second part of a first process. */
export type SecondPart = {
  readonly steps: ProcessSteps;
  readonly status: number;
  readonly gate: number;
  /** True if a terminal comes behind the wall. */
  readonly terminal: boolean;
  /** The numbers of further descriptors, in the order in which they come. */
  readonly handed: readonly number[];
  /** Hooks that run before the program; their two descriptors come last. */
  readonly hooks: StartHooks | undefined;
};

/** Makes the second part of the list: from within the root up to the program. */
export function secondList({ steps, status, gate, terminal, handed, hooks }: SecondPart): CallList {
  const list = new CallList();
  list.call('hide the process', 'prctl', [PR_SET_DUMPABLE, 0]);
  if (steps.ruleset !== undefined)
    list.call('get the second wall', 'dup3', [addReceive(list, status), steps.ruleset, O_CLOEXEC]);
  const console = terminal ? addReceive(list, status) : undefined;
  for (const number of handed) {
    const received = addReceive(list, status);
    list.call(`get descriptor ${number}`, 'dup3', [received, number, 0]);
  }
  for (const number of hooks === undefined ? [] : [hooks.state, hooks.report])
    list.call('get a file of hooks', 'dup3', [addReceive(list, status), number, O_CLOEXEC]);
  list.call('enter the root', 'chdir', [list.text('/')]);
  // From here on it ends when its next message has no reader.
  list.call('outlive the launcher', 'prctl', [PR_SET_PDEATHSIG, 0, 0, 0, 0]);
  addWalls(list, { ...steps, terminal: console });
  addProgramCheck(list, steps);
  addMessage(list, status, Message.created);
  const told = list.label();
  const gone = list.label();
  list.call('wait for the start', 'read', [gate, list.data('start', [new Uint8Array(8)]), 1], {
    onPositive: told,
    onZero: gone,
  });
  list.place(told);
  if (hooks !== undefined) addStartHooks(list, hooks);
  addProgram(list, steps);
  list.place(gone);
  addFailure(list, status);
  return list;
}

function addMessage(list: CallList, status: number, text: string): void {
  list.call('tell the launcher', 'write', [status, list.data(text, [Buffer.from(text)]), 1]);
}

function addFailure(list: CallList, status: number): void {
  const failure = list.label();
  list.place(failure);
  list.failAt(failure);
  list.call('report the failure', 'write', [status, list.failed, 16]);
  list.call('end', 'exit_group', [1]);
}

function addNames(list: CallList, { hostname, domainname }: FirstProcess): void {
  for (const [call, name] of [
    ['sethostname', hostname],
    ['setdomainname', domainname],
  ] as const) {
    if (name === undefined) continue;
    const bytes = Buffer.from(name);
    list.call(`name the host ${name}`, call, [list.data(JSON.stringify(name), [bytes]), bytes.length]);
  }
}

/** The /proc of the host is there yet: no image can lead this elsewhere. */
function addSetting(list: CallList, path: string, value: string): void {
  const words = `set ${path} to ${value}`;
  const file = list.slot(path);
  list.call(words, 'openat', [AT_FDCWD, list.text(path), O_WRONLY | O_CLOEXEC, 0], { result: file });
  const bytes = Buffer.from(value);
  list.call(words, 'write', [file, list.data(value, [bytes]), bytes.length]);
  list.call(words, 'close', [file]);
}

function addFileSystem(list: CallList, { type, parameters, attributes, number }: OwnFileSystem): void {
  const words = `make ${type}`;
  const [context, mount] = [list.slot('context'), list.slot('mount')];
  list.call(words, 'fsopen', [list.text(type), FSOPEN_CLOEXEC], { result: context });
  for (const [key, value] of parameters) {
    const command = value === undefined ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
    const to = value === undefined ? 0 : list.text(value);
    list.call(`${words} with ${key}`, 'fsconfig', [context, command, list.text(key), to, 0]);
  }
  list.call(words, 'fsconfig', [context, FSCONFIG_CMD_CREATE, 0, 0, 0]);
  list.call(words, 'fsmount', [context, FSMOUNT_CLOEXEC, attributes], { result: mount });
  list.call(words, 'close', [context]);
  list.call(words, 'dup3', [mount, number, O_CLOEXEC]);
  list.call(words, 'close', [mount]);
}

/** Waits for a message of the launcher with one descriptor; its end means that the launcher is gone. */
function addReceive(list: CallList, status: number): Slot {
  const words = 'wait for the root';
  const byte = list.data('byte', [new Uint8Array(8)]);
  const one = Buffer.alloc(8);
  one.writeUInt8(1, 0);
  const vector = list.data('iovec', [byte, one]);
  const control = list.data('control', [new Uint8Array(CMSG_HEADER_SIZE + 8)]);
  const length = Buffer.alloc(16);
  length.writeUInt8(CMSG_HEADER_SIZE + 8, 0);
  const header = list.data('msghdr', [new Uint8Array(16), vector, one, control, length]);
  const goOn = list.label();
  const end = list.label();
  list.call(words, 'recvmsg', [status, header, MSG_CMSG_CLOEXEC], { onPositive: goOn, onZero: end });
  list.place(end);
  list.call('end', 'exit_group', [1]);
  list.place(goOn);
  return list.slotAt(control, CMSG_HEADER_SIZE);
}
