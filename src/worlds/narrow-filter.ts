import type { CallList } from '../host/processes/call-list.ts';
import { FICLONE, FICLONERANGE, FIDEDUPERANGE } from '../linux/ioctl.ts';
import { SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import { AF_UNIX } from '../linux/sockets.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { fcntlCommands, ioctlRequests } from '../walls/descriptor-commands.ts';
import type { LimitedDescriptor, NeededRights, Right } from '../walls/descriptor-rights.ts';
import { limitRules } from '../walls/limit-rules.ts';
import { filterProgram } from './filter-program.ts';

/*
 * The filter of a program with descriptors that may be used for less than they are open for. It knows them by number, so
 * that nothing may give such a file another number: not a duplicate, not a message through a UNIX socket, not a
 * descriptor that is put into another process.
 */

/** A descriptor of the program with fewer rights than its access mode gives. */
export type NarrowDescriptor = {
  readonly number: number;
  /** The rights that it keeps. */
  readonly rights: readonly Right[];
  /** True if its status flags may be changed (F_SETFL). */
  readonly flags: boolean;
  /** True if it was opened for writing. */
  readonly writable: boolean;
};

/** Calls that a world lets through besides those of capability mode. */
const furtherNeeds: NeededRights = [
  ['cachestat', [0, 'stat']],
  ['fchmodat2', [0, 'attributes']],
  ['fchownat', [0, 'attributes']],
  ['fremovexattr', [0, 'attributes']],
  ['fsetxattr', [0, 'attributes']],
  ['futimesat', [0, 'attributes']],
  ['getdents', [0, 'read']],
  ['newfstatat', [0, 'stat']],
];

const { F_SETFL, F_GETFD, F_SETFD, F_GETFL, F_GETPIPE_SZ, F_GET_SEALS } = fcntlCommands;

/** Commands that every such descriptor keeps: none of them locks or changes the file. */
const unchanging: readonly number[] = [F_GETFD, F_SETFD, F_GETFL, F_GETPIPE_SZ, F_GET_SEALS];

const requests: ReadonlySet<number> = new Set(Object.values(ioctlRequests));

/** Calls that could give a file another number without naming it, or read it by its number in memory. */
const evading: readonly SystemCall[] = ['io_setup', 'io_uring_setup', 'pidfd_getfd'];

/** Makes the rules of the filter. A use that was not granted answers EPERM. */
export function narrowRules(narrow: readonly NarrowDescriptor[]): readonly FilterRule[] {
  const limited = narrow.map(
    ({ number, rights, flags, writable }): LimitedDescriptor => ({
      descriptor: number,
      rights: new Set(rights),
      ioctls: requests,
      fcntls: new Set([...unchanging, ...(flags ? [F_SETFL] : [])]),
      writable,
    }),
  );
  const values = narrow.map(({ number }) => number);
  return [
    ...limitRules(limited, { answer: 'EPERM', placeholder: -1, closable: true, more: furtherNeeds }),
    { call: 'execveat', when: [{ argument: 0, is: 'one of', values }], answer: 'EPERM' },
    {
      call: 'ioctl',
      when: [
        { argument: 1, is: 'one of', values: [FICLONE] },
        { argument: 2, is: 'one of', values },
      ],
      answer: 'EPERM',
    },
    // These name a file in memory.
    ...[FICLONERANGE, FIDEDUPERANGE].map(
      (value): FilterRule => ({
        call: 'ioctl',
        when: [{ argument: 1, is: 'one of', values: [value] }],
        answer: 'EOPNOTSUPP',
      }),
    ),
    ...(['socket', 'socketpair'] as const).map(
      (call): FilterRule => ({
        call,
        when: [{ argument: 0, is: 'one of', values: [AF_UNIX] }],
        answer: 'EAFNOSUPPORT',
      }),
    ),
    // A listener puts files into the processes that it hears of.
    {
      call: 'seccomp',
      when: [
        {
          argument: 1,
          is: 'masked',
          mask: SECCOMP_FILTER_FLAG_NEW_LISTENER,
          value: SECCOMP_FILTER_FLAG_NEW_LISTENER,
        },
      ],
      answer: 'EPERM',
    },
    ...evading.map((call): FilterRule => ({ call, answer: 'ENOSYS' })),
  ];
}

/** Adds the step that puts up the filter. */
export function addNarrow(list: CallList, narrow: readonly NarrowDescriptor[]): void {
  const filter = compileFilter(narrowRules(narrow), { unlisted: 'allow', unknown: 'allow' });
  const program = filterProgram(list, 'narrow descriptors', filter);
  list.call('hold rights of descriptors', 'seccomp', [SECCOMP_SET_MODE_FILTER, 0, program], {
    needs: 'seccomp',
  });
}
