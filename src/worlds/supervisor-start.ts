import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { CallList, Pointer } from '../host/processes/call-list.ts';
import { RESTORER, supervisorFile } from '../host/supervisor/start.ts';
import { architecture } from '../linux/architecture.ts';
import { MAP_FIXED_NOREPLACE, MAP_PRIVATE, PROT_EXEC, PROT_READ } from '../linux/memory.ts';
import { O_CLOEXEC } from '../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import { CLONE_NEWCGROUP, CLONE_PARENT_SETTID, CLONE_VM } from '../linux/processes.ts';
import {
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
  SECCOMP_SET_MODE_FILTER,
} from '../linux/seccomp.ts';
import { SA_RESTORER, SIG_SETMASK, SIGCHLD } from '../linux/signals.ts';
import {
  CMSG_HEADER_SIZE,
  MSG_CMSG_CLOEXEC,
  MSG_NOSIGNAL,
  SCM_RIGHTS,
  SOL_SOCKET,
} from '../linux/sockets.ts';
import type { SupervisorParts } from '../supervisor/supervision.ts';
import { LandlockAccess } from '../walls/landlock.ts';
import { addCgroup } from './cgroup-mount.ts';
import { filterProgram } from './filter-program.ts';
import { MountAttribute } from './mount-attributes.ts';
import { addFileSystem } from './mount-steps.ts';
import { addWall } from './wall-steps.ts';
import type { World } from './world.ts';

/*
 * The steps that start a supervisor. Its threads belong to the first process, of which all processes of the program
 * descend: so it may read their memory, and nothing in the namespace can signal, trace or outlive it. The first process
 * enters the program's Landlock domain before it makes the program, because one domain may look only into itself and those
 * beneath it.
 */

/** A supervisor's parts by their numbers in the new process. */
export type PlacedSupervisor = {
  readonly inherited: readonly number[];
  readonly code: number;
  readonly codeSize: number;
  readonly table: number;
  readonly reports: number;
  readonly masks: readonly number[];
  readonly text: number | undefined;
  /** Both ends of the way of the listener. */
  readonly gate: number;
  readonly theirs: number;
  /** Descriptors that the process opens itself: its /proc, and the listener. */
  readonly proc: number;
  readonly notify: number;
};

/** Own descriptors of the new process lie so far above those that it inherits. */
const OWN = 80;

/** The address of its code, far from the stub and its list. */
const CODE_ADDRESS = 0x20000000;

/** A real-time signal, which the launcher passes to no program. */
const START = 62;

/**
 * Gives the parts of a supervisor their numbers.
 *
 * @param place Gives a host descriptor its number; the next one is one more.
 * @param keep Takes a host descriptor over.
 * @throws SystemError when the host refuses memory.
 */
export function placeSupervisor(
  { table, tableSize, reports, masks, asks, text, guard, demands }: SupervisorParts,
  place: (host: number) => number,
  keep: (host: number) => number,
): PlacedSupervisor {
  const [gate, theirs] = makeSocketPair();
  const placed = {
    table: place(table),
    reports: place(reports),
    masks: masks.map(place),
    text: text === undefined ? undefined : place(text),
    gate: place(keep(gate)),
    theirs: place(keep(theirs)),
  };
  const proc = placed.theirs + OWN;
  const notify = proc + 1;
  const { file, size } = supervisorFile({
    notify,
    proc,
    reports: placed.reports,
    table: placed.table,
    tableSize,
    masks: placed.masks[0] ?? placed.table,
    asks,
    text: placed.text,
    guard,
    sockets: demands.categories.includes('net/connect'),
  });
  const code = place(keep(file));
  const { table: rules, reports: records, masks: files, gate: ours, theirs: other } = placed;
  return {
    ...placed,
    code,
    codeSize: size,
    proc,
    notify,
    inherited: [
      rules,
      records,
      ...files,
      ...(placed.text === undefined ? [] : [placed.text]),
      ours,
      other,
      code,
    ],
  };
}

/** Lists the numbers that stay open once the program is on its way. */
export function keptNumbers({
  code,
  table,
  reports,
  masks,
  text,
  proc,
  gate,
}: PlacedSupervisor): readonly number[] {
  return [code, table, reports, ...masks, ...(text === undefined ? [] : [text]), proc, gate];
}

/** Adds a /proc that only the supervisor has. Precondition: that of the host is still there. */
export function addOwnProc(list: CallList, { proc }: PlacedSupervisor): void {
  const words = 'give the supervisor a /proc';
  const into = list.slot('the /proc of the supervisor');
  const scratch = list.slot('its file system');
  const { noSetId, noDevices, noExecute } = MountAttribute;
  addFileSystem(list, words, {
    type: 'proc',
    options: [],
    attributes: noSetId | noDevices | noExecute,
    into,
    scratch,
  });
  list.call(words, 'dup3', [into, proc, O_CLOEXEC]);
  list.call(words, 'close', [into]);
}

/**
 * Adds the steps before the program is made: the first process enters the program's domain.
 *
 * @param ruleset The ruleset of Landlock; `undefined` for a host that is accepted without.
 */
export function addDomain(
  list: CallList,
  world: World,
  { ruleset, proc }: { readonly ruleset: number | undefined; readonly proc: number },
): void {
  if (world.entries.some(({ kind }) => kind === 'cgroup')) addCgroupMounts(list, world);
  list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
  const { readFile, readDir } = LandlockAccess;
  if (ruleset !== undefined)
    addWall(list, ruleset, world, [{ descriptor: proc, access: readFile | readDir }]);
}

/** Behind a domain nothing can be mounted: a process that ends at once shows the program its control groups before. */
function addCgroupMounts(list: CallList, { entries, limits }: World): void {
  const words = 'show control groups';
  const helper = list.label();
  const parent = list.label();
  const child = list.slot('process for control groups');
  const status = list.slot('its end');
  list.call(words, 'clone', [CLONE_VM | CLONE_PARENT_SETTID | SIGCHLD, 0, child.at, 0, 0], {
    onZero: helper,
    onPositive: parent,
  });
  list.place(helper);
  const self = list.data('"0"', [Buffer.from('0')]);
  for (const group of limits.cgroups) list.call('join a control group', 'write', [group, self, 1]);
  list.call(words, 'unshare', [CLONE_NEWCGROUP], { needs: 'cgroup namespaces' });
  for (const entry of entries) if (entry.kind === 'cgroup') addCgroup(list, entry);
  list.call(words, 'exit_group', [0]);
  list.place(parent);
  list.call(words, 'wait4', [child, status.at, 0, 0]);
  const gone = list.label();
  const goOn = list.label();
  list.compare(words, status, 0, { onZero: goOn, onError: gone });
  list.place(gone);
  list.call('end', 'exit_group', [1]);
  list.place(goOn);
}

/** The bytes of a message with one descriptor, and the room for the descriptor's number. */
function message(list: CallList, name: string): { readonly header: Pointer; readonly control: Pointer } {
  const control = Buffer.alloc(CMSG_HEADER_SIZE + 8);
  control.writeBigUInt64LE(BigInt(CMSG_HEADER_SIZE + 4), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  const room = list.data(`descriptor of ${name}`, [control]);
  const vector = list.data(`vector of ${name}`, [list.data('a byte', [new Uint8Array(8)]), word(1)]);
  const header = [word(0), word(0), vector, word(1), room, word(CMSG_HEADER_SIZE + 8), word(0)];
  return { header: list.data(`message of ${name}`, header), control: room };
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/**
 * Adds the steps of the program's process that filter its system calls, send the listener to the first process, and wait
 * until the supervisor answers.
 */
export function addListener(list: CallList, { theirs }: PlacedSupervisor, filter: Uint8Array): void {
  const program = filterProgram(list, 'filter', filter);
  const { header, control } = message(list, 'the listener');
  const flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  list.call('filter system calls', 'seccomp', [SECCOMP_SET_MODE_FILTER, flags, program], {
    needs: 'seccomp',
    result: list.slotAt(control, CMSG_HEADER_SIZE),
  });
  const words = 'hand the listener to the supervisor';
  list.call(words, 'sendmsg', [theirs, header, MSG_NOSIGNAL]);
  const goOn = list.label();
  const gone = list.label();
  const byte = list.slot('word of the supervisor');
  list.call(words, 'recvfrom', [theirs, byte.at, 1, 0, 0, 0], { onPositive: goOn, onZero: gone });
  list.place(gone);
  list.call('end', 'exit_group', [1]);
  list.place(goOn);
}

/** Adds the steps of the first process that start the supervisor, once the program is about to start. */
export function addSupervisor(list: CallList, placed: PlacedSupervisor): void {
  const { code, codeSize, gate, notify } = placed;
  const words = 'start the supervisor';
  const at = [CODE_ADDRESS, codeSize, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED_NOREPLACE, code, 0];
  list.call(words, 'mmap', at);
  const { header, control } = message(list, 'the supervisor');
  const failed = list.label();
  const received = list.label();
  // The end of the socket: the program was not started, which it has reported.
  list.call(words, 'recvmsg', [gate, header, MSG_CMSG_CLOEXEC], { onPositive: received, onZero: failed });
  list.place(received);
  list.call(words, 'dup3', [list.slotAt(control, CMSG_HEADER_SIZE), notify, O_CLOEXEC]);
  list.call(words, 'close', [list.slotAt(control, CMSG_HEADER_SIZE)]);
  const action = Buffer.alloc(32);
  action.writeBigUInt64LE(BigInt(CODE_ADDRESS), 0);
  if (architecture === 'x64') {
    action.writeBigUInt64LE(BigInt(SA_RESTORER), 8);
    action.writeBigUInt64LE(BigInt(CODE_ADDRESS + RESTORER), 16);
  }
  action.fill(0xff, 24);
  const handler = list.data('code of the supervisor', [action]);
  list.call(words, 'rt_sigaction', [START, handler, 0, 8]);
  const others = list.data('all signals but one', [maskWithout(START)]);
  const own = list.slot('own id');
  list.call(words, 'rt_sigprocmask', [SIG_SETMASK, others, 0, 8]);
  list.call(words, 'getpid', [], { result: own });
  list.call(words, 'kill', [own, START]);
  const every = list.data('every signal', [Buffer.alloc(8, 0xff)]);
  list.call(words, 'rt_sigprocmask', [SIG_SETMASK, every, 0, 8]);
  list.call(
    'let the program start',
    'sendto',
    [gate, list.data('a byte', [new Uint8Array(8)]), 1, MSG_NOSIGNAL, 0, 0],
    {
      onError: failed,
    },
  );
  list.place(failed);
}

function maskWithout(signal: number): Uint8Array {
  const mask = Buffer.alloc(8);
  mask.writeBigUInt64LE((2n ** 64n - 1n) ^ (1n << BigInt(signal - 1)));
  return mask;
}
