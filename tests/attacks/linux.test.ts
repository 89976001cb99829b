import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandOptions, fd } from '../../src/resources/constructors.ts';
import { argumentsOf, attack, type Call, makeScene, outcome, type Scene, worldOf } from './linux-world.ts';

const AT_FDCWD = -100;
const RDONLY = 0;
const WRONLY = 1;
const RDWR = 2;
const CREATE = 0x41;
const open = (path: string, flags: number, mode = 0): Call => ['openat', AT_FDCWD, `s:${path}`, flags, mode];

/** A way out, what the program meets on it, and the allowed thing beside it. */
type Route = {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly meets: string | readonly string[];
  readonly twin?: readonly Call[];
  readonly world?: (scene: Scene) => CommandOptions;
  readonly x64?: true;
};

const withProc = (scene: Scene): CommandOptions => worldOf(scene, { proc: true });
const withFile =
  (flags: number) =>
  (scene: Scene): CommandOptions => {
    const descriptor = openSync(join(scene.secret, 'file'), flags);
    opened.push(descriptor);
    return worldOf(scene, { proc: true, descriptors: { 3: fd(descriptor) } });
  };
const opened: number[] = [];

const readFile: readonly Call[] = [open('/readable/file', RDONLY)];
const writeFile: readonly Call[] = [open('/writable/file', RDWR)];
const fork: readonly Call[] = [['getpid']];
const EPERM = 'EPERM';

const routes: readonly Route[] = [
  // Files
  { name: 'opens a file of the host', calls: [open('/etc/passwd', RDONLY)], meets: 'ENOENT', twin: readFile },
  {
    name: 'leaves a directory by ..',
    calls: [open('/readable/../../../etc/passwd', RDONLY)],
    meets: 'ENOENT',
    twin: [open('/readable/../readable/file', RDONLY)],
  },
  {
    name: 'follows an absolute link out',
    calls: [open('/readable/absolute', RDONLY)],
    meets: 'ENOENT',
    twin: readFile,
  },
  {
    name: 'follows a relative link out',
    calls: [open('/readable/relative', RDONLY)],
    meets: 'ENOENT',
    twin: readFile,
  },
  {
    name: 'lists the host’s root',
    calls: [open('/etc', RDONLY)],
    meets: 'ENOENT',
    twin: [open('/', RDONLY)],
  },
  {
    name: 'writes to what it may read',
    calls: [open('/readable/file', RDWR)],
    meets: 'EROFS',
    twin: writeFile,
  },
  {
    name: 'makes a file where it may read',
    calls: [open('/readable/new', CREATE, 0o644)],
    meets: 'EROFS',
    twin: [open('/writable/new', CREATE, 0o644)],
  },
  {
    name: 'removes what it may read',
    calls: [['unlinkat', AT_FDCWD, 's:/readable/file', 0]],
    meets: 'EROFS',
    twin: [open('/writable/gone', CREATE, 0o644), ['unlinkat', AT_FDCWD, 's:/writable/gone', 0]],
  },
  {
    name: 'renames what it may read',
    calls: [['renameat2', AT_FDCWD, 's:/readable/file', AT_FDCWD, 's:/readable/other', 0]],
    meets: 'EROFS',
    twin: [
      open('/writable/a', CREATE, 0o644),
      ['renameat2', AT_FDCWD, 's:/writable/a', AT_FDCWD, 's:/writable/b', 0],
    ],
  },
  {
    name: 'links what it may read to where it may write',
    calls: [['linkat', AT_FDCWD, 's:/readable/file', AT_FDCWD, 's:/writable/link', 0]],
    meets: ['EXDEV', 'EACCES'],
    twin: [open('/writable/c', CREATE, 0o644), ['symlinkat', 's:c', AT_FDCWD, 's:/writable/d']],
  },
  {
    name: 'changes the mode of what it may read',
    calls: [['fchmodat', AT_FDCWD, 's:/readable/file', 0o777]],
    meets: 'EROFS',
    twin: [['fchmodat', AT_FDCWD, 's:/writable/file', 0o644]],
  },
  {
    name: 'changes the times of what it may read',
    calls: [['utimensat', AT_FDCWD, 's:/readable/file', 0, 0]],
    meets: 'EROFS',
    twin: [['utimensat', AT_FDCWD, 's:/writable/file', 0, 0]],
  },
  {
    name: 'cuts what it may read',
    calls: [['truncate', 's:/readable/file', 0]],
    meets: 'EROFS',
    twin: [['truncate', 's:/writable/file', 7]],
  },
  {
    name: 'writes into its root',
    calls: [open('/new', CREATE, 0o644)],
    meets: 'EROFS',
    twin: [open('/', RDONLY)],
  },
  {
    name: 'starts a program where none may be started',
    calls: [['execve', 's:/writable/program', 'buf', 'buf']],
    meets: 'EACCES',
    twin: [['execve', 's:/tools/attacker', 'buf', 'buf']],
  },
  {
    name: 'maps code where none may be started',
    calls: [open('/writable/program', RDONLY), ['mmap', 0, 4096, 5, 2, '@0', 0]],
    meets: ['EPERM', 'EACCES'],
    twin: [open('/tools/attacker', RDONLY), ['mmap', 0, 4096, 5, 2, '@0', 0]],
  },
  {
    name: 'opens a read-only descriptor again for writing',
    calls: [open('/proc/self/fd/3', RDWR)],
    meets: ['EACCES', 'EROFS'],
    twin: [['lseek', 3, 0, 0]],
    world: withFile(RDONLY),
  },
  {
    name: 'opens a write-only descriptor again for reading',
    calls: [open('/proc/self/fd/3', RDONLY)],
    meets: 'EACCES',
    twin: [['write', 3, 's:content', 7]],
    world: withFile(WRONLY),
  },
  {
    name: 'makes a set-user-ID file',
    calls: [['fchmodat', AT_FDCWD, 's:/writable/program', 0o4755]],
    meets: EPERM,
    twin: [['fchmodat', AT_FDCWD, 's:/writable/program', 0o755]],
  },
  {
    name: 'opens a new set-user-ID file',
    calls: [open('/writable/suid', CREATE, 0o4755)],
    meets: EPERM,
    twin: [open('/writable/plain', CREATE, 0o755)],
  },
  {
    name: 'opens one through openat2',
    calls: [['openat2', AT_FDCWD, 's:/writable/suid', 'buf', 24]],
    meets: 'ENOSYS',
    twin: readFile,
  },
  {
    name: 'makes a device',
    calls: [['mknodat', AT_FDCWD, 's:/writable/null', 0o20666, 0x103]],
    meets: ['EPERM', 'EACCES'],
    twin: [['mknodat', AT_FDCWD, 's:/writable/fifo', 0o10666, 0]],
  },
  {
    name: 'opens a file by its handle',
    calls: [['open_by_handle_at', AT_FDCWD, 'buf', 0]],
    meets: EPERM,
    twin: readFile,
  },
  {
    name: 'changes its root',
    calls: [['chroot', 's:/readable']],
    meets: EPERM,
    twin: [['chdir', 's:/readable']],
  },
  // Processes
  {
    name: 'signals the process that launched it',
    calls: [['kill', process.pid, 0]],
    meets: ['ESRCH'],
    twin: [['kill', 2, 0]],
  },
  { name: 'ends the first process', calls: [['kill', 1, 9]], meets: [EPERM], twin: [['kill', 2, 0]] },
  {
    name: 'opens a descriptor of the launcher',
    calls: [['pidfd_open', process.pid, 0]],
    meets: 'ESRCH',
    twin: [['pidfd_open', 2, 0]],
  },
  {
    name: 'reads the memory of the first process',
    calls: [open('/proc/1/mem', RDONLY)],
    meets: 'EACCES',
    twin: [open('/proc/self/status', RDONLY)],
    world: withProc,
  },
  {
    name: 'looks at the program of the first process',
    calls: [['readlinkat', AT_FDCWD, 's:/proc/1/exe', 'buf', 100]],
    meets: 'EACCES',
    twin: [['readlinkat', AT_FDCWD, 's:/proc/self/exe', 'buf', 100]],
    world: withProc,
  },
  {
    name: 'takes the root of the first process',
    calls: [open('/proc/1/root/etc/passwd', RDONLY)],
    meets: ['EACCES', 'ENOENT'],
    twin: [open('/proc/self/root/readable/file', RDONLY)],
    world: withProc,
  },
  {
    name: 'looks at the launcher',
    calls: [open(`/proc/${process.pid}/status`, RDONLY)],
    meets: 'ENOENT',
    twin: [open('/proc/2/status', RDONLY)],
    world: withProc,
  },
  {
    name: 'writes its own /proc',
    calls: [open('/proc/self/oom_score_adj', WRONLY)],
    meets: ['EROFS', 'EACCES'],
    twin: [open('/proc/self/oom_score_adj', RDONLY)],
    world: withProc,
  },
  {
    name: 'sees what the kernel says about the machine',
    calls: [open('/proc/kallsyms', RDONLY)],
    meets: 'ENOENT',
    twin: [open('/proc/self/maps', RDONLY)],
    world: withProc,
  },
  { name: 'traces', calls: [['ptrace', 16, 1, 0, 0]], meets: EPERM, twin: [['getppid']] },
  {
    name: 'reads the memory of others',
    calls: [['process_vm_readv', 1, 'buf', 1, 'buf', 1, 0]],
    meets: EPERM,
    twin: fork,
  },
  {
    name: 'takes descriptors of others',
    calls: [
      ['pidfd_open', 1, 0],
      ['pidfd_getfd', '@0', 0, 0],
    ],
    meets: EPERM,
    twin: [['pidfd_open', 2, 0]],
  },
  {
    name: 'becomes another user',
    calls: [['setuid', 12345]],
    meets: ['EPERM', 'EINVAL'],
    twin: [['getuid']],
  },
  {
    name: 'takes capabilities',
    calls: [['prctl', 47, 2, 21, 0, 0]],
    meets: EPERM,
    twin: [['prctl', 47, 1, 21, 0, 0]],
  },
  {
    name: 'raises a limit',
    calls: [['prlimit64', 0, 4, 'hex:00000010000000000000001000000000', 0]],
    meets: EPERM,
    twin: [['prlimit64', 0, 4, 0, 'buf']],
  },
  // Namespaces and mounts
  {
    name: 'makes a user namespace',
    calls: [['unshare', 0x10000000]],
    meets: EPERM,
    twin: [['unshare', 0x400]],
  },
  {
    name: 'clones into a user namespace',
    calls: [['clone', 0x10000011, 0, 0, 0, 0]],
    meets: EPERM,
    twin: [['clone', 17, 0, 0, 0, 0]],
  },
  {
    name: 'clones through clone3',
    calls: [['clone3', 'buf', 88]],
    meets: 'ENOSYS',
    twin: [['clone', 17, 0, 0, 0, 0]],
  },
  { name: 'enters another namespace', calls: [['setns', 0, 0]], meets: EPERM, twin: fork },
  { name: 'mounts', calls: [['mount', 's:none', 's:/writable', 's:tmpfs', 0, 0]], meets: EPERM, twin: fork },
  { name: 'takes away a mount', calls: [['umount2', 's:/readable', 2]], meets: EPERM, twin: fork },
  {
    name: 'makes its mounts writable',
    calls: [['mount_setattr', AT_FDCWD, 's:/readable', 0, 'hex:0000000000000000010000000000000000', 32]],
    meets: EPERM,
    twin: fork,
  },
  { name: 'opens a file system', calls: [['fsopen', 's:tmpfs', 0]], meets: EPERM, twin: fork },
  {
    name: 'clones a mount',
    calls: [['open_tree', AT_FDCWD, 's:/readable', 1]],
    meets: EPERM,
    twin: readFile,
  },
  { name: 'turns its root', calls: [['pivot_root', 's:/', 's:/']], meets: EPERM, twin: fork },
  { name: 'names the host', calls: [['sethostname', 's:mine', 4]], meets: EPERM, twin: [['uname', 'buf']] },
  // Rarely used parts of the kernel
  {
    name: 'uses io_uring',
    calls: [['io_uring_setup', 8, 'buf']],
    meets: EPERM,
    twin: [['epoll_create1', 0]],
  },
  { name: 'loads BPF', calls: [['bpf', 0, 'buf', 64]], meets: EPERM },
  {
    name: 'handles page faults',
    calls: [['userfaultfd', 0x80001]],
    meets: EPERM,
    twin: [['eventfd2', 0, 0]],
  },
  { name: 'counts events', calls: [['perf_event_open', 'buf', 0, -1, -1, 0]], meets: EPERM },
  { name: 'adds a key', calls: [['add_key', 's:user', 's:name', 's:x', 1, -3]], meets: EPERM },
  { name: 'reads a keyring', calls: [['keyctl', 0, -3, 0]], meets: EPERM },
  { name: 'loads a kernel', calls: [['kexec_load', 0, 0, 0, 0]], meets: EPERM },
  { name: 'loads a module', calls: [['finit_module', 0, 's:', 0]], meets: EPERM },
  { name: 'reads the kernel’s messages', calls: [['syslog', 3, 'buf', 100]], meets: EPERM },
  {
    name: 'sets the clock',
    calls: [['clock_settime', 0, 'buf']],
    meets: EPERM,
    twin: [['clock_gettime', 0, 'buf']],
  },
  { name: 'reboots', calls: [['reboot', 0, 0, 0, 0]], meets: EPERM },
  { name: 'watches all files', calls: [['fanotify_init', 0, 0]], meets: EPERM, twin: [['inotify_init1', 0]] },
  {
    name: 'makes memory executable by its personality',
    calls: [['personality', 0x400000]],
    meets: EPERM,
    twin: [['personality', 0xffffffff]],
  },
  { name: 'calls as an x32 program', calls: [['0x40000027']], meets: 'ENOSYS', twin: fork, x64: true },
  { name: 'calls as a 32-bit program', calls: [['-80']], meets: 'SIGSYS', twin: fork, x64: true },
  { name: 'makes calls of which nobody knows', calls: [['999']], meets: 'ENOSYS', twin: fork },
  // Terminals
  {
    name: 'types into a terminal',
    calls: [['ioctl', 0, 0x5412, 's:x']],
    meets: EPERM,
    twin: [['pipe2', 'buf', 0]],
  },
  {
    name: 'types into a terminal with the upper half of the request set',
    calls: [['ioctl', 0, '0x100005412', 's:x']],
    meets: EPERM,
  },
  { name: 'takes a console’s selection', calls: [['ioctl', 0, 0x541c, 's:x']], meets: EPERM },
  // Network
  {
    name: 'sends raw packets',
    calls: [['socket', 17, 3, 0]],
    meets: 'EAFNOSUPPORT',
    twin: [['socket', 1, 1, 0]],
  },
  {
    name: 'talks to the machine below',
    calls: [['socket', 40, 1, 0]],
    meets: 'EAFNOSUPPORT',
    twin: [['socket', 2, 1, 0]],
  },
  {
    name: 'uses the kernel’s cryptography',
    calls: [['socket', 38, 5, 0]],
    meets: 'EAFNOSUPPORT',
    twin: [['socket', 10, 1, 0]],
  },
  {
    name: 'asks the firewall',
    calls: [['socket', 16, 3, 12]],
    meets: 'EAFNOSUPPORT',
    twin: [['socket', 16, 3, 0]],
  },
  {
    name: 'sends a datagram',
    calls: [
      ['socket', 2, 2, 0],
      ['sendto', '@0', 's:x', 1, 0, 'hex:02000035080808080000000000000000', 16],
    ],
    meets: 'ENETUNREACH',
    twin: [['socket', 2, 2, 0]],
  },
];

let scene: Scene | undefined;
before(() => {
  scene = makeScene();
});
after(() => {
  for (const descriptor of opened) closeSync(descriptor);
  if (scene !== undefined) rmSync(scene.root, { recursive: true });
});

for (const { name, calls, meets, twin, world = worldOf, x64 } of routes) {
  test(`a Linux program comes to nothing when it ${name}`, async (context) => {
    if (scene === undefined) return context.skip('no C compiler here');
    if (x64 && process.arch !== 'x64') return context.skip('other architectures have no such calls');
    const met = outcome(await attack(scene, calls, world(scene)));
    assert.ok([meets].flat().includes(met), `met ${met}, not ${[meets].flat().join(' or ')}`);
    if (twin !== undefined) assert.equal(outcome(await attack(scene, twin, world(scene))), 'ok');
  });
}

/** `struct sockaddr_in` for the loopback address. */
function loopback(port: number): string {
  return `hex:0200${port.toString(16).padStart(4, '0')}7f0000010000000000000000`;
}

test('a Linux program reaches the host’s network only if it was granted, and only its ports', async (context) => {
  if (scene === undefined) return context.skip('no C compiler here');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connect: readonly Call[] = [
    ['socket', 2, 1, 0],
    ['connect', '@0', loopback(port), 16],
  ];
  const result = async (network: CommandOptions['network']): Promise<string> => {
    assert.ok(scene);
    return outcome(await attack(scene, connect, worldOf(scene, network === undefined ? {} : { network })));
  };
  try {
    assert.match(await result(undefined), /ENETUNREACH|EACCES/);
    assert.equal(await result('loopback'), 'ECONNREFUSED');
    assert.equal(await result('host'), 'ok');
    assert.equal(await result({ mode: 'host', connect: [port] }), 'ok');
    assert.equal(await result({ mode: 'host', connect: [1] }), 'EACCES');
    const around: readonly Call[] = [['socket', 2, 1, 262]];
    const world = worldOf(scene, { network: { mode: 'host', connect: [1] } });
    assert.equal(
      outcome(await attack(scene, around, world)),
      'EACCES',
      'multipath TCP is no TCP to Landlock',
    );
    const fast: readonly Call[] = [
      ['socket', 2, 1, 0],
      ['sendto', '@0', 's:x', 1, 0x20000000, loopback(port), 16],
    ];
    assert.equal(outcome(await attack(scene, fast, world)), EPERM, 'opening by sending');
    const datagram: readonly Call[] = [['socket', 2, 2, 0]];
    assert.equal(outcome(await attack(scene, datagram, world)), 'EACCES', 'datagrams have no TCP port');
    const names = worldOf(scene, { network: { mode: 'host', connect: [1, 53] } });
    assert.equal(
      outcome(await attack(scene, datagram, names)),
      'ok',
      'looking names up is granted by its port',
    );
  } finally {
    server.close();
  }
});

test('a Linux program reaches no abstract socket of the host', async (context) => {
  if (scene === undefined) return context.skip('no C compiler here');
  const name = `cloudabi-attack-${process.pid}`;
  const server = createServer((socket) => socket.destroy());
  const path = `\0${name}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  try {
    // Node binds a name of full length, with zeros behind.
    const bytes = Buffer.alloc(110);
    bytes.write(`\u0001\0${path}`, 'latin1');
    const connect: readonly Call[] = [
      ['socket', 1, 1, 0],
      ['connect', '@0', `hex:${bytes.toString('hex')}`, bytes.length],
    ];
    const free = spawnSync(scene.attacker, argumentsOf(connect));
    assert.equal(free.status, 0, 'without walls, it is reached');
    assert.equal(outcome(await attack(scene, connect)), 'ECONNREFUSED');
    const met = outcome(await attack(scene, connect, worldOf(scene, { network: 'host' })));
    assert.equal(met, EPERM, 'with the host’s network, Landlock keeps them apart');
  } finally {
    server.close();
  }
});

test('a UNIX socket by path works where it was granted and nowhere else', async (context) => {
  if (scene === undefined) return context.skip('no C compiler here');
  const server = createServer((socket) => socket.destroy());
  const inside = join(scene.writable, 'socket');
  await new Promise<void>((resolve) => server.listen(inside, resolve));
  const connect = (path: string): readonly Call[] => {
    const bytes = Buffer.concat([Buffer.from([1, 0]), Buffer.from(`${path}\0`)]);
    return [
      ['socket', 1, 1, 0],
      ['connect', '@0', `hex:${bytes.toString('hex')}`, bytes.length],
    ];
  };
  try {
    assert.equal(outcome(await attack(scene, connect('/writable/socket'))), 'ok');
    assert.equal(outcome(await attack(scene, connect(inside))), 'ENOENT');
  } finally {
    server.close();
  }
});
