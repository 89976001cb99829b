// Runs in a child process: makes every attempt there is against capability mode and prints what each answered. The
// first argument says whether the process enters it before (`closed`) or not (`open`): what does not work then proves
// nothing. Further arguments: a folder with `kept`, `outside` and `addon.node`; the port of a listening socket; the
// path of a UNIX socket.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import inspector from 'node:inspector';
import net from 'node:net';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { enter } from '../../src/capsicum/index.ts';
import { addressOf, functionAt } from '../../src/host/libc.ts';
import { machineCode, Record } from '../../src/host/machine-code.ts';
import { NativeMemory } from '../../src/host/memory.ts';
import { syscall } from '../../src/host/syscall.ts';
import { errnoName } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { callsFromLibrary, callsFromWebAssembly, type Raw } from './foreign-code.ts';
import { linuxCalls } from './linux-calls.ts';

const [mode = '', folder = '', port = '', socketPath = ''] = process.argv.slice(2);
const kept = `${folder}/kept`;
const outside = `${folder}/outside`;
const secret = `${outside}/secret`;
const abstractSocket = `\0cloudabi-${port}`;
const parent = process.ppid;

/** System calls made from a page of machine code of our own, as an attacker who controls V8 would make them. */
function fromOwnPage(number: number, ...values: number[]): number {
  const page = new NativeMemory(65536);
  const list = new NativeMemory(4096);
  page.bytes.set(Buffer.from(machineCode.bytes, 'hex'));
  page.view.setBigUint64(machineCode.listAddress, BigInt(list.address), true);
  const doubles = new Float64Array(list.bytes.buffer, 0, 2 * Record.doubles);
  doubles.set([number, ...values]);
  doubles[Record.doubles] = -1;
  page.makeExecutable();
  functionAt((page.address + machineCode.call) as Parameters<typeof functionAt>[0])();
  return doubles[Record.result] ?? -1;
}

const texts: Buffer[] = [];
function text(value: string): number {
  const buffer = Buffer.from(`${value}\0`);
  texts.push(buffer);
  return addressOf(buffer);
}

/** Throws the answer of a system call as an error. */
function succeeds(result: number): void {
  if (result < 0) throw Object.assign(new Error('system call'), { code: errnoName(-result) });
}

const connected = (options: net.NetConnectOpts): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(options, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
const listening = (options: net.ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(options, () => server.close(() => resolve()));
  });
const ends = (child: childProcess.ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))));
  });
const works = (source: string, options: object): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, ...options });
    worker.on('message', (answer) =>
      answer === 'ok' ? resolve() : reject(Object.assign(new Error(), { code: answer })),
    );
    worker.on('error', reject);
  });

const fromWebAssembly = callsFromWebAssembly();
let lateLibrary: Raw | undefined;
/** A library for foreign calls that was not loaded before. */
const fromLateLibrary: Raw = (...call) => {
  lateLibrary ??= callsFromLibrary(`${kept}/late.node`);
  return lateLibrary(...call);
};

// All that is opened before capability mode is entered.
const held = fs.openSync(folder, 'r');
const heldFile = fs.openSync(`${kept}/file`, 'r');
const listener = net.createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => listener.on('listening', resolve));
const early = new Worker(
  `const { parentPort } = require('node:worker_threads');
   const fs = require('node:fs');
   parentPort.on('message', (path) => {
     try { fs.readFileSync(path); parentPort.postMessage('ok'); }
     catch (error) { parentPort.postMessage(error.code); }
   });
   parentPort.postMessage('up');`,
  { eval: true },
);
await new Promise((resolve) => early.once('message', resolve));
const askEarly = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    early.once('message', (answer) =>
      answer === 'ok' ? resolve() : reject(Object.assign(new Error(), { code: answer })),
    );
    early.postMessage(path);
  });

const address4 = Buffer.from([
  2,
  0,
  Number(port) >> 8,
  Number(port) & 255,
  127,
  0,
  0,
  1,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
]);
const how = new BigUint64Array([0n, 0n, 0n]);
const beneath = new BigUint64Array([0n, 0n, 0x0an]);
const AT_FDCWD = -100;
/** No process has this number or a higher one (PID_MAX_LIMIT). */
const MOST_PROCESSES = 2 ** 22;
const O_PATH = 0x200000;
const number = callNumberOf;
const AF_INET = 2;
const STREAM = 1;
const udp = dgram.createSocket('udp4');
await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));

/** Works in both modes. */
const allowed: Record_ = {
  'read a kept file': () => fs.readFileSync(`${kept}/file`),
  'read a kept file on the pool': () => fs.promises.readFile(`${kept}/file`),
  'read a held descriptor': () => fs.readSync(heldFile, Buffer.alloc(1), 0, 1, 0),
  'make, rename and remove a kept file': () => {
    fs.writeFileSync(`${kept}/new`, 'x');
    fs.renameSync(`${kept}/new`, `${kept}/newer`);
    fs.unlinkSync(`${kept}/newer`);
  },
  'link and symlink in a kept directory': () => {
    fs.linkSync(`${kept}/file`, `${kept}/hard`);
    fs.symlinkSync('file', `${kept}/soft`);
    fs.readFileSync(`${kept}/soft`);
    fs.readlinkSync(`${kept}/soft`);
    fs.unlinkSync(`${kept}/hard`);
    fs.unlinkSync(`${kept}/soft`);
  },
  'change attributes of a kept file': () => {
    fs.chmodSync(`${kept}/file`, 0o640);
    fs.utimesSync(`${kept}/file`, 1, 1);
    fs.accessSync(`${kept}/file`, fs.constants.R_OK);
  },
  'read with the worker from before': () => askEarly(`${kept}/file`),
  'read with a new worker': () =>
    works(
      `require('node:fs').readFileSync(${JSON.stringify(`${kept}/file`)}); require('node:worker_threads').parentPort.postMessage('ok')`,
      {},
    ),
  'a signal to itself': () => process.kill(process.pid, 0),
  'a time limit for a script': () => vm.runInNewContext('1', {}, { timeout: 1000 }),
  'a held directory by descriptor': () => fs.readdirSync(`/proc/self/fd/${held}`.length > 0 ? kept : ''),
  'machine code of its own': () => succeeds(fromOwnPage(number('getpid'))),
  ...(fromWebAssembly && {
    'code compiled out of WebAssembly': () => succeeds(fromWebAssembly(number('getpid'))),
  }),
  'an addon in a kept directory': () => succeeds(fromLateLibrary(number('getpid'))),
  'a raw call': () => succeeds(syscall(number('getpid'))),
};

type Record_ = { readonly [name: string]: () => unknown };

/** Works in the open mode only. */
const forbidden: Record_ = {
  'fs: read': () => fs.readFileSync(secret),
  'fs: read on the pool': () => fs.promises.readFile(secret),
  'fs: stream': () =>
    new Promise((resolve, reject) => fs.createReadStream(secret).on('error', reject).on('data', resolve)),
  'fs: stat': () => fs.statSync(secret),
  'fs: stat on the pool': () => fs.promises.stat(secret),
  'fs: lstat': () => fs.lstatSync(secret),
  'fs: access': () => fs.accessSync(secret),
  'fs: exists': () => {
    if (!fs.existsSync(secret)) throw Object.assign(new Error(), { code: 'EACCES' });
  },
  'fs: list': () => fs.readdirSync(outside),
  'fs: list the root': () => fs.readdirSync('/'),
  'fs: readlink': () => fs.readlinkSync('/proc/self/exe'),
  'fs: realpath': () => fs.realpathSync.native(secret),
  'fs: write': () => fs.writeFileSync(`${outside}/written`, 'x'),
  'fs: append': () => fs.appendFileSync(secret, ''),
  'fs: truncate': () => fs.truncateSync(`${outside}/spare`),
  'fs: chmod': () => fs.chmodSync(secret, 0o600),
  'fs: chown': () => fs.chownSync(secret, process.getuid?.() ?? 0, process.getgid?.() ?? 0),
  'fs: utimes': () => fs.utimesSync(secret, 1, 1),
  'fs: mkdir': () => fs.mkdirSync(`${outside}/made`),
  'fs: rmdir': () => fs.rmdirSync(`${outside}/empty`),
  'fs: rename': () => fs.renameSync(`${outside}/spare`, `${outside}/moved`),
  'fs: rename out of a kept directory': () => fs.renameSync(`${kept}/stay`, `${outside}/stolen`),
  'fs: rename into a kept directory': () => fs.renameSync(`${outside}/stolen`, `${kept}/stay`),
  'fs: link': () => fs.linkSync(secret, `${kept}/linked`),
  'fs: copy': () => fs.copyFileSync(secret, `${kept}/copied`),
  'fs: symlink': () => fs.symlinkSync('/', `${outside}/link`),
  'fs: unlink': () => fs.unlinkSync(`${outside}/link`),
  'fs: mkdtemp': () => fs.rmdirSync(fs.mkdtempSync(`${outside}/t`)),
  'fs: watch': () => fs.watch(outside).close(),
  'fs: statfs': () => fs.statfsSync(outside),
  'fs: opendir': () => fs.opendirSync(outside).closeSync(),
  'fs: dots': () => fs.readFileSync(`${kept}/../outside/secret`),
  'fs: dots on the way': () => fs.readFileSync(`${kept}/deep/../../outside/secret`),
  'fs: a planted symbolic link': () => fs.readFileSync(`${kept}/escape`),
  'fs: attributes through a planted symbolic link': () => fs.statSync(`${kept}/escape`),
  'fs: a planted link to a directory': () => fs.readFileSync(`${kept}/escape-directory/secret`),
  'fs: write through a planted link': () => fs.writeFileSync(`${kept}/escape-directory/through`, 'x'),
  'fs: a link that it plants itself': () => {
    fs.symlinkSync('../outside/secret', `${kept}/planted`);
    fs.readFileSync(`${kept}/planted`);
  },
  'fs: a link in the place of a directory it uses': () => {
    fs.renameSync(`${kept}/used`, `${kept}/used before`);
    fs.symlinkSync('../outside', `${kept}/used`);
    fs.readFileSync(`${kept}/used/secret`);
  },
  'fs: a planted link to /proc/self': () => fs.readFileSync(`${kept}/proc/environ`),
  'fs: a name that only begins like a kept one': () => fs.readFileSync(`${kept}-not/file`),
  'proc: own memory': () => fs.closeSync(fs.openSync('/proc/self/mem', 'r+')),
  'proc: own environment': () => fs.readFileSync('/proc/self/environ'),
  'proc: own maps': () => fs.readFileSync('/proc/self/maps'),
  'proc: own descriptors': () => fs.readdirSync('/proc/self/fd'),
  'proc: a descriptor again': () => fs.closeSync(fs.openSync(`/proc/self/fd/${held}`, 'r')),
  'proc: the root': () => fs.readdirSync('/proc/self/root'),
  'proc: the parent': () => fs.readFileSync(`/proc/${parent}/cmdline`),
  'process: chdir': () => {
    process.chdir(outside);
    process.chdir(folder);
  },
  'process: dlopen': () => process.dlopen({ exports: {} }, `${folder}/addon.node`),
  'process: binding': () => {
    const binding: unknown = Reflect.get(process, 'binding');
    const files: { open: (...args: unknown[]) => number } = Reflect.apply(binding as () => never, process, [
      'fs',
    ]);
    const opened = files.open(secret, 0, 0);
    fs.closeSync(opened);
  },
  'process: a signal to the parent': () => process.kill(parent, 0),
  'process: a signal to everybody': () => succeeds(syscall(number('kill'), 0, 0)),
  'child: spawn': () => ends(childProcess.spawn('/bin/true')),
  'child: spawnSync': () => {
    const { error } = childProcess.spawnSync('/bin/true');
    if (error) throw error;
  },
  'child: exec': () => ends(childProcess.exec('true')),
  'child: fork': () => ends(childProcess.fork(`${folder}/nothing.cjs`)),
  'net: connect': () => connected({ port: Number(port), host: '127.0.0.1' }),
  'net: connect by name': () => connected({ port: Number(port), host: 'localhost' }),
  'net: listen': () => listening({ port: 0, host: '127.0.0.1' }),
  'net: a UNIX socket': () => connected({ path: socketPath }),
  'net: an abstract socket': () => connected({ path: abstractSocket }),
  'net: listen on a UNIX socket': () => listening({ path: `${kept}/listening` }),
  'net: a datagram socket': () =>
    new Promise<void>((resolve, reject) => {
      const socket = dgram.createSocket('udp4');
      socket.on('error', reject);
      socket.bind(0, () => socket.close(() => resolve()));
    }),
  'net: a datagram to an address, from a held socket': () =>
    new Promise<void>((resolve, reject) => {
      udp.send('x', Number(port), '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    }),
  'dns: lookup': () => dns.promises.lookup('localhost'),
  'dns: the C library': () =>
    new Promise((resolve, reject) => {
      net
        .connect({ port: Number(port), host: 'localhost', lookup: dns.lookup }, () => resolve(0))
        .on('error', reject);
    }),
  'inspector: open': () => {
    inspector.open(0, '127.0.0.1');
    inspector.close();
  },
  'vm: an escape to require': () => {
    const escaped: unknown = vm.runInNewContext(
      `this.constructor.constructor('return process')().getBuiltinModule?.('fs') ?? fs`,
      { fs },
    );
    (escaped as typeof fs).readFileSync(secret);
  },
  'vm: dynamic import': () => import(/* a file that is there */ `${folder}/nothing.cjs`),
  'worker: from before': () => askEarly(secret),
  'worker: new, with an environment and options of its own': () =>
    works(
      `const { parentPort } = require('node:worker_threads');
       try { require('node:fs').readFileSync(${JSON.stringify(secret)}); parentPort.postMessage('ok'); }
       catch (error) { parentPort.postMessage(error.code); }`,
      {
        execArgv: ['--no-warnings'],
        env: { A: 'b' },
        stdin: true,
        resourceLimits: { maxOldGenerationSizeMb: 64 },
      },
    ),
  'worker: from a file': () => works(`${folder}/worker.cjs`, { eval: false }),
  'raw: openat': () => succeeds(syscall(number('openat'), AT_FDCWD, text(secret), 0, 0)),
  'raw: openat beneath a held directory': () =>
    succeeds(syscall(number('openat'), held, text('outside/secret'), 0, 0)),
  'raw: openat with dots': () =>
    succeeds(syscall(number('openat'), held, text('outside/../outside/secret'), 0, 0)),
  'raw: openat2': () => succeeds(syscall(number('openat2'), AT_FDCWD, text(secret), addressOf(how), 24)),
  'raw: openat2 beneath, but not sealed': () =>
    succeeds(syscall(number('openat2'), held, text('outside/secret'), addressOf(beneath), 24)),
  'raw: a bare path': () => succeeds(syscall(number('openat'), AT_FDCWD, text(secret), O_PATH, 0)),
  'raw: stat': () =>
    succeeds(syscall(number('newfstatat'), AT_FDCWD, text(secret), addressOf(Buffer.alloc(256)), 0)),
  'raw: statx': () =>
    succeeds(syscall(number('statx'), AT_FDCWD, text(secret), 0, 0xfff, addressOf(Buffer.alloc(256)))),
  'raw: socket': () => succeeds(syscall(number('socket'), AF_INET, STREAM, 0)),
  'raw: fork': () => {
    // CLONE_VFORK would share the stack; a plain fork of this process ends at once.
    const child = syscall(number('clone'), 17, 0, 0, 0, 0);
    if (child === 0) for (;;) syscall(number('exit_group'), 0);
    succeeds(child);
  },
  'raw: io_uring': () => {
    const ring = syscall(number('io_uring_setup'), 4, addressOf(new Uint8Array(120)));
    succeeds(ring);
    syscall(number('close'), ring);
  },
  'raw: another filter': () =>
    succeeds(syscall(number('seccomp'), 2, 0, addressOf(new Uint32Array([0x7fff0000])))),
  'raw: what a supervisor of its own would need': () =>
    succeeds(syscall(number('seccomp'), 3, 0, addressOf(Buffer.alloc(64)))),
  'raw: whether a process exists, by its clock': () =>
    succeeds(syscall(number('clock_gettime'), ~parent * 8 + 2, addressOf(Buffer.alloc(16)))),
  'raw: whether a process exists, by its processors': () =>
    succeeds(syscall(number('sched_getaffinity'), parent, 128, addressOf(Buffer.alloc(128)))),
  'raw: whether a process exists, by a lock that it would hold': () => {
    const LOCK_PI = 6 | 128;
    const ask = (holder: number): number =>
      syscall(number('futex'), addressOf(new Int32Array([holder])), LOCK_PI, 0, 0, 0, 0);
    const [there, absent] = [ask(parent), ask(MOST_PROCESSES - 1)];
    if (there === absent) succeeds(there);
  },
  'raw: capabilities of a process': () =>
    succeeds(
      syscall(number('capget'), addressOf(new Int32Array([0x20080522, parent])), addressOf(Buffer.alloc(24))),
    ),
  'raw: a handler for SIGSYS': () =>
    succeeds(syscall(number('rt_sigaction'), 31, addressOf(Buffer.alloc(64)), 0, 8)),
  'raw: dumpable, which opens /proc/self to others': () => succeeds(syscall(number('prctl'), 4, 1)),
  'machine code: openat': () => succeeds(fromOwnPage(number('openat'), AT_FDCWD, text(secret), 0, 0)),
  'machine code: socket': () => succeeds(fromOwnPage(number('socket'), AF_INET, STREAM, 0)),
  ...(fromWebAssembly && {
    'code out of WebAssembly: open': () =>
      succeeds(fromWebAssembly(number('openat'), AT_FDCWD, text(secret), 0)),
    'code out of WebAssembly: socket': () => succeeds(fromWebAssembly(number('socket'), AF_INET, STREAM, 0)),
  }),
  'late library: open': () => succeeds(fromLateLibrary(number('openat'), AT_FDCWD, text(secret), 0)),
  'late library: socket': () => succeeds(fromLateLibrary(number('socket'), AF_INET, STREAM, 0)),
  'machine code: connect with a held socket': () =>
    succeeds(fromOwnPage(number('connect'), descriptorOfUdp(), addressOf(address4), 16)),
  'machine code: sendto an address with a held socket': () =>
    succeeds(fromOwnPage(number('sendto'), descriptorOfUdp(), text('x'), 1, 0, addressOf(address4), 16)),
};

function descriptorOfUdp(): number {
  // Finds the descriptor whose socket is bound to this port.
  const handle: { fd?: number } = Reflect.get(
    Object(
      Reflect.get(
        udp,
        Object.getOwnPropertySymbols(udp).find((symbol) => String(symbol).includes('state')) ?? '',
      ),
    ),
    'handle',
  );
  return handle.fd ?? -1;
}

async function tried(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'succeeded';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** Calls that a living application keeps: they are about descriptors it has, about itself or its own children. */
const harmless = new Set(
  `accept copy_file_range dup dup2 dup3 epoll_create1 eventfd2 fchmod fchown fgetxattr flock getpeername getsockname
   getsockopt inotify_init1 listen memfd_create mincore mlock pause pipe2 recvfrom sendfile setitimer signalfd4 splice
   syncfs sysinfo tee timerfd_create umask uname vmsplice wait4 waitid`.split(/\s+/),
);

if (mode === 'closed') enter({ keep: { [kept]: 'all' }, workers: true });
const answers: { [name: string]: string } = {};
for (const [name, attempt] of Object.entries(allowed)) answers[`allowed: ${name}`] = await tried(attempt);
for (const [name, attempt] of Object.entries(forbidden)) answers[name] = await tried(attempt);
if (mode === 'closed') {
  for (const [name, call] of Object.entries(linuxCalls)) {
    if (harmless.has(name)) continue;
    const result = syscall(call, -1, -1, -1, -1, -1, -1);
    answers[`call: ${name}`] = result < 0 ? errnoName(-result) : `succeeded with ${result}`;
  }
}
fs.writeSync(1, JSON.stringify(answers));
process.exit(0);
