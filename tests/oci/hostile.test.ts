// Hostile configurations, images and programs, each beside its twin that works.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bind, GROUPS, noContainers, TestBundle, usualMounts } from '../frame/oci/bundle.ts';

const skip = noContainers;
const programs = ['/usr', '/bin', '/lib', '/lib64'].map((path) => bind(path, path, 'ro'));

test('an image cannot lead /proc elsewhere, so that masks cover nothing (CVE-2023-27561, CVE-2025-52881)', {
  skip,
}, async (context) => {
  const bundle = new TestBundle(context);
  mkdirSync(bundle.inRoot('elsewhere'));
  symlinkSync('elsewhere', bundle.inRoot('proc'));
  bundle.configure(['true']);
  const { status, stderr } = bundle.create();
  assert.equal(status, 1);
  assert.match(stderr, /\/proc/);
  rmSync(bundle.inRoot('proc'));
  bundle.configure(['sh', '-c', 'cat /proc/keys | wc -c; wc -l < /proc/version; ls /proc/acpi | wc -l']);
  assert.equal(await bundle.output(), '0\n1\n0\n');
});

test('a mount on a link of an image stays in its root', { skip }, async (context) => {
  const outside = mkdtempSync('/var/tmp/outside-');
  context.after(() => rmSync(outside, { recursive: true }));
  const bundle = new TestBundle(context);
  const file = join(bundle.directory, 'file');
  writeFileSync(file, 'mounted\n');
  // The same path within the root is where such a link leads.
  symlinkSync(outside, bundle.inRoot('link'));
  symlinkSync('../../../../../../etc', bundle.inRoot('up'));
  mkdirSync(bundle.inRoot(outside), { recursive: true });
  mkdirSync(bundle.inRoot('etc'));
  bundle.configure(['sh', '-c', `cat ${outside}/a /etc/b /c`], {
    mounts: [
      ...usualMounts,
      ...programs,
      bind(file, '/link/a'),
      bind(file, '/up/b'),
      bind(file, '/x/../../../c'),
    ],
  });
  assert.equal(await bundle.output(), 'mounted\nmounted\nmounted\n');
  assert.ok(!existsSync(join(outside, 'a')));
  assert.ok(!existsSync('/etc/b') && !existsSync('/c'));
});

test('a dangling link of an image is no place to mount', { skip }, (context) => {
  const bundle = new TestBundle(context);
  symlinkSync('/nowhere/deep', bundle.inRoot('link'));
  bundle.configure(['true'], { mounts: [...usualMounts, ...programs, bind('/usr', '/link')] });
  assert.match(bundle.create().stderr, /\/link in the container/);
});

test('no descriptor of the runtime is left to get out by (CVE-2024-21626)', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  for (const number of [3, 5, 7, 8, 32, 200, 201, 204]) {
    bundle.configure(['pwd'], { process: { cwd: `/proc/self/fd/${number}` } });
    assert.equal(bundle.create().status, 1, `descriptor ${number}`);
  }
  bundle.configure(
    [
      'sh',
      '-c',
      'pwd; for f in /proc/self/fd/*; do readlink -f $f; done | grep -v -e ^/proc/ -e output$ -e null$',
    ],
    {
      process: { cwd: '/tmp' },
    },
  );
  assert.equal(await bundle.output(), '/tmp\n');
});

test('a further process has none either, nor does it enter a link of the container', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100']);
  bundle.create();
  bundle.run('start', bundle.id);
  for (const number of [3, 7, 8, 33, 35])
    assert.equal(bundle.run('exec', '--cwd', `/proc/self/fd/${number}`, bundle.id, 'pwd').status, 1);
  assert.equal(bundle.run('exec', '--cwd', '/proc/1/root', bundle.id, 'pwd').status, 1);
  assert.equal(bundle.run('exec', '--cwd', '/tmp', bundle.id, 'pwd').stdout, '/tmp\n');
  const open = bundle.run('exec', bundle.id, 'sh', '-c', 'ls /proc/self/fd | wc -l');
  assert.equal(open.stdout, '4\n');
});

test('a /dev/null of an image covers nothing (CVE-2025-31133)', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  mkdirSync(bundle.inRoot('dev'));
  symlinkSync('/proc/sys/kernel/core_pattern', bundle.inRoot('dev/null'));
  symlinkSync('/proc/sys/kernel/core_pattern', bundle.inRoot('dev/console'));
  const mounts = [
    ...usualMounts.filter(({ destination }) => destination === '/proc' || destination === '/tmp'),
    ...programs,
  ];
  bundle.configure(['sh', '-c', 'wc -c < /proc/keys; echo x > /proc/keys; cat /proc/keys'], { mounts });
  assert.match(await bundle.output(), /^0\n/);
  assert.doesNotMatch(readFileSync('/proc/sys/kernel/core_pattern', 'latin1'), /^x$/m);
});

test('a device of an image is none', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  spawnSync('mknod', [bundle.inRoot('zero'), 'c', '1', '5']);
  assert.ok(lstatSync(bundle.inRoot('zero')).isCharacterDevice());
  bundle.configure(['sh', '-c', 'head -c1 /zero 2>&1; head -c1 /dev/zero | wc -c']);
  assert.match(await bundle.output(), /Permission denied\n1\n$/);
});

test('a privileged program can mount nothing, enter nothing and make no device', {
  skip,
}, async (context) => {
  const bundle = new TestBundle(context);
  const all = JSON.parse(bundle.run('features').stdout).linux.capabilities;
  const capabilities = { bounding: all, effective: all, permitted: all };
  const script = `
    unshare -m true || echo no namespace
    mount -t tmpfs x /tmp || echo no mount
    mknod /tmp/d c 1 5 || echo no device
    nsenter -t 1 -m true || echo no entry
    mkfifo /tmp/f && echo a pipe`;
  bundle.configure(['sh', '-c', `{ ${script}\n} 2>/dev/null`], {
    process: { capabilities, noNewPrivileges: false },
  });
  assert.equal(await bundle.output(), 'no namespace\nno mount\nno device\nno entry\na pipe\n');
});

test('a program has the capabilities that were asked for and no others', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  const show = ['grep', '-E', '^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):', '/proc/self/status'];
  bundle.configure(show);
  assert.equal(
    await bundle.output(),
    `${['CapPrm', 'CapEff', 'CapBnd'].map((name) => `${name}:\t00000000000000e1\n`).join('')}NoNewPrivs:\t1\nSeccomp:\t2\n`,
  );
});

test('the filter of the engine holds besides ours', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  const rule = (args: unknown) => ({
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [
      { names: ['mkdir', 'mkdirat', 'nosuchcall'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 },
      { names: ['kill'], action: 'SCMP_ACT_ERRNO', args },
    ],
  });
  const script = 'mkdir /tmp/x 2>&1; kill -10 $$ 2>&1 || echo no 10; trap "echo 12" USR2; kill -12 $$';
  for (const args of [
    [{ index: 1, value: 10, op: 'SCMP_CMP_EQ' }],
    [{ index: 1, value: 12, op: 'SCMP_CMP_LT' }],
    [{ index: 1, value: 10, op: 'SCMP_CMP_LE' }],
    [{ index: 1, value: 3, valueTwo: 2, op: 'SCMP_CMP_MASKED_EQ' }],
    [{ index: 1, value: 12, op: 'SCMP_CMP_NE' }],
  ]) {
    const one = new TestBundle(context);
    const namespaces = ['pid', 'mount'].map((type) => ({ type }));
    one.configure(['bash', '-c', script], {
      linux: { namespaces, seccomp: rule(args), cgroupsPath: `/${GROUPS}/${one.id}` },
    });
    const output = await one.output();
    assert.match(output, /No space left on device[\s\S]*no 10\n12\n$/, JSON.stringify(args));
  }
  bundle.configure(['sh', '-c', 'mkdir /tmp/x && echo made']);
  assert.equal(await bundle.output(), 'made\n');
});

test('configurations that are wrong or ask for too much are refused by name', { skip }, (context) => {
  const bundle = new TestBundle(context);
  const namespaces = ['pid', 'mount', 'network'].map((type) => ({ type }));
  const refused = (change: { [part: string]: object }, words: RegExp): void => {
    bundle.configure(['true'], change);
    const { status, stderr } = bundle.create();
    assert.equal(status, 1, String(words));
    assert.match(stderr, words);
    assert.equal(bundle.run('state', bundle.id).status, 1, 'nothing is left');
  };
  refused(
    { linux: { namespaces: [{ type: 'user' }, { type: 'mount' }] } },
    /linux\.namespaces\[0\]\.type is "user"/,
  );
  refused({ linux: { namespaces: [{ type: 'pid' }] } }, /mount namespace/);
  refused({ linux: { namespaces, cgroupsPath: '/../../x' } }, /without '\.\.'/);
  refused({ linux: { namespaces, cgroupsPath: 'system.slice:podman:x' } }, /cgroupfs/);
  refused({ linux: { namespaces, sysctl: { 'kernel.core_pattern': 'x' } } }, /a setting of the whole host/);
  refused(
    { linux: { namespaces, sysctl: { 'net.ipv4/../../kernel.x': '1' } } },
    /a setting of the whole host|No such|no such/,
  );
  refused({ linux: { namespaces, devices: [{ path: '/etc/x', type: 'c' }] } }, /a path beneath \/dev/);
  refused({ linux: { namespaces, devices: [{ path: '/dev/../x', type: 'c' }] } }, /a path beneath \/dev/);
  refused({ linux: { namespaces, seccomp: { defaultAction: 'SCMP_ACT_NOTIFY' } } }, /SCMP_ACT_NOTIFY/);
  refused({ linux: { namespaces, mountLabel: 'x' } }, /mountLabel/);
  refused({ process: { apparmorProfile: 'x' } }, /apparmorProfile/);
  refused({ process: { cwd: 'tmp' } }, /an absolute path/);
  refused({ process: { args: [] } }, /process\.args/);
  refused({ process: { args: ['/app.wasm'] } }, /needs its grants/);
  refused({ process: { args: ['a\0b'] } }, /without NUL/);
  refused({ process: { user: { uid: -1 } } }, /process\.user\.uid is -1/);
  refused({ process: { terminal: true } }, /console socket/);
  refused({ mounts: [{ destination: '/x', type: 'ext4', source: '/dev/vda' }] }, /type 'ext4'/);
  refused({ mounts: [{ destination: 'x', type: 'tmpfs' }] }, /an absolute path/);
  refused({ mounts: Array(5000).fill({ destination: '/x', type: 'tmpfs' }) }, /at most 4096 mounts/);
  refused({ hooks: { startContainer: [{ path: 'bin/true' }] } }, /startContainer\[0\]\.path is "bin\/true"/);
  refused({ root: { path: '/nosuch' } }, /nosuch/);
});
