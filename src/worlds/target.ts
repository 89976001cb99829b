import { readFileSync } from 'node:fs';
import type { CallList, Slot } from '../host/processes/call-list.ts';
import { CLOSE_RANGE_CLOEXEC, UINT_MAX } from '../linux/fcntl.ts';
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC, O_PATH } from '../linux/open-flags.ts';
import {
  _LINUX_CAPABILITY_VERSION_3,
  CAP_SETPCAP,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  PR_SET_SECUREBITS,
  SECBIT_KEEP_CAPS_LOCKED,
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
  SECBIT_NO_SETUID_FIXUP,
  SECBIT_NO_SETUID_FIXUP_LOCKED,
  SECBIT_NOROOT,
  SECBIT_NOROOT_LOCKED,
} from '../linux/prctl.ts';
import { CLONE_NEWCGROUP, KEYCTL_JOIN_SESSION_KEYRING, RLIMIT_CORE } from '../linux/processes.ts';
import { SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import { SIG_SETMASK, SIGKILL } from '../linux/signals.ts';
import { TIOCSCTTY } from '../linux/terminals.ts';
import { addCgroup } from './cgroup-mount.ts';
import { filterFor } from './filter.ts';
import { filterProgram } from './filter-program.ts';
import { addNarrow } from './narrow-filter.ts';
import { compareObject, type HostObject, statRoom } from './objects.ts';
import { addObserver } from './observer.ts';
import { addUser } from './other-user.ts';
import { addPromises } from './promise-filter.ts';
import { makeStartToken } from './start-token.ts';
import { addListener, type PlacedSupervisor } from './supervisor-start.ts';
import { addWall } from './wall-steps.ts';
import { resourceLimits, type World } from './world.ts';

/* The steps of the process that becomes the program, up to its execve(2): nothing of the launcher's is left by then. */

/**
 * Too little for any core dump, and by this very number no program of the host is started to take one, which it would be
 * in spite of 0 (core(5), fs/coredump.c of Linux). The filter keeps the program from setting it to that.
 */
const NO_CORE = 1;

/** Capabilities there can be, should the host not say how many it has. */
const MOST_CAPABILITIES = 64;
/** A user id of 0 brings no capabilities, nothing raises ambient ones, and none of it can be changed back. */
const SECURE_BITS =
  SECBIT_NOROOT |
  SECBIT_NOROOT_LOCKED |
  SECBIT_NO_SETUID_FIXUP |
  SECBIT_NO_SETUID_FIXUP_LOCKED |
  SECBIT_KEEP_CAPS_LOCKED |
  SECBIT_NO_CAP_AMBIENT_RAISE |
  SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

/** Host descriptors that the process needs, none of which has a number that the program gets. */
export type TargetDescriptors = {
  readonly executable: number;
  /** A Landlock ruleset; without it the program has no such domain. */
  readonly ruleset: number | undefined;
  /** The descriptors of the program: its number, and the host descriptor, which lies above all these numbers. */
  readonly given: readonly (readonly [number: number, host: number])[];
};

/** Facts about the new process. */
export type TargetOptions = {
  readonly descriptors: TargetDescriptors;
  readonly program: HostObject;
  /** True if it has capabilities at the start, in any namespace. */
  readonly capable: boolean;
  /** True if the host filters system calls; without, the program can make any. */
  readonly filters: boolean;
  /** The slot with the launcher's mask of new files; `undefined` when the process still has it. */
  readonly mask: Slot | undefined;
  /** The supervisor, behind whose domain it is already; `undefined` without one. */
  readonly supervisor: PlacedSupervisor | undefined;
  /** A ruleset that keeps its signals from the first process, where that is in the same domain otherwise. */
  readonly scope: number | undefined;
};

/** Adds the steps of the process that becomes the program. */
export function addTarget(list: CallList, world: World, options: TargetOptions): void {
  const { descriptors, capable, filters, supervisor } = options;
  addSession(list, world, capable, supervisor !== undefined);
  const mask = world.umask ?? options.mask;
  if (mask !== undefined) list.call('set the mask of new files', 'umask', [mask]);
  addLimits(list, world);
  addDescriptors(list, descriptors.given);
  list.call(`enter ${world.workingDirectory}`, 'chdir', [list.text(world.workingDirectory)]);
  const program = world.executablePath ?? world.arguments[0] ?? 'the program';
  const words = `start ${program}`;
  const byDescriptor = list.label();
  const byPath = list.label();
  const path = world.executablePath;
  const found = list.slot('path found');
  const byName = world.startedByName === true;
  if (path !== undefined && !byName) addProgramCheck(list, words, path, options.program, found);
  list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
  const kept = world.capabilities ?? [];
  if (capable) addBounds(list, kept);
  // The capabilities of before stay until they are given up.
  if (world.user !== undefined) addUser(list, world.user);
  if (supervisor !== undefined) {
    if (options.scope !== undefined)
      list.call('keep signals inside', 'landlock_restrict_self', [options.scope, 0], { needs: 'landlock' });
  } else if (descriptors.ruleset !== undefined) addWall(list, descriptors.ruleset, world);
  addCapabilities(list, kept);
  // Now it is allowed no more than the program.
  if (world.user !== undefined)
    list.call(`enter ${world.workingDirectory}`, 'chdir', [list.text(world.workingDirectory)]);
  const all = list.data('no signal', [new Uint8Array(8)]);
  list.call('let signals in', 'rt_sigprocmask', [SIG_SETMASK, all, 0, 8]);
  const names = list.texts('arguments', world.arguments);
  const environment = list.texts(
    'environment',
    world.environment.map(([name, value]) => `${name}=${value}`),
  );
  // The walls come after it: they may withhold what hands the notifications over.
  if (world.observed !== undefined) addObserver(list, world.observed);
  if (supervisor !== undefined) addListener(list, supervisor, filterFor(world));
  else if (filters) addFilter(list, world);
  if (world.narrow !== undefined) addNarrow(list, world.narrow);
  const token = world.promises === undefined ? undefined : makeStartToken();
  if (world.promises !== undefined && token !== undefined) addPromises(list, world.promises, token);
  if (path !== undefined) {
    if (!byName) list.compare(words, found, 0, { onZero: byDescriptor, onError: byPath });
    list.place(byPath);
    list.call(words, 'execve', [list.text(path), names, environment, ...(token?.words ?? [])]);
  }
  list.place(byDescriptor);
  const file = [descriptors.executable, list.text(''), names, environment];
  const flags = token === undefined ? [AT_EMPTY_PATH] : [token.flags, token.words[0]];
  list.call(words, 'execveat', [...file, ...flags]);
}

function addSession(
  list: CallList,
  { terminal, limits, walls, entries }: World,
  capable: boolean,
  supervised: boolean,
): void {
  list.call('end with the first process', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  list.call('begin a session', 'setsid', []);
  if (terminal !== undefined) list.call('take the terminal', 'ioctl', [terminal, TIOCSCTTY, 0]);
  const self = list.data('"0"', [Buffer.from('0')]);
  for (const group of limits.cgroups) list.call('join a control group', 'write', [group, self, 1]);
  if (walls === 'all' && capable) {
    list.call('make a cgroup namespace', 'unshare', [CLONE_NEWCGROUP], { needs: 'cgroup namespaces' });
    // Behind the domain, nothing can be mounted any more.
    if (!supervised) for (const entry of entries) if (entry.kind === 'cgroup') addCgroup(list, entry);
  }
  if (limits.processors !== undefined) addProcessors(list, limits.processors);
  // A kernel without keyrings has none to leave.
  const next = list.label();
  list.call('begin a session keyring', 'keyctl', [KEYCTL_JOIN_SESSION_KEYRING, 0], { onError: next });
  list.place(next);
}

/** The program can take others again: its control group holds it. So do programs know how many they have. */
function addProcessors(list: CallList, processors: readonly number[]): void {
  const mask = Buffer.alloc(8 * (1 + Math.floor(Math.max(...processors) / 64)));
  for (const number of processors) {
    const at = Math.floor(number / 8);
    mask.writeUInt8(mask.readUInt8(at) | (1 << (number % 8)), at);
  }
  const room = list.data(`processors ${processors.join(', ')}`, [mask]);
  const goOn = list.label();
  // One may have been switched off by now.
  list.call('choose processors', 'sched_setaffinity', [0, mask.length, room], { onError: goOn });
  list.place(goOn);
}

function addLimits(list: CallList, { limits }: World): void {
  const set = (words: string, resource: number, value: number): void => {
    const room = Buffer.alloc(16);
    room.writeBigUInt64LE(BigInt(value), 0);
    // At the hard limit of processor time there is no signal that tells why: it must be a second later.
    room.writeBigUInt64LE(BigInt(resource === resourceLimits.cpuTime ? value + 1 : value), 8);
    list.call(words, 'prlimit64', [0, resource, list.data(String(value), [room]), 0]);
  };
  set('forbid core dumps', RLIMIT_CORE, NO_CORE);
  for (const [name, value] of limits.resources) set(`limit ${name} to ${value}`, resourceLimits[name], value);
}

function addDescriptors(list: CallList, given: TargetDescriptors['given']): void {
  const wanted = given.toSorted(([a], [b]) => a - b);
  let next = 0;
  for (const [number, host] of wanted) {
    if (number > next) list.call('close descriptors', 'close_range', [next, number - 1, 0]);
    list.call(`hand over descriptor ${number}`, 'dup3', [host, number, 0]);
    next = number + 1;
  }
  list.call('keep other descriptors back', 'close_range', [next, UINT_MAX, CLOSE_RANGE_CLOEXEC]);
}

/** Finds out whether a path leads to the program: `found` is not zero then. */
function addProgramCheck(list: CallList, words: string, path: string, object: HostObject, found: Slot): void {
  const file = list.slot('file of the program');
  const onError = list.label();
  list.call(words, 'openat', [AT_FDCWD, list.text(path), O_PATH | O_CLOEXEC, 0], { result: file, onError });
  compareObject(list, words, file, object, statRoom(list), { onError });
  list.call(words, 'getpid', [], { result: found });
  list.place(onError);
}

let last: number | undefined;

/** The last capability that this host's kernel knows. */
function lastCapability(): number {
  if (last === undefined) {
    try {
      last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'latin1'));
    } catch {
      last = MOST_CAPABILITIES - 1;
    }
  }
  return last;
}

function addBounds(list: CallList, kept: readonly number[]): void {
  const done = list.label();
  const words = 'give up capabilities';
  for (let capability = 0; capability <= lastCapability(); capability++) {
    if (kept.includes(capability)) continue;
    // The first that this kernel does not know ends the row.
    const outcome = capability === 0 ? {} : { onError: done };
    list.call(words, 'prctl', [PR_CAPBSET_DROP, capability, 0, 0, 0], outcome);
  }
  list.place(done);
  if (kept.length > 0) {
    // Programs of root get no capabilities from that, so that capabilities to keep must be ambient (capabilities(7)).
    addCapabilities(list, kept, [CAP_SETPCAP]);
    for (const capability of kept)
      list.call(words, 'prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0]);
  }
  list.call(words, 'prctl', [PR_SET_SECUREBITS, SECURE_BITS, 0, 0, 0]);
}

/** Gives up the capabilities that are in effect. */
export function addNoCapabilities(list: CallList): void {
  addCapabilities(list, []);
}

/**
 * Leaves these capabilities in effect, of the first 32.
 *
 * @param passing Those that are in effect, but must not be inherited.
 */
function addCapabilities(list: CallList, kept: readonly number[], passing: readonly number[] = []): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(_LINUX_CAPABILITY_VERSION_3, 0);
  const maskOf = (capabilities: readonly number[]): number =>
    capabilities.reduce((bits, capability) => bits | (1 << capability), 0);
  const sets = Buffer.alloc(24);
  for (const at of [0, 4]) sets.writeUInt32LE(maskOf([...kept, ...passing]), at);
  sets.writeUInt32LE(maskOf(kept), 8);
  const name = kept.length === 0 ? 'no capabilities' : `capabilities ${[...kept, ...passing].join(', ')}`;
  list.call('give up capabilities', 'capset', [
    list.data('capability version', [header]),
    list.data(name, [sets]),
  ]);
}

function addFilter(list: CallList, world: World): void {
  const { filter = filterFor(world) } = world;
  const program = filterProgram(list, 'filter', filter);
  list.call('filter system calls', 'seccomp', [SECCOMP_SET_MODE_FILTER, 0, program], { needs: 'seccomp' });
}
