import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  O_CREAT,
  O_TRUNC,
  O_WRONLY,
} from '../../linux/open-flags.ts';
import { callName, callNumber, type SystemCall } from '../../linux/system-calls.ts';

/*
 * The actions of the handler on each system call that the filter refuses. Libraries still use calls that newer ones
 * have taken the place of, and some are the same but for the order of their arguments: the handler knows one of each
 * kind.
 */

/** `enum operation` of handler.c. */
export const Operation = {
  /** Refuse it: it has no path that could be told. */
  refuse: 0,
  /** Refuse it, and tell the path: directory, path. */
  refusePath: 1,
  /** Directory, path, flags, mode. */
  open: 2,
  /** Directory, path, into, flags. */
  stat: 3,
  /** Directory, path, flags, mask, into. */
  statx: 4,
  /** Directory, path, into. */
  statfs: 5,
  /** Directory, path, mode, flags. */
  access: 6,
  /** Directory, path, into, size. */
  readlink: 7,
  /** Directory, path, times, flags. */
  times: 8,
  /** Directory, path, mode. */
  chmod: 9,
  /** Directory, path, mode. */
  mkdir: 10,
  /** Directory, path, flags. */
  unlink: 11,
  /** Directory, path, what it says. */
  symlink: 12,
  /** Directory and path from, directory and path to, flags. */
  rename: 13,
  /** The same. */
  link: 14,
  /** Directory, path, user, flags, group. */
  chown: 15,
  /** Socket, message, flags. */
  send: 16,
  /** Descriptor, one that is limited. */
  close: 17,
  /** Ring, number of submissions. */
  batch: 18,
  /** Refuse it, and tell the address: address, size. */
  refuseAddress: 19,
  /** Thread, where its priority goes or 0. */
  scheduling: 20,
  /** Thread, size, mask. */
  affinity: 21,
} as const;

/** Arguments that a call does not have; the handler counts them from 6 on. */
export const constants: readonly number[] = [
  0,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  AT_REMOVEDIR,
  O_CREAT | O_TRUNC | O_WRONLY,
];
const ZERO = 6;
const HERE = 7;
const NO_FOLLOW = 8;
const REMOVE_DIRECTORY = 9;
const NEW_FILE = 10;

/** A call, its operation, and the arguments (or constants) of the operation, in order. */
type Rule = readonly [call: SystemCall, operation: keyof typeof Operation, ...from: number[]];

const rules: readonly Rule[] = [
  // The newest call of each operation comes first.
  ['openat', 'open', 0, 1, 2, 3],
  ['open', 'open', HERE, 0, 1, 2],
  ['creat', 'open', HERE, 0, NEW_FILE, 1],
  ['newfstatat', 'stat', 0, 1, 2, 3],
  ['stat', 'stat', HERE, 0, 1, ZERO],
  ['lstat', 'stat', HERE, 0, 1, NO_FOLLOW],
  ['statx', 'statx', 0, 1, 2, 3, 4],
  ['statfs', 'statfs', HERE, 0, 1],
  ['faccessat2', 'access', 0, 1, 2, 3],
  ['faccessat', 'access', 0, 1, 2, ZERO],
  ['access', 'access', HERE, 0, 1, ZERO],
  ['readlinkat', 'readlink', 0, 1, 2, 3],
  ['readlink', 'readlink', HERE, 0, 1, 2],
  ['utimensat', 'times', 0, 1, 2, 3],
  ['fchmodat', 'chmod', 0, 1, 2],
  ['chmod', 'chmod', HERE, 0, 1],
  ['mkdirat', 'mkdir', 0, 1, 2],
  ['mkdir', 'mkdir', HERE, 0, 1],
  ['unlinkat', 'unlink', 0, 1, 2],
  ['unlink', 'unlink', HERE, 0, ZERO],
  ['rmdir', 'unlink', HERE, 0, REMOVE_DIRECTORY],
  ['symlinkat', 'symlink', 1, 2, 0],
  ['symlink', 'symlink', HERE, 1, 0],
  ['renameat2', 'rename', 0, 1, 2, 3, 4],
  ['renameat', 'rename', 0, 1, 2, 3, ZERO],
  ['rename', 'rename', HERE, 0, HERE, 1, ZERO],
  ['linkat', 'link', 0, 1, 2, 3, 4],
  ['link', 'link', HERE, 0, HERE, 1, ZERO],
  ['fchownat', 'chown', 0, 1, 2, 4, 3],
  ['chown', 'chown', HERE, 0, 1, ZERO, 2],
  ['lchown', 'chown', HERE, 0, 1, NO_FOLLOW, 2],
  ['openat2', 'refusePath', 0, 1],
  ['chdir', 'refusePath', HERE, 0],
  ['execve', 'refusePath', HERE, 0],
  ['truncate', 'refusePath', HERE, 0],
  ['inotify_add_watch', 'refusePath', HERE, 1],
  ['connect', 'refuseAddress', 1, 2],
  ['bind', 'refuseAddress', 1, 2],
  ['sendto', 'refuseAddress', 4, 5],
  ['sendmsg', 'send', 0, 1, 2],
  ['close', 'close', 0],
  ['io_uring_enter', 'batch', 0, 1],
  // The locks of newer versions of V8 have threads ask how they are scheduled themselves.
  ['sched_getparam', 'scheduling', 0, 1],
  ['sched_getscheduler', 'scheduling', 0, ZERO],
  ['sched_getaffinity', 'affinity', 0, 1, 2],
];

/**
 * Names a system call: for several that do the same, the name of the newest, so that reports of different libraries and
 * processors read the same. `call 123` for one we have no name for.
 */
export function nameOfCall(number: number): string {
  const call = callName(number);
  const operation = rules.find(([one]) => one === call)?.[1];
  const newest = rules.find((rule) => rule[1] === operation && hasPath(rule[1]))?.[0];
  return newest ?? call ?? `call ${number}`;
}

function hasPath(operation: keyof typeof Operation): boolean {
  return Operation[operation] >= Operation.open && Operation[operation] <= Operation.chown;
}

/** A call with its operation, and where the call has the arguments of that: 0 to 5, or `-1` for the working directory. */
export type RuleOfCall = { readonly operation: keyof typeof Operation; readonly from: readonly number[] };

/** Finds the rule for a number of a call. */
export function ruleOfCall(number: number): RuleOfCall | undefined {
  const call = callName(number);
  const rule = rules.find(([one]) => one === call);
  if (rule === undefined) return undefined;
  const [, operation, ...from] = rule;
  return { operation, from: from.map((at) => (at === HERE ? -1 : at)) };
}

/** Bytes of `struct rule`: { u32 number; u8 operation; u8 from[7] }. */
export const RULE_SIZE = 12;

/** The rules of this architecture as the handler reads them. */
export function encodeRules(): Uint8Array {
  const here = rules
    .map(([call, ...rest]) => [callNumber(call), ...rest] as const)
    .filter(([number]) => number >= 0);
  const bytes = new Uint8Array(here.length * RULE_SIZE);
  const view = new DataView(bytes.buffer);
  here.forEach(([number, operation, ...from], index) => {
    view.setUint32(index * RULE_SIZE, number, true);
    view.setUint8(index * RULE_SIZE + 4, Operation[operation]);
    bytes.fill(ZERO, index * RULE_SIZE + 5, (index + 1) * RULE_SIZE);
    bytes.set(from, index * RULE_SIZE + 5);
  });
  return bytes;
}
