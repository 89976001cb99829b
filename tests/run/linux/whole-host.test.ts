import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, file } from '../../../src/resources/constructors.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder } from '../../frame/programs.ts';
import { run, shell } from '../../frame/run/linux/launching.ts';

const all = ['read', 'write', 'create', 'remove', 'execute'] as const;
const whole = file('/', { rights: ['read', 'execute'] });

const SCRIPT = `set -e
  echo written > "$0/new"
  ! echo x 2> /dev/null > "$0/../beside"
  echo x > /dev/null
  test "$(head -c 0 /dev/zero; echo)" = ""
  test "$(ls -d /proc/[0-9]* | wc -l)" -le 6
  test -r /etc/passwd
  ls /dev/pts > /dev/null
  ! ls /dev | grep -q -e sda -e vda -e mem -e kmsg
  echo done`;

for (const base of ['none', 'minimal', 'system'] as const)
  test(`a program of the base ${base} reads the whole host, and writes here`, async (t) => {
    const folder = makeFolder(t);
    const here = join(folder, 'here');
    mkdirSync(here);
    const { out, errors, reason } = await run('/bin/sh', {
      base,
      arguments: ['-c', SCRIPT, here],
      environment: { PATH: '/usr/bin:/bin' },
      directories: { '/': whole, [here]: file(here, { rights: [...all] }) },
    });
    assert.deepEqual([out, reason.kind === 'exited' && reason.code], ['done\n', 0], errors);
    assert.ok(existsSync(join(here, 'new')) && !existsSync(join(folder, 'beside')));
  });

test('the host’s devices and processes do not come along, not even elsewhere', async () => {
  const { out } = await shell('ls /host/proc /host/dev; ls /host | grep -c usr', {
    directories: { '/host': file('/', { rights: ['read'] }) },
  });
  assert.equal(out, '/host/dev:\n\n/host/proc:\n1\n');
  const without = await shell('ls /proc /dev', { dev: false, proc: false, directories: { '/': whole } });
  assert.equal(without.out, '/dev:\n\n/proc:\n');
});

test('a directory that is granted covers what the base has in it', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'passwd'), 'mine');
  const { out, errors } = await shell('ls /etc; cat /etc/passwd', { directories: { '/etc': file(folder) } });
  assert.equal(out, 'passwd\nmine', errors);
});

test('programs of the base can be started, although nothing in the grant can', async () => {
  const { out, errors } = await shell('/bin/echo started', {
    directories: { '/': file('/', { rights: ['read'] }) },
  });
  assert.equal(out, 'started\n', errors);
});

test('a grant within the host’s devices or processes stays', () => {
  const { entries } = planLinux(
    '/bin/true',
    command({ directories: { '/': whole, '/proc': file('/proc', { rights: ['read'] }) } }),
  ).linux;
  assert.ok(entries.some(({ kind, at }) => kind === 'mount' && at === '/proc'));
  assert.ok(!entries.some(({ kind }) => kind === 'proc'));
});
