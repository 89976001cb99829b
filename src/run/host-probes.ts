import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Open, openBeneath } from '../host/files/lookup.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { addressOf } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import { endProcess } from '../host/processes/own-process.ts';
import { openProcess, processEnd } from '../host/processes/process-info.ts';
import { onEveryThread } from '../host/processes/threads.ts';
import { syscall } from '../host/syscall.ts';
import { errnoName, LinuxErrno } from '../linux/errno.ts';
import { PROT_READ, PROT_WRITE } from '../linux/memory.ts';
import { O_DIRECTORY, O_PATH } from '../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { removeTree } from '../overlays/remove-tree.ts';
import { statePath } from '../overlays/state-folder.ts';
import { createRuleset, landlockVersion, OLDEST_LANDLOCK } from '../walls/landlock.ts';
import { FUSE_DEVICE } from '../worlds/encrypted.ts';
import { landlockReach } from '../worlds/landlock-domain.ts';
import { procFailure, tryNamedNetwork, tryWalls } from '../worlds/probe.ts';
import { launcherNow } from '../worlds/start.ts';
import { tryExecutable } from './elf/probe.ts';

/** The finding of a probe. */
export type ProbeResult = {
  readonly ok: boolean;
  /** One line for people. */
  readonly detail: string;
};

/** Additions of each version of Landlock, from the first. */
const landlockAdditions = [
  'files',
  'links between directories',
  'truncation',
  'TCP ports',
  'device control',
  'signals and abstract sockets',
] as const;

/** Tries to leave a directory by a lookup that must stay beneath it. */
function probeOpenat2(): ProbeResult {
  const directory = openSync('/proc', 'r');
  try {
    const result = openBeneath(directory, addressOf(Buffer.from('../etc\0')), Open.path);
    if (result === -LinuxErrno.EXDEV) return { ok: true, detail: 'lookups stay beneath a directory' };
    return {
      ok: false,
      detail: `A lookup of '..' beneath a directory answers ${describe(result)}, not EXDEV`,
    };
  } finally {
    closeSync(directory);
  }
}

/** Seals memory and tries to make it writable again. */
function probeMseal(): ProbeResult {
  const memory = new NativeMemory(1);
  memory.makeReadOnly();
  const sealed = memory.seal();
  if (sealed < 0) return { ok: false, detail: `mseal answers ${describe(sealed)}; Linux has it since 6.10` };
  const result = syscall(callNumberOf('mprotect'), memory.address, memory.length, PROT_READ | PROT_WRITE);
  if (result === -LinuxErrno.EPERM) return { ok: true, detail: 'sealed memory stays as it is' };
  return { ok: false, detail: `Sealed memory can be made writable: mprotect answers ${describe(result)}` };
}

/** Gives up all files, then tries to open one. */
function probeLandlock(): ProbeResult {
  const version = landlockVersion();
  if (version === 0)
    return { ok: false, detail: 'The kernel has no Landlock, or it is not switched on (lsm=landlock)' };
  const withheld = landlockAdditions.slice(0, version).join(', ');
  const missing = landlockAdditions.slice(version).join(', ');
  const detail = `ABI ${version}: withholds ${withheld}${missing === '' ? '' : `; not ${missing}`}`;
  if (version < OLDEST_LANDLOCK)
    return { ok: false, detail: `${detail}; ABI ${OLDEST_LANDLOCK} is needed (Linux 6.2)` };
  const ruleset = createRuleset([]);
  onEveryThread([
    { name: 'prctl', number: callNumberOf('prctl'), arguments: [PR_SET_NO_NEW_PRIVS, 1] },
    {
      name: 'landlock_restrict_self',
      number: callNumberOf('landlock_restrict_self'),
      arguments: [ruleset, 0],
    },
  ]);
  try {
    closeSync(openSync('/etc/passwd', 'r'));
    return { ok: false, detail: `${detail}; but a file could be opened after giving up all` };
  } catch {
    return { ok: true, detail };
  }
}

/** Enters capability mode as a program's process does; looks at every thread, and makes forbidden attempts. */
async function probeSeccomp(): Promise<ProbeResult> {
  const { confine, missingMechanisms } = await import('../walls/confinement.ts');
  // Opened before, because afterwards nothing can be.
  const threads = readdirSync('/proc/self/task').map((thread) =>
    openSync(`/proc/self/task/${thread}/status`, 'r'),
  );
  const accepted = missingMechanisms();
  if (accepted.includes('seccomp')) return { ok: false, detail: 'The kernel has no seccomp filters' };
  confine({ descriptors: [], keep: [1, ...threads], accepted });
  const status = Buffer.alloc(4096);
  const unfiltered = threads.filter((thread) => {
    const text = status.toString('latin1', 0, readSync(thread, status, 0, status.length, 0));
    return !/^Seccomp:\t2$/m.test(text);
  });
  if (unfiltered.length > 0) {
    return { ok: false, detail: `${unfiltered.length} of ${threads.length} threads have no filter` };
  }
  const result = syscall(callNumberOf('memfd_create'), addressOf(Buffer.from('\0')), 0);
  if (result !== -LinuxErrno.EPERM)
    return { ok: false, detail: `A refused call answers ${describe(result)}, not EPERM` };
  return { ok: true, detail: `a filter on all ${threads.length} threads` };
}

/** Starts a Linux program in an empty world, up to the step that would execute it. */
function probeNamespaces(): ProbeResult {
  const failure = tryWalls('all');
  if (failure !== undefined) return { ok: false, detail: failure.detail };
  const how = launcherNow().privileged ? 'this user needs no user namespace' : 'inside a user namespace';
  const proc = procFailure() === undefined ? '' : "; no /proc of its own: '--no-proc' is needed";
  return { ok: true, detail: `mount, process, ipc, uts, cgroup, network (${how})${proc}` };
}

/** The same without namespaces: signals are then kept inside by Landlock alone. */
function probeScopes(): ProbeResult {
  const { scopes } = landlockReach();
  if (!scopes) return { ok: false, detail: 'Landlock has them since ABI 6 (Linux 6.12)' };
  const failure = tryWalls('landlock');
  if (failure !== undefined) return { ok: false, detail: failure.detail };
  return { ok: true, detail: "'--walls landlock' works" };
}

/** Starts a CloudABI executable that makes a system call of Linux. */
function probeExecutables(): ProbeResult {
  const failure = tryExecutable();
  if (failure !== undefined) return { ok: false, detail: failure };
  return { ok: true, detail: 'one has been started, and ended at a system call of Linux' };
}

/** Makes a network in which every address is local, as programs with granted hosts have it. */
function probeNetwork(): ProbeResult {
  const found = tryNamedNetwork();
  if ('detail' in found) return { ok: false, detail: found.detail };
  return {
    ok: true,
    detail: `every address of it is local, IPv4 ${found.ipv6 ? 'and IPv6' : 'alone: this host has no IPv6'}`,
  };
}

/** Mounts an overlay on the file system of the folder in which changes are kept. */
function probeOverlays(): ProbeResult {
  const folder = statePath();
  let here = folder;
  while (!existsSync(here)) here = dirname(here);
  const room = mkdtempSync(join(here, '.cloudabi-doctor-'));
  const open: number[] = [];
  try {
    const [descriptor, upper, work] = ['lower', 'upper', 'work'].map((name) => {
      mkdirSync(join(room, name));
      const directory = openSync(join(room, name), O_PATH | O_DIRECTORY);
      open.push(directory);
      return directory;
    });
    if (descriptor === undefined || upper === undefined || work === undefined)
      throw new Error('An overlay has three directories');
    const entry = { kind: 'overlay', at: '/overlay', descriptor, upper, work, execute: false } as const;
    const failure = tryWalls('all', [entry]);
    const where = `changes would be kept in ${folder}`;
    if (failure === undefined) return { ok: true, detail: where };
    return { ok: false, detail: `${failure.detail}; ${where}: XDG_STATE_HOME moves that` };
  } finally {
    for (const directory of open) closeSync(directory);
    removeTree(room);
  }
}

/** Mounts a file system that has no server. */
function probeEncryption(): ProbeResult {
  const [ours, theirs] = makeSocketPair();
  try {
    const entry = {
      kind: 'encrypted',
      at: '/encrypted',
      access: 'write',
      execute: false,
      out: theirs,
    } as const;
    const failure = tryWalls('all', [entry]);
    if (failure === undefined) return { ok: true, detail: `${FUSE_DEVICE} is mounted` };
    return { ok: false, detail: `${failure.detail}; ${FUSE_DEVICE} has to be there, readable and writable` };
  } finally {
    closeSync(ours);
    closeSync(theirs);
  }
}

/** Asks how a process has ended that a parent has waited for. */
async function probeCrashGuard(): Promise<ProbeResult> {
  const child = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  const descriptor = openProcess(child.pid ?? 0);
  child.stdin.end();
  await ended;
  const end = processEnd(descriptor);
  if (descriptor >= 0) closeSync(descriptor);
  return end === undefined
    ? { ok: false, detail: 'the kernel does not say how processes have ended: that takes Linux 6.15' }
    : { ok: true, detail: 'the kernel says how processes have ended' };
}

function describe(result: number): string {
  return result < 0 ? errnoName(-result) : String(result);
}

const probes: Readonly<Record<string, () => ProbeResult | Promise<ProbeResult>>> = {
  openat2: probeOpenat2,
  mseal: probeMseal,
  landlock: probeLandlock,
  seccomp: probeSeccomp,
  namespaces: probeNamespaces,
  scopes: probeScopes,
  network: probeNetwork,
  overlays: probeOverlays,
  encryption: probeEncryption,
  crash_guard: probeCrashGuard,
  executables: probeExecutables,
};

/** Runs one probe in this process, which is of no use afterwards, prints its findings as JSON and ends. */
export async function runProbe(name: string): Promise<never> {
  let found: ProbeResult;
  try {
    found = (await probes[name]?.()) ?? { ok: false, detail: `There is no probe '${name}'` };
  } catch (error) {
    found = { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
  writeSync(1, JSON.stringify(found));
  return endProcess(0);
}
