import { addressCalls, observedCalls } from '../learning/observed-calls.ts';
import { MAP_ANONYMOUS, PROT_EXEC } from '../linux/memory.ts';
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
} from '../linux/processes.ts';
import { isSystemCall, type SystemCall } from '../linux/system-calls.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';

/** Flags of clone(2) that make namespaces. */
const NEW_NAMESPACES =
  CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

/**
 * Makes the filter of an observer: it notifies calls with paths and addresses, and lets all others through. The walls are
 * filters of their own, which the kernel asks as well.
 *
 * @param more Calls that are notified, too, with any arguments.
 */
export function observingFilter(more: readonly SystemCall[]): Uint8Array {
  const named = Object.keys({ ...observedCalls, ...addressCalls }).filter(isSystemCall);
  const always = [
    ...named.filter((call) => call !== 'sendto'),
    ...more,
    'listen',
    'fchdir',
    'getdents64',
    'getdents',
  ];
  const rules: FilterRule[] = [
    // A socket that is connected, as those that names are looked up with.
    { call: 'sendto', when: [{ argument: 4, is: 'equal', value: 0 }], answer: 'allow' },
    { call: 'sendto', answer: 'notify' },
    {
      call: 'mmap',
      when: [
        { argument: 2, is: 'masked', mask: PROT_EXEC, value: PROT_EXEC },
        { argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: 0 },
      ],
      answer: 'notify',
    },
    { call: 'clone', when: [{ argument: 0, is: 'masked', mask: NEW_NAMESPACES, value: 0 }], answer: 'allow' },
    ...(more.includes('unshare') ? [{ call: 'clone', answer: 'notify' } as const] : []),
    ...[...new Set(always)].filter(isSystemCall).map((call): FilterRule => ({ call, answer: 'notify' })),
  ];
  return compileFilter(rules, { unlisted: 'allow', unknown: 'allow' });
}
