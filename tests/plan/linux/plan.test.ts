import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdLimits } from '../../../src/plan/linux/limits.ts';
import type { PlannedEntry } from '../../../src/plan/linux/planned.ts';
import { plan } from '../../../src/plan/plan.ts';
import type { LinuxPlan } from '../../../src/plan/plan-types.ts';
import { type CommandOptions, command, fd, file } from '../../../src/resources/constructors.ts';
import { Mistakes } from '../../../src/resources/mistake.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder } from '../../frame/programs.ts';

const planned = (program: string, options: CommandOptions = {}): LinuxPlan =>
  planLinux(program, command(options));

const entriesOf = (program: string, options: CommandOptions = {}): ReadonlyMap<string, PlannedEntry> =>
  new Map(planned(program, options).linux.entries.map((entry) => [entry.at, entry]));

function makeScript(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

test('without a base, a program sees itself, its libraries and nothing else', () => {
  const { linux, command: started } = planLinux('/bin/true', command());
  assert.equal(linux?.base, 'minimal');
  assert.deepEqual([...(started?.environment ?? [])], []);
  for (const entry of linux?.entries ?? []) {
    assert.ok(['program', 'library'].includes(entry.why), `${entry.at} is there for ${entry.why}`);
    if (entry.kind === 'mount') assert.deepEqual([entry.access, entry.type], ['read', 'file'], entry.at);
  }
  assert.ok(linux?.entries.some(({ at }) => at === realpathSync('/bin/true')));
});

test('the base none sees nothing, and a dynamic program needs a loader there', () => {
  assert.throws(() => plan('/bin/true', command({ base: 'none' })), { code: 'bad_configuration' });
  const usr = file('/usr', { rights: ['read', 'execute'] });
  const lib = file('/lib64', { rights: ['read', 'execute'] });
  const more = file('/lib', { rights: ['read', 'execute'] });
  const entries = entriesOf('/bin/true', {
    base: 'none',
    directories: { '/usr': usr, '/lib64': lib, '/lib': more },
  });
  assert.deepEqual([...entries.keys()], ['/lib', '/lib64', '/usr']);
});

test('the base system is read-only, and has neither homes nor secrets nor lists of users', () => {
  const { linux, command: started } = planLinux('/bin/true', command({ base: 'system' }));
  const entries = linux?.entries ?? [];
  for (const entry of entries) {
    if (entry.kind === 'mount') assert.equal(entry.access, 'read', entry.at);
    assert.doesNotMatch(
      entry.at,
      /^\/(?:home|root|run|srv|media|mnt|var\/(?!tmp$|(?:lib|cache|spool)\/[a-z]))/,
    );
    assert.doesNotMatch(
      entry.at,
      /shadow|private|ssh|sudo|krb|machine-id|hostname|mail$|cron|postgres|docker/,
    );
  }
  const passwd = entries.find(({ at }) => at === '/etc/passwd');
  assert.equal(passwd?.kind, 'text');
  for (const at of ['/usr', '/tmp', '/proc', '/dev/null', '/etc/ld.so.cache'])
    assert.ok(
      entries.some((entry) => entry.at === at),
      at,
    );
  assert.match(started?.environment.get('PATH') ?? '', /\/usr\/bin/);
  assert.ok(!entries.some(({ at }) => at === '/etc/resolv.conf'));
  assert.ok(entriesOf('/bin/true', { base: 'system', network: 'host' }).has('/etc/hosts'));
});

test('switches add to a base and take from it', () => {
  const all = entriesOf('/bin/true', { tmp: '1 MiB', dev: true, proc: 'everything' });
  assert.deepEqual(all.get('/tmp'), {
    kind: 'tmpfs',
    at: '/tmp',
    size: 2 ** 20,
    execute: true,
    why: 'base',
    position: undefined,
  });
  assert.ok(all.has('/dev/null') && all.has('/proc'));
  const none = entriesOf('/bin/true', { base: 'system', tmp: false, dev: false, proc: false });
  assert.ok(!none.has('/tmp') && !none.has('/dev/null') && !none.has('/proc'));
});

test('links of the root are there when they lead into what is granted', () => {
  const entries = entriesOf('/bin/true', {
    directories: { '/usr': file('/usr', { rights: ['read', 'execute'] }) },
  });
  const bin = entries.get('/bin');
  const merged = realpathSync('/bin') === '/usr/bin';
  assert.equal(bin?.kind, merged ? 'symlink' : undefined);
  // Nothing has to be added: all is in the directory.
  for (const entry of entries.values()) assert.ok(entry.kind === 'symlink' || entry.at === '/usr', entry.at);
});

test('a grant covers the base, nested and overlapping grants lie in order, names through links are followed', (t) => {
  const folder = makeFolder(t);
  const inner = file(folder, { rights: ['read', 'write', 'create', 'remove'] });
  const entries = [
    ...entriesOf('/bin/true', {
      base: 'system',
      directories: { '/tmp/a/b': inner, '/tmp/a': inner, '/usr/local': inner, '/bin/deep': inner },
      ...(realpathSync('/bin') === '/usr/bin' && {
        directories: { '/tmp/a/bin': inner, '/tmp/a': file('/usr') },
      }),
    }).values(),
  ].map(({ at }) => at);
  assert.ok(entries.indexOf('/tmp') < entries.indexOf('/tmp/a'));
});

test('the needs of a script are there: its interpreter, the program that env starts, and their libraries', (t) => {
  const folder = makeFolder(t);
  const script = makeScript(folder, 'script', '#!/usr/bin/env -S sh -e\n:\n');
  const { linux, command: started } = planLinux(
    script,
    command({ arguments: ['x'], environment: { PATH: '/bin' } }),
  );
  assert.equal(linux?.image, '/usr/bin/env');
  assert.deepEqual(started?.arguments, ['/usr/bin/env', '-S sh -e', script, 'x']);
  const places = new Set(linux?.entries.map(({ at }) => at));
  for (const path of [script, realpathSync('/usr/bin/env'), realpathSync('/bin/sh')])
    assert.ok(places.has(path), path);
  const lost = makeScript(folder, 'lost', '#!/usr/bin/env no-such-program\n');
  assert.throws(() => plan(lost, command({ environment: { PATH: '/bin' } })), {
    code: 'not_a_program',
    message: `Cannot run '${lost}': it wants 'no-such-program', which is in no directory of its PATH (/bin)`,
  });
});

/** First lines of scripts: all that the kernel can be asked about. */
const heads: readonly string[] = [
  '#!/bin/echo\n',
  '#!/bin/echo one two  \t\n',
  '#! \t/bin/echo  a b c\n',
  '#!/bin/echo',
  `#!/bin/echo ${'x'.repeat(300)}\n`,
  '#!\n',
  '#!   \n',
  `#!/${'x'.repeat(300)}\n`,
  '#!/no/such/interpreter\n',
];

test('first lines mean what they mean to the kernel', (t) => {
  const folder = makeFolder(t);
  for (const [index, head] of heads.entries()) {
    const path = makeScript(folder, `s${index}`, head);
    const { stdout } = spawnSync(path, ['last'], { encoding: 'utf8' });
    // A file that the kernel refuses to execute may be tried by a shell, which prints nothing.
    const said = stdout?.endsWith('last\n') ? stdout : undefined;
    let expected: string | undefined;
    try {
      expected = `${plan(path, command({ arguments: ['last'] }))
        .command?.arguments.slice(1)
        .join(' ')}\n`;
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'not_a_program', head);
    }
    assert.equal(said, expected, JSON.stringify(head.slice(0, 40)));
  }
});

test('scripts of scripts are followed as deep as the kernel follows them', (t) => {
  const folder = makeFolder(t);
  let below = '/bin/true';
  for (let depth = 1; depth <= 7; depth++) {
    below = makeScript(folder, `d${depth}`, `#!${below}\n`);
    const runs = spawnSync(below).status === 0;
    let plans = true;
    try {
      plan(below, command());
    } catch {
      plans = false;
    }
    assert.equal(plans, runs, `${depth} deep`);
  }
});

test('a name is looked up in PATH, and never in the working directory', (t) => {
  const folder = makeFolder(t);
  copyFileSync('/bin/true', join(folder, 'cloudabi-test-program'));
  const before = { path: process.env['PATH'], cwd: process.cwd() };
  t.after(() => {
    process.env['PATH'] = before.path;
    process.chdir(before.cwd);
  });
  process.chdir(folder);
  assert.throws(() => plan('cloudabi-test-program', command()), {
    code: 'program_not_found',
    message:
      "Cannot run 'cloudabi-test-program': no program in PATH has this name; write './cloudabi-test-program' for the one in this directory",
  });
  assert.equal(
    plan('./cloudabi-test-program', command()).program.path,
    join(folder, 'cloudabi-test-program'),
  );
  // Neither does an entry of PATH that means the working directory lead there.
  process.env['PATH'] = `:.:${dirname('/bin/true')}`;
  assert.throws(() => plan('cloudabi-test-program', command()), { code: 'program_not_found' });
  assert.equal(plan('true', command()).program.path, '/bin/true');
});

test('hostile and foreign programs are refused in one line each', (t) => {
  const folder = makeFolder(t);
  const real = readFileSync('/bin/true');
  const attempt = (name: string, change: (bytes: Buffer) => Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, change(Buffer.from(real)));
    chmodSync(path, 0o755);
    try {
      plan(path, command());
      return 'planned';
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'not_a_program');
      return error.message.replace(path, name);
    }
  };
  const with32 = (at: number, value: number) => (bytes: Buffer) => {
    bytes.writeUInt16LE(value, at);
    return bytes;
  };
  const here = process.arch === 'arm64' ? 'aarch64' : 'x86-64';
  assert.equal(
    attempt('riscv', with32(18, 243)),
    `Cannot run 'riscv': it is for RISC-V, and this host is ${here}`,
  );
  assert.equal(attempt('small', with32(4, 0x0101)), `Cannot run 'small': it is for ${here}`);
  assert.equal(
    attempt('short', (bytes) => bytes.subarray(0, 40)),
    "Cannot run 'short': it has 40 bytes, fewer than the 64 of an ELF header",
  );
  assert.match(
    attempt('cut', (bytes) => bytes.subarray(0, 500)),
    /^Cannot run 'cut': it has 500 bytes and should go on/,
  );
  assert.equal(
    attempt('object', with32(16, 1)),
    "Cannot run 'object': it is neither a program nor a library, but an ELF file of type 1",
  );
  const plain = join(folder, 'plain');
  writeFileSync(plain, real);
  chmodSync(plain, 0o644);
  assert.throws(() => plan(plain, command()), {
    message: `Cannot run '${plain}': it is not a file that may be executed (chmod +x, on a file system without noexec)`,
  });
});

test('a program with $ORIGIN finds its libraries without /proc', {
  skip: spawnSync('gcc', ['--version']).status !== 0 && 'no gcc here',
}, (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'l.c'), 'int l(void) { return 7; }');
  writeFileSync(join(folder, 'p.c'), 'int l(void); int main(void) { return l(); }');
  const gcc = (...args: string[]): void => assert.equal(spawnSync('gcc', args, { cwd: folder }).status, 0);
  gcc('-shared', '-fPIC', '-o', 'lib/libl.so', 'l.c');
  gcc('-o', 'p', 'p.c', '-Llib', '-ll', '-Wl,-rpath,$ORIGIN/lib');
  const { command: started, linux } = planLinux(join(folder, 'p'), command());
  assert.equal(started?.environment.get('LD_ORIGIN_PATH'), folder);
  assert.ok(linux?.entries.some(({ at }) => at === join(folder, 'lib/libl.so')));
  assert.equal(
    plan(join(folder, 'p'), command({ proc: true })).command?.environment.has('LD_ORIGIN_PATH'),
    false,
  );
});

test('sockets are announced as systemd does it', (t: TestContext) => {
  const folder = makeFolder(t);
  symlinkSync('/bin/true', join(folder, 'link'));
  const { command: started, grants } = planned(join(folder, 'link'), {
    descriptors: { 3: fd('stdin'), 4: fd('stdin') },
    listenFds: true,
  });
  assert.equal(started?.environment.get('LISTEN_FDS'), '2');
  assert.deepEqual(
    grants.map(({ descriptor }) => descriptor),
    [0, 1, 2, 3, 4],
  );
  assert.equal(started?.arguments[0], join(folder, 'link'));
});

test('a limit on memory is one for directories in memory, too, and the plan says what it counts', () => {
  const made = command({ base: 'system', limits: { memory: '64 MiB' } });
  const { linux } = planLinux('/bin/sh', made);
  const sizes = linux.entries.flatMap((entry) => (entry.kind === 'tmpfs' ? [[entry.at, entry.size]] : []));
  assert.deepEqual(sizes, [
    ['/tmp', 64 << 20],
    ['/dev/shm', 64 << 20],
  ]);
  const held = holdLimits(
    { memory: 64 << 20 },
    { limitsGiven: new Map(), spelling: 'document' },
    new Mistakes(),
    () => new Map(),
  );
  assert.match(held.enforcement[0]?.limit ?? '', /in each process, not counting shared memory/);
});
