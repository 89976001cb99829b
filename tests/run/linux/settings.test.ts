import assert from 'node:assert/strict';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { describePlan } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import type { Walls } from '../../../src/worlds/world.ts';

type Access = 'read' | 'write' | 'read-write';

/** Options of a command that finds settings of the kernel. */
const settings = (names: Readonly<Record<string, Access>>): CommandOptions => ({
  base: 'system',
  services: { sysctl: { names } },
});

/** Runs a command of a shell, and returns what it printed. */
async function inside(script: string, options: CommandOptions, walls: Walls = 'all'): Promise<string> {
  const output = pipe('write');
  const process = launch(
    '/bin/sh',
    command({
      environment: { LC_ALL: 'C' },
      ...options,
      arguments: ['-c', `exec 2>&1; ${script}`],
      stdout: output,
    }),
    { walls },
  );
  const printed = await text(output.stream);
  await process.exited;
  return printed;
}

const host = (name: string): string => readFileSync(`/proc/sys/${name}`, 'utf8');

/** Tells whether this host lets its user change a setting: a container may not. */
function mayChange(name: string): boolean {
  try {
    accessSync(`/proc/sys/${name}`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

test('a program finds granted settings as files, and no others', async () => {
  const granted = settings({ 'vm.swappiness': 'read', 'kernel.random.poolsize': 'read' });
  const printed = await inside(
    'cd /proc/sys; cat vm/swappiness kernel/random/poolsize; cat kernel/core_pattern vm/dirty_ratio; ls -d fs/file-max',
    granted,
  );
  assert.equal(
    printed,
    `${host('vm/swappiness')}${host('kernel/random/poolsize')}cat: kernel/core_pattern: No such file or directory
cat: vm/dirty_ratio: No such file or directory
ls: cannot access 'fs/file-max': No such file or directory
`,
  );
  const without = await inside('cat /proc/sys/vm/swappiness', { base: 'system' });
  assert.equal(without, 'cat: /proc/sys/vm/swappiness: No such file or directory\n');
});

test('sysctl and Python find granted settings', async (t) => {
  const granted = settings({ 'vm.swappiness': 'read' });
  const tools = [
    ['/usr/sbin/sysctl', 'sysctl -n vm.swappiness'],
    ['/usr/bin/python3', `python3 -c 'print(int(open("/proc/sys/vm/swappiness").read()))'`],
  ] as const;
  const there = tools.filter(([path]) => existsSync(path));
  if (there.length < tools.length) t.diagnostic(`tried ${there.length} of ${tools.length} programs`);
  for (const [path, script] of there)
    assert.equal(await inside(`PATH=/usr/sbin:/usr/bin; ${script}`, granted), host('vm/swappiness'), path);
});

test('all settings beneath a name are found, and those beside it are not', async () => {
  const granted = settings({ 'vm.*': 'read' });
  const printed = await inside('cat /proc/sys/vm/swappiness /proc/sys/vm/dirty_ratio; ls /proc/sys', granted);
  assert.equal(printed, `${host('vm/swappiness')}${host('vm/dirty_ratio')}fs\nkernel\nnet\nvm\n`);
});

test('a setting is changed where that was granted alone', async (t) => {
  if (!mayChange('vm/swappiness')) return t.skip('this host lets root alone change its settings, or no user');
  // The value that is there already, so that this host stays as it is.
  const write = (name: string): string =>
    `value=$(cat /proc/sys/${name}) && (echo $value > /proc/sys/${name} && echo changed)`;
  const granted = settings({ 'vm.swappiness': 'read-write', 'vm.dirty_ratio': 'read' });
  const printed = await inside(`${write('vm/swappiness')}; ${write('vm/dirty_ratio')}`, granted);
  assert.match(printed, /^changed\n.*vm\/dirty_ratio: Read-only file system\n$/);
});

test('without namespaces, granted settings are read where they are, and no others', async () => {
  const printed = await inside(
    'cat /proc/sys/vm/swappiness; cat /proc/sys/vm/dirty_ratio; echo 1 > /proc/sys/vm/swappiness',
    settings({ 'vm.swappiness': 'read' }),
    'landlock',
  );
  const [value, other = '', written = ''] = printed.split('\n');
  assert.equal(`${value}\n`, host('vm/swappiness'));
  assert.match(other, /vm\/dirty_ratio: Permission denied/);
  assert.match(written, /vm\/swappiness: Permission denied/);
});

test('a file beneath /proc/sys that is granted by its path has a place', async () => {
  const files = { '/proc/sys/vm/swappiness': file('/proc/sys/vm/swappiness') };
  assert.equal(await inside('cat /proc/sys/vm/swappiness', { base: 'system', files }), host('vm/swappiness'));
});

test('settings that a program could not see as files are refused with the reason', () => {
  const refused = (names: Readonly<Record<string, Access>>, more: CommandOptions = {}): string => {
    try {
      plan('/bin/true', command({ ...settings(names), ...more }));
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return 'planned';
  };
  const beginning = (name: string): string => `The program cannot see setting '${name}' as a file: `;
  const cases: readonly (readonly [name: string, access: Access, words: RegExp])[] = [
    ['net.core.somaxconn', 'read', /network of this host, .* grant 'network: host'/],
    ['kernel.hostname', 'read', /the name of this host, and the program has one of its own/],
    ['kernel.shmmax', 'read', /IPC namespace/],
    ['user.max_user_namespaces', 'read', /user namespace/],
    ['kernel.no_such_setting', 'read', /this kernel has no such setting/],
    ['vm', 'read', /settings beneath it; add '\.\*'/],
    ['vm.swappiness.*', 'read', /no directory of settings/],
    ['vm.swappiness', 'write', /it could read what it may write there; grant 'read-write'/],
  ];
  for (const [name, access, words] of cases) {
    const message = refused({ [name]: access });
    assert.ok(message.includes(beginning(name)), message);
    assert.match(message, words);
  }
  assert.equal(refused({ 'net.core.somaxconn': 'read' }, { network: 'host' }), 'planned');
  assert.match(refused({ 'vm.swappiness': 'read' }, { proc: 'processes' }), /processes alone/);
});

test('the plan names settings, and warns of those that start programs', () => {
  const planned = plan('/bin/true', command(settings({ 'vm.swappiness': 'read', 'fs.*': 'read' })));
  assert.match(
    describePlan(planned),
    /settings of the kernel beneath \/proc\/sys: sysctl within \{ names: .*vm\/swappiness/,
  );
  if (!mayChange('kernel/core_pattern')) return;
  const warned = plan(
    '/bin/true',
    command(settings({ 'kernel.core_pattern': 'read-write', 'fs.*': 'read' })),
  );
  assert.deepEqual(
    warned.warnings.filter(({ place }) => place === 'services').map(({ message }) => message),
    ["Through 'kernel.core_pattern', the kernel can be told to run a program outside all walls"],
  );
});
