// Control groups of version 2, by files of a test in the place of the kernel's: a host has either version.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readJson } from '../../../src/oci/config/json-field.ts';
import { freeze, isFrozen } from '../../../src/oci/groups/freezer.ts';
import { findHierarchies, groupsAt, makeGroups, removeGroups } from '../../../src/oci/groups/hierarchies.ts';
import { applySettings, settingsOf } from '../../../src/oci/groups/limits-of.ts';
import { makeFolder } from '../../frame/programs.ts';

const mounts = (at: string): string => `25 30 0:22 / ${at} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n`;

const resources = readJson(
  JSON.stringify({
    memory: { limit: 67108864, swap: 134217728, reservation: 1048576 },
    cpu: { shares: 1024, quota: 50000, period: 100000, cpus: '0-1' },
    pids: { limit: 32 },
    unified: { 'memory.high': '60000000' },
  }),
  'resources',
);

test('a host with version 2 alone is told from one with both', () => {
  assert.deepEqual(findHierarchies(mounts('/sys/fs/cgroup')), { version: 2, at: '/sys/fs/cgroup' });
  const both = `${mounts('/sys/fs/cgroup/unified')}26 30 0:23 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n`;
  assert.equal(findHierarchies(both).version, 1);
});

test('groups of version 2 hand controllers on to those beneath, and are removed', (t) => {
  const at = makeFolder(t);
  writeFileSync(join(at, 'cgroup.subtree_control'), '');
  makeGroups({ version: 2, at }, 'pods/one');
  assert.match(readFileSync(join(at, 'cgroup.subtree_control'), 'latin1'), /^\+\w+/);
  assert.ok(existsSync(join(at, 'pods/one')));
  removeGroups([join(at, 'pods/one')]);
  assert.equal(existsSync(join(at, 'pods/one')), false);
});

test('a group is made although the one above is removed again and again meanwhile', async (t) => {
  // After each removal the other rests, as no engine removes a group without a pause: there is time for two steps.
  const at = makeFolder(t);
  const script = `const { rmdirSync } = require('node:fs');
    console.log('begins');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) try { rmdirSync(${JSON.stringify(join(at, 'pods'))}); Atomics.wait(pause, 0, 0, 1); } catch {}`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  for (let turn = 0; turn < 300; turn++) {
    makeGroups({ version: 2, at }, 'pods/one');
    assert.ok(existsSync(join(at, 'pods/one')), `turn ${turn}`);
    removeGroups([join(at, 'pods/one')]);
  }
});

/** A group with files that take what is written. */
function groupOf(t: TestContext, files: readonly string[]): { readonly at: string; readonly group: string } {
  const at = makeFolder(t);
  const group = join(at, 'one');
  mkdirSync(group);
  for (const file of files) writeFileSync(join(group, file), '');
  return { at, group };
}

test('limits of version 2 are written to its files, and one that cannot be set is an error', (t) => {
  const wanted = {
    'memory.max': '67108864',
    'memory.low': '1048576',
    'memory.swap.max': '67108864',
    'cpu.weight': '39',
    'cpu.max': '50000 100000',
    'memory.high': '60000000',
    'cpuset.cpus': '0-1',
    'pids.max': '32',
  };
  const { at, group } = groupOf(t, Object.keys(wanted));
  const groups = groupsAt({ version: 2, at }, 'one');
  applySettings(groups, settingsOf(resources, groups));
  const written = Object.keys(wanted).map((file) => [file, readFileSync(join(group, file), 'latin1')]);
  assert.deepEqual(Object.fromEntries(written), wanted);
  const bare = groupsAt({ version: 2, at: groupOf(t, ['memory.max']).at }, 'one');
  assert.throws(() => applySettings(bare, settingsOf(resources, bare)), /Cannot set memory\.low .*ENOENT/);
  const climbing = readJson('{"unified": {"../pids.max": "1"}}', 'resources');
  assert.throws(() => settingsOf(climbing, groups), /the name of a file of a control group/);
});

test('a group of version 2 is stopped and goes on by cgroup.freeze', (t) => {
  const { group } = groupOf(t, ['cgroup.freeze', 'cgroup.events']);
  writeFileSync(join(group, 'cgroup.events'), 'populated 1\nfrozen 1\n');
  freeze(group, true);
  assert.equal(isFrozen(group), true);
  writeFileSync(join(group, 'cgroup.events'), 'populated 1\nfrozen 0\n');
  freeze(group, false);
  assert.equal(isFrozen(group), false);
});
