import {
  FICLONE,
  FICLONERANGE,
  FIDEDUPERANGE,
  FS_IOC_FIEMAP,
  FS_IOC_FSGETXATTR,
  FS_IOC_GETFLAGS,
  FS_IOC_GETVERSION,
} from '../linux/ioctl.ts';
import { IOPRIO_WHO_PGRP, IOPRIO_WHO_PROCESS, PRIO_PGRP, PRIO_PROCESS } from '../linux/processes.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import type { Answer, FilterRule } from '../walls/call-filter.ts';
import { type CallFamily, callsOf, normalCalls } from './normal-calls.ts';

/*
 * The rules of the filter where Landlock stands alone, without namespaces. Landlock does not hold everything that
 * read-only mounts, a process namespace and a root of its own hold.
 */

/**
 * Calls that change a file without opening it for writing, of which Landlock knows nothing: any file of the user could
 * be changed by its path, granted or not. They are in the group `attributes`. They answer as for files of others, and
 * as file systems do that have no such attributes, which `cp -a` and `tar` take for an answer.
 */
const attributeCalls: readonly (readonly [answer: Answer, calls: readonly SystemCall[]])[] = [
  [
    'EPERM',
    [
      'chmod',
      'chown',
      'fchmod',
      'fchmodat',
      'fchmodat2',
      'fchown',
      'fchownat',
      'futimesat',
      'lchown',
      'utime',
      'utimensat',
      'utimes',
    ],
  ],
  [
    'EOPNOTSUPP',
    [
      'fremovexattr',
      'fsetxattr',
      'lremovexattr',
      'lsetxattr',
      'removexattr',
      'removexattrat',
      'setxattr',
      'setxattrat',
    ],
  ],
  ['ENOSYS', ['file_setattr']],
];

/** The second byte of a request of ioctl(2) says which part of the kernel it is for. */
const TYPE_MASK = 0xff00;

/** Requests that only ask, or that need a descriptor open for writing (linux/fs.h). */
const harmless: readonly number[] = [
  FS_IOC_GETFLAGS,
  FS_IOC_FIEMAP,
  FS_IOC_GETVERSION,
  FS_IOC_FSGETXATTR,
  FICLONE,
  FICLONERANGE,
  FIDEDUPERANGE,
];

/** Types of requests to file systems (Documentation/userspace-api/ioctl/ioctl-number.rst of Linux). */
const fileSystems = { all: 0x6600, ext4: 0x7600, xfs: 0x5800, btrfs: 0x9400, f2fs: 0xf500 } as const;

/** Calls by which a process changes others of its user, and the conditions under which it reaches itself alone. */
const reaching: ReadonlyMap<SystemCall, readonly ArgumentTest[]> = new Map([
  ['prlimit64', [self(0)]],
  ['sched_setaffinity', [self(0)]],
  ['sched_setattr', [self(0)]],
  ['sched_setparam', [self(0)]],
  ['sched_setscheduler', [self(0)]],
  // Users are left out: 0 would mean every process of the user.
  ['setpriority', [{ argument: 0, is: 'one of', values: [PRIO_PROCESS, PRIO_PGRP] }, self(1)]],
  ['ioprio_set', [{ argument: 0, is: 'one of', values: [IOPRIO_WHO_PROCESS, IOPRIO_WHO_PGRP] }, self(1)]],
]);

/** Withheld altogether: objects of the whole host are known by number. */
const withheldFamilies: readonly CallFamily[] = ['messages'];
/** Without a network, all that could be connected leads to the host's. */
const networkCalls: readonly SystemCall[] = ['connect'];

function self(argument: number): ArgumentTest {
  return { argument, is: 'masked', mask: -1, value: 0 };
}

/**
 * The rules that come before all others where Landlock stands alone.
 *
 * @param attributes True if attributes of files may be changed.
 */
export function firstRules(attributes: boolean): FilterRule[] {
  if (attributes) return [];
  return [
    ...attributeCalls.flatMap(([answer, calls]) => calls.map((call): FilterRule => ({ call, answer }))),
    {
      call: 'ioctl',
      when: [{ argument: 1, is: 'one of', values: harmless }],
      answer: 'allow',
    },
    ...Object.values(fileSystems).map(
      (type): FilterRule => ({
        call: 'ioctl',
        when: [{ argument: 1, is: 'masked', mask: TYPE_MASK, value: type }],
        answer: 'ENOTTY',
      }),
    ),
  ];
}

/**
 * The rules for calls that are normal elsewhere.
 *
 * @param network True if the program has the host's network.
 */
export function normalRules(network: boolean): FilterRule[] {
  const families = Object.keys(normalCalls) as CallFamily[];
  const calls = families
    .filter((family) => !withheldFamilies.includes(family))
    .flatMap(callsOf)
    .filter((call) => network || !networkCalls.includes(call));
  return [
    ...calls.map((call): FilterRule => ({ call, when: reaching.get(call) ?? [], answer: 'allow' })),
    // As a kernel without them.
    ...withheldFamilies.flatMap(callsOf).map((call): FilterRule => ({ call, answer: 'ENOSYS' })),
  ];
}
