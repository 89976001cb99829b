// Views of the machine in a program's /proc and /sys, and its own attributes there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { test } from 'node:test';
import { describePlan } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';
import { makeFolder } from '../../frame/programs.ts';
import { shell } from '../../frame/run/linux/launching.ts';

const here = availableParallelism();

async function printed(script: string, options: CommandOptions = {}): Promise<string> {
  const { reason, out, errors } = await shell(script, options);
  assert.deepEqual([reason.kind, errors], ['exited', ''], `${script}: ${JSON.stringify(reason)} ${out}`);
  return out;
}

test('the base system shows as many processors and as much memory as there are', async () => {
  const out = await printed(
    'nproc; grep -c ^processor /proc/cpuinfo; grep -c "^cpu[0-9]" /proc/stat; cat /sys/devices/system/cpu/online; ' +
      'grep MemTotal /proc/meminfo',
  );
  const all = here === 1 ? '0' : `0-${here - 1}`;
  const memory = `MemTotal:       ${String(Math.floor(totalmem() / 1024)).padStart(8)} kB`;
  assert.deepEqual(out.trim().split('\n'), [`${here}`, `${here}`, `${here}`, all, memory]);
});

test('with limits, the numbers are those of the limits', async (t) => {
  const places = cgroupPlaces();
  if (!places.has('memory') || !places.has('cpu')) return t.skip('no control groups here');
  const out = await printed(
    'nproc; grep -c ^processor /proc/cpuinfo; awk "/MemTotal|MemAvailable/ { print \\$2 }" /proc/meminfo; ' +
      'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max /sys/fs/cgroup/pids.max; wc -l < /proc/cgroups',
    { limits: { memory: '256 MiB', cpus: 0.5 } },
  );
  const lines = out.trim().split('\n');
  assert.deepEqual(lines.slice(0, 4), ['1', '1', `${256 * 1024}`, lines[3]]);
  assert.ok(Number(lines[3]) <= 256 * 1024 && Number(lines[3]) >= 0);
  assert.deepEqual(lines.slice(4, 7), [`${256 * 2 ** 20}`, '50000 100000', 'max']);
  assert.ok(Number(lines[7]) > 5);
});

test('processes name themselves and their threads, and offer themselves when memory runs out', async () => {
  const out = await printed(
    'printf renamed > /proc/$$/comm && cat /proc/$$/comm; echo 500 > /proc/self/oom_score_adj && echo offered',
  );
  assert.equal(out, 'renamed\noffered\n');
});

test('a covered file looks empty or is closed, beside files that the program may read', async () => {
  const out = await printed(
    'ls /proc/irq /proc/fs /proc/bus; cat /proc/diskstats; cat /proc/kallsyms 2> /dev/null || echo closed; ' +
      'cat /proc/sys/kernel/core_pattern 2> /dev/null || echo missing; cat /proc/loadavg',
  );
  assert.match(out, /^\/proc\/bus:\n\n\/proc\/fs:\n\n\/proc\/irq:\nclosed\nmissing\n0\.00 0\.00 0\.00 /);
  const ids = await printed(
    'cat /proc/sys/kernel/random/uuid /proc/sys/kernel/random/uuid; cat /proc/sys/kernel/random/boot_id',
  );
  const [first, second, boot] = ids.trim().split('\n');
  assert.match(first ?? '', /^[0-9a-f-]{36}$/);
  assert.notEqual(first, second);
  assert.notEqual(boot, readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
});

test('programs that look at processes and the machine work', async () => {
  await printed('free > /dev/null && ps aux > /dev/null && uptime > /dev/null && vmstat > /dev/null');
  assert.match(await printed('top -b -n 1'), /Tasks: +\d+ total/);
  assert.match(await printed('lscpu'), new RegExp(`^CPU\\(s\\): +${here}$`, 'm'));
  assert.equal(await printed('node -p "os.cpus().length"'), `${here}\n`);
  assert.equal(await printed('python3 -c "import os; print(os.cpu_count())"'), `${here}\n`);
});

test('everything shows the machine, and lets only processes be written', async () => {
  const out = await printed(
    'grep -c . /proc/interrupts > /dev/null && echo shown; printf changed > /proc/$$/comm && cat /proc/$$/comm; ' +
      '(echo 1 > /proc/sys/kernel/pid_max) 2> /dev/null || echo refused; ls /proc/sys/kernel > /dev/null && echo listed',
    { proc: 'everything' },
  );
  assert.equal(out, 'shown\nchanged\nrefused\nlisted\n');
});

test('processes alone are read-only', async () => {
  const out = await printed(
    '(echo 500 > /proc/self/oom_score_adj) 2> /dev/null || echo refused; ls /proc/meminfo 2> /dev/null || echo hidden',
    { proc: 'processes' },
  );
  assert.equal(out, 'refused\nhidden\n');
});

test('with the namespaces that it may make, an ordinary user maps itself', async (t) => {
  // The kernel lets no user map root without the right to set capabilities of files (user_namespaces(7)).
  if (process.getuid?.() === 0) return t.skip('root without capabilities cannot map itself');
  const out = await printed('unshare --user --map-root-user id -u', { systemCalls: ['namespaces'] });
  assert.equal(out, '0\n');
});

test('a program that may mount is told that Landlock holds no files, and reaches no file more', async () => {
  const planned = (systemCalls: readonly string[]): string =>
    describePlan(plan('/bin/true', command({ base: 'system', systemCalls })));
  const files = /No file that is not listed(.*)/;
  assert.match(files.exec(planned(['user_namespaces']))?.[1] ?? '', /Landlock/);
  assert.doesNotMatch(files.exec(planned(['namespaces']))?.[1] ?? '', /Landlock/);
  const out = await printed('ls /root /home /etc/shadow 2> /dev/null || echo nothing', {
    systemCalls: ['namespaces'],
  });
  assert.equal(out, 'nothing\n');
});

test('the mounts in /proc leak the host paths of grants, as explain says, and nothing does without /proc', async (t) => {
  const folder = makeFolder(t);
  const options: CommandOptions = { directories: { '/seen': file(folder) } };
  const told =
    'cat /proc/self/mountinfo 2> /dev/null; cd /seen && pwd -P; stat -c %N%m /seen; df /seen; true';
  assert.ok((await printed(told, options)).includes(folder));
  const explain = (more: CommandOptions): string =>
    describePlan(plan('/bin/true', command({ base: 'system', ...options, ...more })));
  assert.match(explain({}), /\/proc\/self\/mountinfo shows where on the host/);
  assert.doesNotMatch(explain({ proc: false }), /mountinfo/);
  const { out } = await shell(told, { ...options, proc: false });
  assert.match(out, /^\/seen$/m);
  assert.ok(!out.includes(folder), out);
});

test('time passes in /proc, and agrees with the age of processes', async () => {
  const out = await printed(
    'ps -o etimes= -p $$; a=$(cat /proc/uptime /proc/stat); while [ "$a" = "$(cat /proc/uptime /proc/stat)" ]; do :; done; ' +
      'cat /proc/uptime; head -1 /proc/stat; ps -o etimes= -p $$',
  );
  const [young = '', uptime = '', stat = '', old = ''] = out.trim().split('\n');
  assert.ok(Number(young) < 60 && Number(old) < 60, `the shell is ${young} and ${old} s old`);
  const now = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'));
  assert.match(uptime, /^\d+\.99 0\.00$/);
  assert.ok(Math.abs(Number.parseFloat(uptime) - now) < 60, `${uptime}, but ${now}`);
  const [seconds] = uptime.split('.');
  assert.equal(stat, `cpu  0 0 0 ${seconds}00 0 0 0 0 0 0`);
});

test('a program that signals the first process as the clock does changes nothing', async () => {
  const out = await printed('kill -63 1 2> /dev/null; cat /proc/uptime > /dev/null; echo runs');
  assert.equal(out, 'runs\n');
});

test('with the whole host to read, /proc and control groups are still its own', async (t) => {
  if (!cgroupPlaces().has('memory')) return t.skip('no control groups here');
  const out = await printed(
    'cat /proc/kallsyms 2> /dev/null || echo closed; awk "/MemTotal/ { print \\$2 }" /proc/meminfo; cat /sys/fs/cgroup/memory.max',
    { directories: { '/': file('/') }, limits: { memory: '256 MiB' } },
  );
  assert.equal(out, `closed\n${256 * 1024}\n${256 * 2 ** 20}\n`);
});
