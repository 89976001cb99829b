import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBeneath } from '../../src/host/files/beneath.ts';

test('a path is beneath a directory by whole names', () => {
  for (const [path, directory] of [
    ['/usr', '/usr'],
    ['/usr/lib', '/usr'],
    ['/usr/lib/x', '/usr/'],
    ['/', '/'],
    ['/usr', '/'],
    ['/usr', ''],
    ['/usr/..x', '/usr'],
  ] as const)
    assert.ok(isBeneath(path, directory), `${path} in ${directory}`);
  for (const [path, directory] of [
    ['/usr2', '/usr'],
    ['/us', '/usr'],
    ['/', '/usr'],
    ['/usr', '/usr/lib'],
    ['/home/usr', '/usr'],
  ] as const)
    assert.ok(!isBeneath(path, directory), `${path} in ${directory}`);
});
