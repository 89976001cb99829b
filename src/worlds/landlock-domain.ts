import { close } from '../host/files/files.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check, SystemError } from '../host/system-error.ts';
import { LinuxErrno } from '../linux/errno.ts';
import {
  LANDLOCK_ACCESS_NET_BIND_TCP,
  LANDLOCK_ACCESS_NET_CONNECT_TCP,
  LANDLOCK_RULE_NET_PORT,
  LANDLOCK_RULE_PATH_BENEATH,
} from '../linux/landlock.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { handledAccess, LandlockAccess as L, LANDLOCK_SCOPES, landlockVersion } from '../walls/landlock.ts';
import type { World, WorldEntry, WorldNetwork } from './world.ts';

/* The second wall: a Landlock domain with a rule for everything in a program's root. */

/** The rights of Landlock that a single file can have. */
export const FILE_ACCESS: number = L.execute | L.writeFile | L.readFile | L.truncate | L.ioctlDev;

const READ = L.readFile | L.readDir;
const WRITE =
  L.writeFile |
  L.truncate |
  L.removeDir |
  L.removeFile |
  L.makeDir |
  L.makeReg |
  L.makeSock |
  L.makeFifo |
  L.makeSym |
  L.refer;

/** The rights that this host's Landlock can withhold. */
export type LandlockReach = { readonly files: number; readonly network: boolean; readonly scopes: boolean };

/** Finds the rights that a version of Landlock's ABI can withhold. */
export function landlockReach(version: number = landlockVersion()): LandlockReach {
  return { files: handledAccess(version), network: version >= 4, scopes: version >= 6 };
}

/** The rights of an entry of the root; those of directories in memory are for the new process to give. */
export function entryAccess(entry: WorldEntry): number {
  switch (entry.kind) {
    case 'mount':
      return (
        READ |
        (entry.access === 'write' ? WRITE : 0) |
        (entry.execute ? L.execute : 0) |
        (entry.device && entry.access === 'write' ? L.ioctlDev : 0)
      );
    case 'encrypted':
      return READ | (entry.access === 'write' ? WRITE : 0) | (entry.execute ? L.execute : 0);
    case 'tmpfs':
    case 'overlay':
      return READ | WRITE | (entry.execute ? L.execute : 0);
    case 'device':
    case 'console':
    case 'terminals':
      return READ | L.writeFile | L.truncate | L.ioctlDev;
    case 'proc':
      return entry.show === 'processes' || !entry.attributes ? READ : READ | L.writeFile | L.truncate;
    case 'cgroup':
      return READ;
    case 'text':
    case 'cover':
      return L.readFile;
    case 'symlink':
    case 'directory':
    case 'pin':
      return 0;
  }
}

/** Message queues, which are files of a file system of their own (mq_overview(7)). */
export const QUEUE_ACCESS: number = L.readFile | L.writeFile;

/** The root itself: its directories can be listed. */
export const ROOT_ACCESS: number = L.readDir;

/** An approved file, which can be read and executed. */
export const APPROVED_ACCESS: number = L.readFile | L.execute;

/** The network rights that are withheld, but for the ports in the lists. */
function handledNetwork(network: WorldNetwork): number {
  if (network.kind === 'none') return LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
  if (network.kind === 'loopback' || network.kind === 'named') return 0;
  return (
    (network.bind === undefined ? 0 : LANDLOCK_ACCESS_NET_BIND_TCP) |
    (network.connect === undefined ? 0 : LANDLOCK_ACCESS_NET_CONNECT_TCP)
  );
}

/** A right beneath a host descriptor. */
export type PathRule = { readonly descriptor: number; readonly directory: boolean; readonly access: number };

/** `struct landlock_path_beneath_attr` with a descriptor; four bytes more, so that eight can be stored there. */
export function pathRule(access: number, descriptor: number): Uint8Array {
  const attribute = Buffer.alloc(16);
  attribute.writeBigUInt64LE(BigInt(access), 0);
  attribute.writeInt32LE(descriptor, 8);
  return attribute;
}

/**
 * Tells whether Landlock holds the files of a program. It lets no program mount whose files it holds, so that behind
 * walls that have other means it does not where the program may mount.
 */
export function landlockHoldsFiles({ walls, calls }: Pick<World, 'walls' | 'calls'>): boolean {
  return walls === 'landlock' || !calls.includes('namespaces');
}

/**
 * Makes the domain of a program, as far as it consists of objects of the host.
 *
 * @param scoped False for a program whose signals and abstract sockets are kept inside by namespaces alone.
 * @returns The host descriptor of a ruleset; `undefined` when there is nothing that it would hold.
 * @throws SystemError when the host refuses.
 */
export function createWall(
  rules: readonly PathRule[],
  world: Pick<World, 'network' | 'walls' | 'calls'>,
  scoped = true,
): number | undefined {
  const { network } = world;
  const reach = scoped ? landlockReach() : { ...landlockReach(), scopes: false };
  const files = landlockHoldsFiles(world) ? reach.files : 0;
  const ports = reach.network ? handledNetwork(network) : 0;
  if (files === 0 && ports === 0 && !reach.scopes) return undefined;
  const attribute = Buffer.alloc(24);
  attribute.writeBigUInt64LE(BigInt(files), 0);
  attribute.writeBigUInt64LE(BigInt(ports), 8);
  attribute.writeBigUInt64LE(BigInt(reach.scopes ? LANDLOCK_SCOPES : 0), 16);
  const ruleset = createRuleset(attribute, reach);
  try {
    for (const { descriptor, directory, access } of rules) {
      const allowed = access & files & (directory ? -1 : FILE_ACCESS);
      if (allowed === 0) continue;
      addPath(ruleset, allowed, descriptor);
    }
    if (reach.network && network.kind === 'host') {
      addPorts(ruleset, network.bind, LANDLOCK_ACCESS_NET_BIND_TCP);
      addPorts(ruleset, network.connect, LANDLOCK_ACCESS_NET_CONNECT_TCP);
    }
  } catch (error) {
    close(ruleset);
    throw error;
  }
  return ruleset;
}

/** A domain that withholds nothing but signals and abstract sockets of others; `undefined` where there is none such. */
export function createScope(): number | undefined {
  const reach = landlockReach();
  if (!reach.scopes) return undefined;
  const attribute = Buffer.alloc(24);
  attribute.writeBigUInt64LE(BigInt(LANDLOCK_SCOPES), 16);
  return createRuleset(attribute, reach);
}

function createRuleset(attribute: Uint8Array, reach: LandlockReach): number {
  const size = reach.scopes ? 24 : reach.network ? 16 : 8;
  const call = callNumberOf('landlock_create_ruleset');
  return check(syscall(call, addressOf(attribute), size, 0), 'landlock_create_ruleset');
}

function addPorts(ruleset: number, ports: readonly number[] | undefined, access: number): void {
  for (const port of ports ?? []) {
    const attribute = Buffer.alloc(16);
    attribute.writeBigUInt64LE(BigInt(access), 0);
    attribute.writeBigUInt64LE(BigInt(port), 8);
    addRule(ruleset, LANDLOCK_RULE_NET_PORT, attribute, `for port ${port}`);
  }
}

/** An object in no directory, such as memory without a name, takes no rule; Landlock does not refuse it either. */
function addPath(ruleset: number, access: number, descriptor: number): void {
  try {
    addRule(
      ruleset,
      LANDLOCK_RULE_PATH_BENEATH,
      pathRule(access, descriptor),
      `for descriptor ${descriptor}`,
    );
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === LinuxErrno.EBADFD)) throw error;
  }
}

function addRule(ruleset: number, type: number, attribute: Uint8Array, subject: string): void {
  const call = callNumberOf('landlock_add_rule');
  check(syscall(call, ruleset, type, addressOf(attribute), 0), 'landlock_add_rule', subject);
}
