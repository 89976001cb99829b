import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdLimits } from '../../../src/plan/linux/limits.ts';
import { Mistakes } from '../../../src/resources/mistake.ts';
import { Cgroups } from '../../../src/run/linux/cgroups.ts';
import { type CgroupPlace, type Controller, cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';
import { USED_IN_A_SECOND } from '../../frame/programs.ts';

const places = cgroupPlaces();
const without = (controller: Controller): string | false =>
  !places.has(controller) && `no control group with ${controller} that we may write to`;

/** Runs a shell command as a member of groups; it waits until it has been moved. */
function runIn(
  t: TestContext,
  groups: Cgroups,
  script: string,
): { status: number | null; signal: string | null; out: string } {
  const members = groups.openMembership();
  t.after(() => groups.remove());
  const shell = spawnSync(
    process.execPath,
    [
      '-e',
      `const { writeSync } = require('node:fs');
     for (let d = 3; d < ${3 + members.length}; d++) writeSync(d, String(process.pid));
     const { status, signal } = require('node:child_process').spawnSync('/bin/sh', ['-c', ${JSON.stringify(script)}], { stdio: 'inherit' });
     process.exit(status ?? 128 + require('node:os').constants.signals[signal]);`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe', ...members], encoding: 'utf8' },
  );
  for (const member of members) closeSync(member);
  return { status: shell.status, signal: shell.signal, out: shell.stdout };
}

function groupOf(controller: Controller, value: number): Cgroups {
  const place = places.get(controller);
  assert.ok(place);
  return new Cgroups([{ controller, place, value }]);
}

const leftIn = ({ directory }: CgroupPlace): string[] =>
  readdirSync(directory).filter((name) => name.startsWith('cloudabi-') && name.includes(`-${process.pid}-`));

test('memory beyond a control group ends the process, and the group says why', {
  skip: without('memory'),
}, (t) => {
  const groups = groupOf('memory', 96 * 2 ** 20);
  const eats = `exec ${process.execPath} -e 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1))'`;
  const { status, signal } = runIn(t, groups, eats);
  // Version 2 ends the whole group at once, with the process that waits.
  assert.ok(status === 137 || signal === 'SIGKILL', `${status} ${signal}`);
  assert.ok(groups.events().killedForMemory > 0);
  groups.remove();
  for (const place of places.values()) assert.deepEqual(leftIn(place), []);
});

test('a control group refuses processes beyond its number', { skip: without('pids') }, (t) => {
  const groups = groupOf('pids', 40);
  const { out } = runIn(
    t,
    groups,
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do sleep 0.2 & done 2>/dev/null; echo end',
  );
  assert.doesNotMatch(out, /end/);
  assert.ok(groups.events().refusedProcesses > 0);
});

/** Measures the share of a processor that a program gets in a second of computing, its start left out. */
function usedIn(t: TestContext, groups: Cgroups): number {
  return Number(runIn(t, groups, `exec ${process.execPath} -e '${USED_IN_A_SECOND}'`).out);
}

test('a control group shares the time of processors out', { skip: without('cpu') }, (t) => {
  const used = usedIn(t, groupOf('cpu', 0.2));
  assert.ok(used > 0 && used < 0.5, `${used} of a processor`);
});

test('a program may be given more processors than the group of its launcher has, and has those', {
  skip: places.get('cpu')?.version !== 1 && 'version 2 takes any number',
}, (t) => {
  const place = places.get('cpu');
  assert.ok(place);
  const above = join(place.directory, `cloudabi-test-${process.pid}`);
  mkdirSync(above);
  t.after(() => rmdirSync(above));
  writeFileSync(join(above, 'cpu.cfs_quota_us'), '20000');
  const groups = new Cgroups([
    { controller: 'cpu', place: { version: 1, directory: above }, value: 100_000_000 },
  ]);
  const used = usedIn(t, groups);
  groups.remove();
  assert.ok(used > 0 && used < 0.5, `${used} of a processor`);
});

test('groups of a launcher that was killed are removed at the next start, those of living ones stay', {
  skip: without('pids'),
}, async (t) => {
  const place = places.get('pids');
  assert.ok(place);
  const module = new URL('../../../../dist/run/linux/cgroups.js', import.meta.url);
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { Cgroups } from ${JSON.stringify(String(module))};
     new Cgroups([{ controller: 'pids', place: ${JSON.stringify(place)}, value: 5 }]);
     console.log('made'); setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const theirs = (): string[] =>
    readdirSync(place.directory).filter((name) => name.includes(`-${child.pid}-`));
  assert.equal(theirs().length, 1);
  groupOf('pids', 5).remove();
  assert.equal(theirs().length, 1, 'its launcher lives');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(theirs().length, 1, 'nobody has removed it yet');
  groupOf('pids', 5).remove();
  assert.deepEqual(theirs(), []);
});

test('without control groups, resource limits hold what they can and the plan says so', () => {
  const mistakes = new Mistakes();
  const none = new Map<Controller, CgroupPlace>();
  const limits = { memory: 2 ** 30, cpus: 2, cpuTime: 1500, openFiles: 64, fileSize: 4096 };
  const held = holdLimits(limits, { limitsGiven: new Map(), spelling: 'document' }, mistakes, () => none);
  assert.deepEqual(held.resources, [
    ['dataSize', 2 ** 30],
    ['cpuTime', 2],
    ['openFiles', 64],
    ['fileSize', 4096],
  ]);
  assert.equal(held.cgroups, undefined);
  assert.deepEqual(
    held.enforcement.map(({ by }) => by.join()),
    ['RLIMIT_DATA', 'RLIMIT_CPU', 'RLIMIT_NOFILE', 'RLIMIT_FSIZE'],
  );
  assert.throws(() => mistakes.throwIfAny(), /Limit 'cpus' cannot be held on this host/);
});

/** Makes a synthetic /proc and hierarchy; directories are real, so that access(2) can be asked about them. */
function makeHost(t: TestContext, own: string, mounts: (root: string) => string): string {
  const root = mkdtempSync(join(tmpdir(), 'cloudabi-cgroup-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'proc/self'), { recursive: true });
  writeFileSync(join(root, 'proc/self/cgroup'), own);
  writeFileSync(join(root, 'proc/self/mountinfo'), mounts(root));
  return root;
}

test('version 1 is found beneath our own group, also where a container sees a part only', (t) => {
  const root = makeHost(
    t,
    '5:memory:/box/us\n4:pids:/elsewhere\n',
    (folder) =>
      `30 25 0:26 /box ${folder}/mem\\040ory rw - cgroup cgroup rw,memory\n31 25 0:27 /box ${folder}/pids rw - cgroup cgroup rw,pids\n`,
  );
  mkdirSync(join(root, 'mem ory/us'), { recursive: true });
  mkdirSync(join(root, 'pids'));
  const found = cgroupPlaces(join(root, 'proc'));
  assert.deepEqual(found, new Map([['memory', { version: 1, directory: join(root, 'mem ory/us') }]]));
});

test('a host without control groups has none', (t) => {
  const root = makeHost(t, '', () => '');
  assert.equal(cgroupPlaces(join(root, 'proc')).size, 0);
  assert.equal(cgroupPlaces(join(root, 'nowhere')).size, 0);
});
