import {
  FS_IOC_FSSETXATTR,
  FS_IOC_SETFLAGS,
  FS_IOC_SETVERSION,
  FS_IOC_UNRESVSP,
  FS_IOC_UNRESVSP64,
  FS_IOC_ZERO_RANGE,
} from '../linux/ioctl.ts';
import { FALLOC_FL_KEEP_SIZE, RWF_NOAPPEND } from '../linux/open-flags.ts';
import { PR_SET_DUMPABLE } from '../linux/prctl.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  IPPROTO_SCTP,
  MSG_FASTOPEN,
  SOCK_SEQPACKET,
  SOCK_TYPE_MASK,
} from '../linux/sockets.ts';
import { type NotifiedDemands, notifiedCalls } from '../supervisor/notified-calls.ts';
import type { FilterRule } from '../walls/call-filter.ts';
import { allow, refuse } from './rule.ts';

/* The filter of a program that a supervisor stands beside. It only takes from what the program may do without. */

/** Requests that punch holes into files and zero parts of them. */
const HOLES: readonly number[] = [FS_IOC_UNRESVSP, FS_IOC_UNRESVSP64, FS_IOC_ZERO_RANGE];

/** Requests that change attributes of a file (ioctl_iflags(2)) through its descriptor. */
const ATTRIBUTES: readonly number[] = [FS_IOC_SETFLAGS, FS_IOC_SETVERSION, FS_IOC_FSSETXATTR];

/** Refuses requests of ioctl(2). */
function refuseRequests(values: readonly number[], answer: 'EPERM' | 'EOPNOTSUPP'): FilterRule {
  return { call: 'ioctl', when: [{ argument: 1, is: 'one of', values }], answer };
}

/**
 * Answers by which the program stays one that the supervisor can answer for: a domain of Landlock below the program's own
 * would not hold the supervisor, and a process that does not let itself be read has no path that could be judged.
 */
const always: readonly FilterRule[] = [
  refuse('landlock_create_ruleset', 'EOPNOTSUPP'),
  { call: 'prctl', when: [{ argument: 0, is: 'one of', values: [PR_SET_DUMPABLE] }], answer: 'pretend' },
];

/** Answers by which a file that was opened for writing at its end is written there only. */
const appending: readonly FilterRule[] = [
  allow('fallocate', { argument: 1, is: 'masked', mask: ~FALLOC_FL_KEEP_SIZE, value: 0 }),
  refuse('fallocate', 'EOPNOTSUPP'),
  allow('pwritev2', { argument: 5, is: 'masked', mask: RWF_NOAPPEND, value: 0 }),
  refuse('pwritev2', 'EOPNOTSUPP'),
  refuse('io_setup', 'ENOSYS'),
  refuseRequests(HOLES, 'EOPNOTSUPP'),
];

/**
 * Connections by other calls than connect(2). Sending opens them (TCP Fast Open), as where the administrator has switched it off:
 * programs connect first then. Options and messages of SCTP open them, and MPTCP adds addresses that its peer names.
 */
const connections: readonly FilterRule[] = [
  ...(
    [
      ['sendto', 3],
      ['sendmsg', 2],
      ['sendmmsg', 3],
    ] as const
  ).map(
    ([call, flags]): FilterRule => ({
      call,
      when: [{ argument: flags, is: 'masked', mask: MSG_FASTOPEN, value: MSG_FASTOPEN }],
      answer: 'EOPNOTSUPP',
    }),
  ),
  {
    call: 'socket',
    when: [{ argument: 2, is: 'one of', values: [IPPROTO_SCTP, IPPROTO_MPTCP] }],
    answer: 'EPROTONOSUPPORT',
  },
  ...[AF_INET, AF_INET6].map(
    (family): FilterRule => ({
      call: 'socket',
      when: [
        { argument: 0, is: 'masked', mask: -1, value: family },
        { argument: 1, is: 'masked', mask: SOCK_TYPE_MASK, value: SOCK_SEQPACKET },
      ],
      answer: 'EPROTONOSUPPORT',
    }),
  ),
];

/** Changes the rules of a program's filter: calls that are let through go to the supervisor if it judges them. */
export function supervisedRules(
  rules: readonly FilterRule[],
  demands: NotifiedDemands,
): readonly FilterRule[] {
  const notified = new Map(notifiedCalls(demands).map((one) => [one.call, one]));
  const first: readonly FilterRule[] = [
    ...always,
    ...(demands.append ? appending : []),
    ...(demands.categories.includes('chattr') ? [refuseRequests(ATTRIBUTES, 'EPERM')] : []),
    // The older call has another form of entries, and no program of today makes it.
    ...(demands.categories.includes('list') ? [refuse('getdents', 'ENOSYS')] : []),
    ...(demands.categories.includes('net/connect') ? connections : []),
  ].filter(({ call, answer }) => answer !== 'allow' || rules.some((rule) => rule.call === call));
  return [
    ...first,
    ...rules.flatMap((rule): FilterRule[] => {
      const one = notified.get(rule.call);
      if (one === undefined || rule.answer !== 'allow') return [rule];
      const { when = [] } = rule;
      const told: FilterRule = { ...rule, answer: 'notify' };
      return one.unless === undefined ? [told] : [allow(rule.call, ...when, one.unless), told];
    }),
  ];
}
