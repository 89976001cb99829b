import { MAP_ANONYMOUS, MAP_SHARED } from '../linux/memory.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { fcntls, ioctls } from './calls.ts';
import type { LimitedDescriptor, Right } from './limit.ts';

/** Calls on a descriptor: in which arguments it is, and the right that each needs. */
const needs: readonly (readonly [call: SystemCall, ...(readonly [argument: number, Right])[]])[] = [
  ['accept', [0, 'accept']],
  ['accept4', [0, 'accept']],
  ['copy_file_range', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['faccessat2', [0, 'stat']],
  ['fallocate', [0, 'write'], [0, 'truncate']],
  ['fchmod', [0, 'attributes']],
  ['fchown', [0, 'attributes']],
  ['fdatasync', [0, 'sync']],
  ['fgetxattr', [0, 'stat']],
  ['flistxattr', [0, 'stat']],
  ['flock', [0, 'lock']],
  ['fstat', [0, 'stat']],
  ['fstatfs', [0, 'stat']],
  ['fsync', [0, 'sync']],
  ['ftruncate', [0, 'truncate']],
  ['getdents64', [0, 'read']],
  ['getpeername', [0, 'name']],
  ['getsockname', [0, 'name']],
  ['getsockopt', [0, 'options']],
  ['linkat', [0, 'lookup'], [2, 'lookup']],
  ['listen', [0, 'listen']],
  ['lseek', [0, 'seek']],
  ['mkdirat', [0, 'lookup']],
  ['mq_getsetattr', [0, 'stat']],
  ['mq_timedreceive', [0, 'read']],
  ['mq_timedsend', [0, 'write']],
  ['openat2', [0, 'lookup']],
  ['pread64', [0, 'read'], [0, 'seek']],
  ['preadv', [0, 'read'], [0, 'seek']],
  ['preadv2', [0, 'read'], [0, 'seek']],
  ['pwrite64', [0, 'write'], [0, 'seek']],
  ['pwritev', [0, 'write'], [0, 'seek']],
  ['pwritev2', [0, 'write'], [0, 'seek']],
  ['read', [0, 'read']],
  ['readahead', [0, 'read']],
  ['readlinkat', [0, 'stat']],
  ['readv', [0, 'read']],
  ['recvfrom', [0, 'read']],
  ['recvmmsg', [0, 'read']],
  ['recvmsg', [0, 'read']],
  ['renameat2', [0, 'lookup'], [2, 'lookup']],
  ['sendfile', [0, 'write'], [1, 'read'], [1, 'seek']],
  ['sendto', [0, 'write']],
  ['setsockopt', [0, 'options']],
  ['shutdown', [0, 'shutdown']],
  ['splice', [0, 'read'], [2, 'write'], [0, 'seek'], [2, 'seek']],
  ['statx', [0, 'stat']],
  ['symlinkat', [1, 'lookup']],
  ['sync_file_range', [0, 'sync']],
  ['syncfs', [0, 'sync']],
  ['tee', [0, 'read'], [1, 'write']],
  ['unlinkat', [0, 'lookup']],
  ['utimensat', [0, 'attributes']],
  ['vmsplice', [0, 'read'], [0, 'write']],
  ['write', [0, 'write']],
  ['writev', [0, 'write']],
];

/**
 * The filters that withhold the lost rights of limited descriptors; they come on top of the one of capability mode, at its start
 * or later.
 *
 * @param placeholder The descriptor that takes the place of limited ones when they are closed.
 * @throws RangeError for more than the host can hold.
 */
export function limitFilters(limited: readonly LimitedDescriptor[], placeholder: number): Uint8Array[] {
  if (limited.length === 0) return [];
  try {
    return [compileFilter(refusals(limited, placeholder), { unlisted: 'allow', unknown: 'allow' })];
  } catch (error) {
    if (limited.length === 1) throw error;
    const half = limited.length >> 1;
    return [limited.slice(0, half), limited.slice(half)].flatMap((part) => limitFilters(part, placeholder));
  }
}

function refusals(limited: readonly LimitedDescriptor[], placeholder: number): FilterRule[] {
  const rules: FilterRule[] = [];
  const refuse = (
    call: SystemCall,
    found: readonly LimitedDescriptor[],
    argument: number,
    ...more: ArgumentTest[]
  ): void => {
    if (found.length === 0) return;
    const values = found.map(({ descriptor }) => descriptor);
    rules.push({ call, when: [{ argument, is: 'one of', values }, ...more], answer: 'trap' });
  };
  const without = (...wanted: readonly Right[]): LimitedDescriptor[] =>
    limited.filter(({ rights }) => wanted.some((right) => !rights.has(right)));

  for (const [call, ...each] of needs) {
    for (const argument of new Set(each.map(([position]) => position))) {
      const wanted = each.filter(([position]) => position === argument).map(([, right]) => right);
      refuse(call, without(...wanted), argument);
    }
  }
  // A number for the same file of which nothing is known, and the end of one.
  for (const call of ['dup', 'dup2', 'dup3', 'close'] as const) refuse(call, limited, 0);
  refuse('dup2', limited, 1);
  refuse('dup3', limited, 1, { argument: 0, is: 'none of', values: [placeholder] });
  // A mapping can be given any protection later that its descriptor has, so the filter judges the descriptor.
  const file: ArgumentTest = { argument: 3, is: 'masked', mask: MAP_ANONYMOUS, value: 0 };
  // The bit that MAP_SHARED and MAP_SHARED_VALIDATE have, and MAP_PRIVATE lacks.
  const shared: ArgumentTest = { argument: 3, is: 'masked', mask: MAP_SHARED, value: MAP_SHARED };
  refuse('mmap', without('map', 'read'), 4, file);
  refuse(
    'mmap',
    without('write').filter(({ writable }) => writable),
    4,
    file,
    shared,
  );
  for (const [call, all, left] of [
    ['fcntl', fcntls, 'fcntls'],
    ['ioctl', ioctls, 'ioctls'],
  ] as const) {
    const groups = new Map<string, LimitedDescriptor[]>();
    for (const one of limited) {
      const values = all.filter((value) => one[left]?.has(value) ?? true);
      const key = values.join();
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const [key, found] of groups) {
      const values = key === '' ? [] : key.split(',').map(Number);
      refuse(call, found, 0, { argument: 1, is: 'none of', values });
    }
  }
  return rules;
}
