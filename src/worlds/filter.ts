import { architecture } from '../linux/architecture.ts';
import { F_SETDELEG, F_SETLEASE, F_UNLCK } from '../linux/fcntl.ts';
import { MFD_EXEC, MFD_NOEXEC_SEAL } from '../linux/memory.ts';
import { __O_TMPFILE, O_CREAT } from '../linux/open-flags.ts';
import {
  ADDR_NO_RANDOMIZE,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  PER_LINUX,
  PER_LINUX32,
  RLIMIT_CORE,
  UNAME26,
} from '../linux/processes.ts';
import { S_IFBLK, S_IFCHR, S_IFMT, S_ISGID, S_ISUID } from '../linux/stat.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import { TIOCCONS, TIOCLINUX, TIOCSETD, TIOCSTI } from '../linux/terminals.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { withheld } from './answers.ts';
import { type CallGroup, callGroups } from './call-groups.ts';
import * as lone from './lone-rules.ts';
import { type CallFamily, callsOf, normalCalls } from './normal-calls.ts';
import { allow, refuse } from './rule.ts';
import { ruledCalls } from './ruled-calls.ts';
import { socketRules } from './socket-rules.ts';
import { supervisedRules } from './supervised-filter.ts';
import type { Walls, World, WorldNetwork } from './world.ts';

/** Flags of clone(2) and unshare(2) that make namespaces. */
const NEW_NAMESPACES =
  CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

/** Requests that type into a terminal, take its selection, or change its readers. */
const TERMINAL_REQUESTS: readonly number[] = [TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS];

const SET_ID = S_ISUID | S_ISGID;

/** Commands of fcntl(2) that take a lease, on a file or (since Linux 6.19) with what it delegates (linux/fcntl.h). */
const LEASES: readonly number[] = [F_SETLEASE, F_SETDELEG];

/** Flags of personality(2) that change what uname(2) says. */
const NAMES = [PER_LINUX, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32];
/** Asks for the personality. */
const ASKING = 0xffffffff;

/** Debuggers start programs at the same addresses each time. */
function personalities(debug: boolean): readonly number[] {
  return [...NAMES, ...(debug ? NAMES.map((name) => name | ADDR_NO_RANDOMIZE) : []), ASKING];
}

const equal = (argument: number, value: number): ArgumentTest => ({
  argument,
  is: 'masked',
  mask: -1,
  value,
});
const without = (argument: number, mask: number): ArgumentTest => ({
  argument,
  is: 'masked',
  mask,
  value: 0,
});

/** Calls that make files or change their permission bits, and which argument has those. */
const modeCalls: readonly (readonly [call: SystemCall, mode: number, flags?: number])[] = [
  ['open', 2, 1],
  ['openat', 3, 2],
  ['creat', 1],
  ['mknod', 1],
  ['mknodat', 2],
  ['chmod', 1],
  ['fchmod', 1],
  ['fchmodat', 2],
  ['fchmodat2', 2],
];

/** Device files need a capability, which no program has: Landlock would refuse them in other words (EACCES). */
const deviceRules: readonly FilterRule[] = (['mknod', 'mknodat'] as const).flatMap((call, mode) =>
  [S_IFCHR, S_IFBLK].map(
    (value): FilterRule => ({
      call,
      when: [{ argument: mode + 1, is: 'masked', mask: S_IFMT, value }],
      answer: 'EPERM',
    }),
  ),
);

function modeRules(setIdFiles: boolean): FilterRule[] {
  return modeCalls.flatMap(([call, mode, flags]) => {
    if (setIdFiles) return [allow(call)];
    // Without a file to be made, the argument for its mode is not looked at.
    const opens = flags === undefined ? [] : [allow(call, without(flags, O_CREAT | __O_TMPFILE))];
    return [...opens, allow(call, without(mode, SET_ID))];
  });
}

function normalRules(walls: Walls, network: WorldNetwork): FilterRule[] {
  if (walls === 'landlock') return lone.normalRules(network.kind === 'host');
  const families = Object.keys(normalCalls) as CallFamily[];
  return families.flatMap(callsOf).map((call) => allow(call));
}

/**
 * Nothing changes the limit of core dumps, which would be handed to a program of the host (target.ts). Forbidding them
 * is harmless to pretend, and much that wants to do so itself ends when it cannot: shells under `set -e`, sanitizers,
 * this launcher. Where the old limit is to be stored as well, nothing would be, so that such a call is refused.
 */
function coreRules(walls: Walls): FilterRule[] {
  const core = equal(1, RLIMIT_CORE);
  const isNull = (argument: number): ArgumentTest => ({ argument, is: 'equal', value: 0 });
  const reached = walls === 'landlock' ? [equal(0, 0)] : [];
  return [
    { call: 'setrlimit', when: [equal(0, RLIMIT_CORE)], answer: 'pretend' },
    allow('prlimit64', ...reached, core, isNull(2)),
    { call: 'prlimit64', when: [...reached, core, isNull(3)], answer: 'pretend' },
    { call: 'prlimit64', when: [core], answer: 'EPERM' },
  ];
}

/**
 * A lease on a file holds up all other opens, for as long as the host lets it (fs.lease-break-time), and needs
 * no more than a descriptor to read from. Giving one back is harmless.
 */
function leaseRules(): FilterRule[] {
  return [
    allow('fcntl', equal(1, F_SETLEASE), equal(2, F_UNLCK)),
    ...LEASES.map(
      (command): FilterRule => ({
        call: 'fcntl',
        when: [equal(1, command)],
        answer: 'EACCES',
      }),
    ),
  ];
}

/**
 * Files in memory lie in no directory, so that neither mounts nor Landlock keep them from being executed: only such as can
 * never be are made. The answer is that of the kernel where the administrator has it so (proc_sys_vm(5), memfd_noexec).
 */
const memoryFileRules: readonly FilterRule[] = [
  allow('memfd_create', {
    argument: 1,
    is: 'masked',
    mask: MFD_NOEXEC_SEAL | MFD_EXEC,
    value: MFD_NOEXEC_SEAL,
  }),
  refuse('memfd_create', 'EACCES'),
];

/** The facts that a filter depends on. */
export type FilterDemands = Pick<
  World,
  'calls' | 'network' | 'walls' | 'handed' | 'supervisor' | 'approved' | 'callRules'
>;

/** The rules for a program, first those for calls whose arguments matter. */
export function filterRules({
  calls,
  network,
  walls,
  handed = 'none',
  approved,
  callRules = [],
}: FilterDemands): FilterRule[] {
  const groups = new Set<CallGroup>(calls);
  const namespaces = groups.has('namespaces') || groups.has('user_namespaces');
  return [
    ...ruledCalls(callRules),
    ...(walls === 'landlock' ? lone.firstRules(groups.has('attributes')) : []),
    ...deviceRules,
    ...modeRules(groups.has('set_id_files')),
    ...coreRules(walls),
    ...leaseRules(),
    ...(approved === undefined ? [] : memoryFileRules),
    namespaces ? allow('clone') : allow('clone', without(0, NEW_NAMESPACES)),
    ...(namespaces ? [] : [allow('unshare', without(0, NEW_NAMESPACES | CLONE_NEWTIME))]),
    allow('ioctl', { argument: 1, is: 'none of', values: TERMINAL_REQUESTS }),
    allow('personality', { argument: 0, is: 'one of', values: personalities(groups.has('debug')) }),
    ...socketRules({ network, walls, handed }),
    ...[...groups].flatMap((group) => callGroups[group].calls.map((call) => allow(call))),
    ...normalRules(walls, network),
    ...withheld.flatMap(({ answer, calls }) => calls.map((call) => refuse(call, answer))),
  ];
}

/**
 * Filters of the most usual demands by their key, in base64: the build puts them into commands (scripts/build.js), which
 * would compile one at each start. There are none in the library.
 */
declare const USUAL_FILTERS: Readonly<Record<string, string>> | undefined;

const usual = typeof USUAL_FILTERS === 'undefined' ? {} : USUAL_FILTERS;

const compiled = new Map<string, Uint8Array>();

/** Tells filters of different demands apart, and those of different machines. */
export function filterKey({
  calls,
  network,
  walls,
  handed = 'none',
  approved,
  callRules,
}: FilterDemands): string {
  const key = [architecture, calls.toSorted(), network, walls, handed, ...(callRules ?? [])];
  return JSON.stringify(approved === undefined ? key : [...key, 'approved']);
}

/** The filter for a program, as `struct sock_filter` records. The same demands give the same filter. */
export function filterFor(world: FilterDemands): Uint8Array {
  if (world.supervisor !== undefined)
    return compileFilter(supervisedRules(filterRules(world), world.supervisor.demands));
  const key = filterKey(world);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const text = Object.hasOwn(usual, key) ? usual[key] : undefined;
  const filter = text === undefined ? compileFilter(filterRules(world)) : Buffer.from(text, 'base64');
  compiled.set(key, filter);
  return filter;
}
