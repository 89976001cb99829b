import assert from 'node:assert/strict';
import { test } from 'node:test';
import { O_CREAT } from '../../src/linux/open-flags.ts';
import { ruledCategories } from '../../src/policy/category-table.ts';
import { pattern } from '../../src/policy/pattern.ts';
import type { Rule } from '../../src/policy/rule.ts';
import { notifiedCalls, notifiedDemands } from '../../src/supervisor/notified-calls.ts';

const source = { text: 'hide /p', place: 'test' };
const hide: Rule = {
  action: { kind: 'hide' },
  categories: ruledCategories,
  patterns: [pattern('/p')],
  source,
};

test('a rule that mounts hold costs listings and calls that make names, and nothing else', () => {
  const calls = notifiedCalls(notifiedDemands([{ ...hide, by: 'mounts' }]));
  const names = calls.map(({ call }) => call);
  for (const call of [
    'stat',
    'lstat',
    'newfstatat',
    'statx',
    'access',
    'faccessat2',
    'readlink',
    'execve',
    'unlink',
  ] as const)
    assert.ok(!names.includes(call), call);
  for (const call of ['getdents64', 'mkdirat', 'symlinkat', 'linkat', 'renameat2', 'openat2'] as const)
    assert.ok(names.includes(call), call);
  assert.deepEqual(calls.find(({ call }) => call === 'openat')?.unless, {
    argument: 2,
    is: 'masked',
    mask: O_CREAT,
    value: 0,
  });
});

test('a rule that the supervisor holds costs every call that names a file', () => {
  const calls = notifiedCalls(notifiedDemands([hide, { ...hide, by: 'mounts' }]));
  for (const call of ['openat', 'newfstatat', 'statx', 'faccessat2', 'readlinkat', 'execve'] as const)
    assert.deepEqual(
      calls.find((one) => one.call === call),
      { call },
    );
});
