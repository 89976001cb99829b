// Runs in a child process: opens the plan of a program that our kernel serves, raises the walls of its kind, and attacks
// each claim of the plan by raw system calls. Arguments: the program, the file with its grants, and a scene as JSON.
// Prints JSON: for each attempt its claim and what it answered; claims that nothing here tries have no attempt.
import { readFileSync } from 'node:fs';
import { raiseWalls } from '../../../src/gates/node/walls.ts';
import { Open, openBeneath } from '../../../src/host/files/lookup.ts';
import { type Address, addressOf } from '../../../src/host/libc.ts';
import { endProcess } from '../../../src/host/processes/own-process.ts';
import { syscall } from '../../../src/host/syscall.ts';
import { errnoName } from '../../../src/linux/errno.ts';
import { type CommonCall, callNumberOf } from '../../../src/linux/system-calls.ts';
import { planToJson } from '../../../src/plan/explain.ts';
import { readGrants } from '../../../src/plan/grants.ts';
import { plan } from '../../../src/plan/plan.ts';
import { openPlan } from '../../../src/run/open.ts';
import { confine } from '../../../src/walls/confinement.ts';

/** Objects that the parent has prepared. */
export type ClaimScene = {
  /** A file that was not granted. */
  readonly secret: string;
  /** A TCP port of 127.0.0.1 where a server listens. */
  readonly port: number;
};

/** Answer of an attempt on a claim. */
export type Answered = { readonly claim: string; readonly attempt: string; readonly answer: string };

const [program = '', grants = '', given = ''] = process.argv.slice(2);
const { secret, port }: ClaimScene = JSON.parse(given);

const planned = plan(program, readGrants(readFileSync(grants, 'utf8'), { file: grants }));
const claims = planToJson(planned);
const { descriptors } = openPlan(planned);
const parent = process.ppid;
const memory = Buffer.alloc(4096);

/** `struct sockaddr_in` of 127.0.0.1 and a port. */
function addressAt(at: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(2, 0);
  address.writeUInt16BE(at, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}
const server = addressAt(port);
const anywhere = addressAt(0);
const kept: Buffer[] = [server, anywhere, memory];
/** An address of a C text that stays where it is. */
function text(value: string): Address {
  const bytes = Buffer.from(`${value}\0`);
  kept.push(bytes);
  return addressOf(bytes);
}
const how = new BigUint64Array([0n, 0n, 0n]);
const AT_FDCWD = -100;
const answers: Answered[] = [];
/** Made before: afterwards nothing of V8's may be missing. */
const names = {
  secret: text(secret),
  up: text('../secret/file'),
  file: text('file'),
  made: text('made'),
  escape: text('escape'),
  root: text('/'),
};

if (planned.kind === 'wasm') confine({ descriptors, keep: [1], accepted: [] });
else if (planned.kind === 'node')
  raiseWalls({
    descriptors,
    keep: [1],
    accepted: [],
    threads: false,
    network: false,
    asksServices: false,
    channels: false,
    serves: false,
  });
else throw new TypeError('A Linux program has claims.test.ts of its own');

function tryCall(claim: string, attempt: string, call: CommonCall, ...values: (number | Address)[]): void {
  met(claim, attempt, syscall(callNumberOf(call), ...values));
}

const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const SHUT_RD = 0;
const intSize = Uint32Array.of(4);

/** Tells whether a socket listens; `undefined` where that cannot be asked. */
function listens(host: number): boolean | undefined {
  const sizes = [SOL_SOCKET, SO_ACCEPTCONN, addressOf(memory), addressOf(intSize)];
  const asked = syscall(callNumberOf('getsockopt'), host, ...sizes);
  return asked < 0 ? undefined : memory.readInt32LE(0) === 1;
}

/** Closes a listening socket by shutdown(2) and listens with it anew; success may be pretended. */
function listenAnew(claim: string, host: number): void {
  const shut = syscall(callNumberOf('shutdown'), host, SHUT_RD);
  const closed = listens(host) !== true;
  const listened = syscall(callNumberOf('listen'), host, 1);
  if (shut === 0 && closed && listened === 0 && listens(host) !== false) met(claim, 'listen anew', 0);
}

function met(claim: string, attempt: string, result: number): void {
  answers.push({ claim, attempt, answer: result < 0 ? errnoName(-result) : `succeeded with ${result}` });
}

/** Attempts to change a directory, by the names of rights. */
const changes: readonly (readonly [right: string, attempt: (claim: string, host: number) => void])[] = [
  ['fd_write', (claim, host) => met(claim, 'open to write', openBeneath(host, names.file, Open.write))],
  ['fd_write', (claim, host) => met(claim, 'open for both', openBeneath(host, names.file, Open.readWrite))],
  [
    'file_stat_fput_size',
    (claim, host) => met(claim, 'truncate', openBeneath(host, names.file, Open.truncate)),
  ],
  [
    'file_create_file',
    (claim, host) => met(claim, 'create', openBeneath(host, names.made, Open.write | Open.create)),
  ],
  ['file_create_directory', (claim, host) => tryCall(claim, 'mkdirat', 'mkdirat', host, names.made, 0o777)],
  ['file_symlink', (claim, host) => tryCall(claim, 'symlinkat', 'symlinkat', names.root, host, names.made)],
  ['file_unlink', (claim, host) => tryCall(claim, 'unlinkat', 'unlinkat', host, names.file, 0)],
  [
    'file_rename_source',
    (claim, host) => tryCall(claim, 'renameat2', 'renameat2', host, names.file, host, names.made, 0),
  ],
  [
    'file_link_source',
    (claim, host) => tryCall(claim, 'linkat', 'linkat', host, names.file, host, names.made, 0),
  ],
];

const ofProcess: Readonly<Record<string, (claim: string) => void>> = {
  'No file that was not granted': (claim) => {
    tryCall(claim, 'openat', 'openat', AT_FDCWD, names.secret, 0);
    tryCall(claim, 'openat2', 'openat2', AT_FDCWD, names.secret, addressOf(how), 24);
    tryCall(claim, 'newfstatat', 'newfstatat', AT_FDCWD, names.secret, addressOf(memory), 0);
    tryCall(claim, 'readlinkat', 'readlinkat', AT_FDCWD, names.secret, addressOf(memory), 100);
    tryCall(claim, 'mkdirat', 'mkdirat', AT_FDCWD, names.secret, 0o777);
  },
  'No new socket, connection, process or signal to others': (claim) => {
    for (const family of [1, 2, 10, 16, 17]) tryCall(claim, `socket ${family}`, 'socket', family, 1, 0);
    tryCall(claim, 'socketpair', 'socketpair', 1, 1, 0, addressOf(memory));
    // Flags of a child that would end at once: nothing is shared, so that it could do no harm.
    tryCall(claim, 'clone', 'clone', 17, 0, 0, 0, 0);
    tryCall(claim, 'execve', 'execve', names.secret, 0, 0);
    tryCall(claim, 'kill', 'kill', parent, 0);
    tryCall(claim, 'tgkill', 'tgkill', parent, parent, 0);
    tryCall(claim, 'pidfd_open', 'pidfd_open', parent, 0);
    tryCall(claim, 'ptrace', 'ptrace', 16, parent, 0, 0);
  },
};

const ofDescriptor: Readonly<
  Record<string, (claim: string, host: number, rights: readonly string[]) => void>
> = {
  'Nothing outside this directory': (claim, host) => {
    met(claim, 'sealed ..', openBeneath(host, names.up, Open.path));
    met(claim, 'sealed absolute path', openBeneath(host, names.secret, Open.path));
    met(claim, 'sealed link', openBeneath(host, names.escape, Open.read));
    tryCall(claim, 'openat', 'openat', host, names.up, 0);
    tryCall(claim, 'openat2', 'openat2', host, names.up, addressOf(how), 24);
    tryCall(claim, 'newfstatat', 'newfstatat', host, names.up, addressOf(memory), 0);
  },
  'No change beneath it': (claim, host) => {
    for (const [, attempt] of changes) attempt(claim, host);
  },
  'No other change beneath it than granted': (claim, host, rights) => {
    for (const [right, attempt] of changes) if (!rights.includes(right)) attempt(claim, host);
  },
  'No change of existing bytes': (claim, host) => {
    tryCall(claim, 'F_SETFL', 'fcntl', host, 4, 0);
    tryCall(claim, 'ftruncate', 'ftruncate', host, 0);
    tryCall(claim, 'fallocate', 'fallocate', host, 8, 0, 4096);
    tryCall(claim, 'mmap', 'mmap', 0, 4096, 3, 1, host, 0);
    tryCall(claim, 'dup', 'dup', host);
    tryCall(claim, 'F_DUPFD', 'fcntl', host, 0, 0);
  },
  'No writing': (claim, host) => {
    tryCall(claim, 'write', 'write', host, names.file, 1);
    tryCall(claim, 'pwrite64', 'pwrite64', host, names.file, 1, 0);
    tryCall(claim, 'ftruncate', 'ftruncate', host, 0);
    tryCall(claim, 'mmap', 'mmap', 0, 4096, 3, 1, host, 0);
  },
  'No reading': (claim, host) => {
    tryCall(claim, 'read', 'read', host, addressOf(memory), 1);
    tryCall(claim, 'pread64', 'pread64', host, addressOf(memory), 1, 0);
    tryCall(claim, 'mmap', 'mmap', 0, 4096, 1, 1, host, 0);
  },
  'No other address': (claim, host) => {
    tryCall(claim, 'connect', 'connect', host, addressOf(server), 16);
    tryCall(claim, 'bind', 'bind', host, addressOf(anywhere), 16);
    tryCall(claim, 'sendto', 'sendto', host, names.file, 1, 0, addressOf(server), 16);
    tryCall(claim, 'fast open', 'sendto', host, names.file, 1, 0x20000000, addressOf(server), 16);
    listenAnew(claim, host);
  },
  'No other size': (claim, host) => {
    tryCall(claim, 'ftruncate', 'ftruncate', host, 1);
    tryCall(claim, 'ftruncate to more', 'ftruncate', host, 1 << 24);
    tryCall(claim, 'fallocate', 'fallocate', host, 0, 0, 1 << 24);
  },
  'No signal to it': (claim, host) => {
    tryCall(claim, 'pidfd_send_signal', 'pidfd_send_signal', host, 0, 0, 0);
    tryCall(claim, 'pidfd_getfd', 'pidfd_getfd', host, 0, 0);
  },
};

for (const { limit } of claims.enforcement) ofProcess[limit]?.(limit);
for (const [index, { enforcement, rights }] of claims.grants.entries()) {
  const host = descriptors[index]?.host;
  if (host === undefined) continue;
  for (const { limit } of enforcement)
    ofDescriptor[limit]?.(limit, host, [...rights.base, ...rights.inheriting]);
}
const told = Buffer.from(JSON.stringify({ claims, answers }));
for (let at = 0; at < told.length; )
  at += syscall(callNumberOf('write'), 1, addressOf(told.subarray(at)), told.length - at);
endProcess(0);
