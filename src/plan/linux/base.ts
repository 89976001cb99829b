import { lstatSync, readlinkSync, type Stats, type statSync } from 'node:fs';
import { posix } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { tracePath } from '../../host/files/path-trace.ts';
import type { RegularFile } from '../../host/files/regular-file.ts';
import { formatAddress } from '../../network/address.ts';
import { RESOLVER_ADDRESS } from '../../network/synthetic.ts';
import { freezePlan } from '../freeze.ts';
import type { Identity } from './identity.ts';
import { linkedFiles } from './linked-files.ts';
import type { MountType, PlannedEntry, PlannedMount } from './planned.ts';
import { BASE } from './planned.ts';
import type { PublicFile } from './public-files.ts';

/* The things that the bases put into a program's world. docs/linux-programs.md shows the same lists. */

/** Directories of distributions' programs and libraries. On most hosts all but the first are links into it. */
export const SYSTEM_DIRECTORIES = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
] as const;

/** Links of the root that lead into `/usr` on most hosts: programs and libraries are known by these names. */
export const ROOT_LINKS: readonly string[] = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * Files of /etc that programs of distributions read and that say nothing about this host's users, network or secrets.
 * Names of users and hosts are synthetic (`madeUp`), since the real files list all there are.
 */
const SYSTEM_FILES = [
  'ImageMagick-6',
  'ImageMagick-7',
  'alternatives',
  'bash.bashrc',
  'bash_completion.d',
  'ca-certificates.conf',
  'crypto-policies',
  'fonts',
  'gai.conf',
  'inputrc',
  'java-11-openjdk',
  'java-17-openjdk',
  'java-21-openjdk',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'magic',
  'magic.mime',
  'mime.types',
  'os-release',
  'papersize',
  'perl',
  'pki/ca-trust',
  'pki/tls/certs',
  'pki/tls/cert.pem',
  'pki/tls/openssl.cnf',
  'profile',
  'protocols',
  'rpc',
  'services',
  'ssl/certs',
  'ssl/cert.pem',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
  'vim',
] as const;

/** Files about the network for programs that are given the host's. */
const NETWORK_FILES = ['hosts', 'resolv.conf', 'host.conf'] as const;

/** The lists of devices without and with a terminal: plans share them. */
const deviceLists = new Map<boolean, readonly PlannedEntry[]>();

/** The harmless devices, and links and terminals that belong to them. */
export function devices(terminal: boolean): readonly PlannedEntry[] {
  const known = deviceLists.get(terminal);
  if (known !== undefined) return known;
  const list = freezePlan(makeDevices(terminal));
  deviceLists.set(terminal, list);
  return list;
}

function makeDevices(terminal: boolean): PlannedEntry[] {
  const names = ['null', 'zero', 'full', 'random', 'urandom'] as const;
  const entries: PlannedEntry[] = names.map((device) => ({
    ...BASE,
    kind: 'device',
    at: `/dev/${device}`,
    device,
  }));
  if (terminal) {
    entries.push({ ...BASE, kind: 'device', at: '/dev/tty', device: 'tty' });
    // The C library finds the name of a terminal from outside there (ttyname(3)).
    entries.push({ ...BASE, kind: 'console', at: '/dev/console' });
  }
  for (const [name, target] of [
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
    ['ptmx', 'pts/ptmx'],
  ] as const)
    entries.push({ ...BASE, kind: 'symlink', at: `/dev/${name}`, target });
  entries.push({ ...BASE, kind: 'terminals', at: '/dev/pts' });
  entries.push({ ...BASE, kind: 'tmpfs', at: '/dev/shm', execute: false });
  return entries;
}

/** A private /tmp; programs in it can be started, as build tools do. */
export function privateTmp(size: number | undefined): PlannedEntry {
  return { ...BASE, kind: 'tmpfs', at: '/tmp', execute: true, ...(size !== undefined && { size }) };
}

/** The entries that were found for the linked files that stand beside it. */
let system: { readonly linked: readonly PublicFile[]; readonly entries: readonly PlannedEntry[] } | undefined;

/** Lists the files that programs of distributions need, read-only: their own, configuration without secrets. */
export function systemFiles(): readonly PlannedEntry[] {
  const linked = linkedFiles();
  // They are found anew when something changes that has to do with the others, too.
  if (system?.linked === linked) return system.entries;
  const entries = SYSTEM_DIRECTORIES.flatMap((path) => asIs(path, true));
  entries.push(...SYSTEM_FILES.flatMap((name) => asIs(`/etc/${name}`, false)));
  entries.push({ ...BASE, kind: 'symlink', at: '/var/tmp', target: '/tmp' });
  const covered = new Set(entries.map(({ at }) => at));
  for (const { path, type } of linked)
    if (!isCovered(path, covered)) entries.push({ ...BASE, ...readOnly, at: path, path, type });
  system = { linked, entries };
  return entries;
}

function isCovered(path: string, places: ReadonlySet<string>): boolean {
  for (let here = path; here !== '/'; here = posix.dirname(here)) if (places.has(here)) return true;
  return false;
}

/** A mount of the base in which nothing can be started. */
const readOnly = { kind: 'mount', access: 'read', execute: false, file: undefined } as const;

/** The host's own view of the network's names, for programs that are given the host's network. */
export function networkFiles(): readonly PlannedEntry[] {
  return NETWORK_FILES.flatMap((name) => asIs(`/etc/${name}`, false));
}

/** The names of a network that leads to granted hosts: a resolver within it, and the loopback. */
export function hostsFiles(): readonly PlannedEntry[] {
  return [
    textFile('resolv.conf', [`nameserver ${formatAddress(RESOLVER_ADDRESS)}`]),
    textFile('nsswitch.conf', NAME_SERVICES),
    textFile('hosts', HOSTS),
  ];
}

/** The files that were made for a user, for as long as its ids and its name are these. */
let made: { readonly subject: string; readonly entries: readonly PlannedEntry[] } | undefined;

/** Makes the files about users and hosts, as far as they concern the program. */
export function madeUp({ uid, gid, name, home }: Identity): readonly PlannedEntry[] {
  const subject = `${uid}:${gid}:${name}:${home}`;
  if (made?.subject !== subject) made = { subject, entries: freezePlan(filesAbout(name, uid, gid, home)) };
  return made.entries;
}

function filesAbout(user: string, uid: number, gid: number, home: string): readonly PlannedEntry[] {
  const users = [
    `root:x:0:0:root:${uid === 0 ? home : '/root'}:/bin/sh`,
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ];
  const groups = ['root:x:0:', 'nogroup:x:65534:'];
  if (uid !== 0 && uid !== 65534) users.push(`${user}:x:${uid}:${gid}:${user}:${home}:/bin/sh`);
  if (gid !== 0 && gid !== 65534) groups.push(`${user}:x:${gid}:`);
  return [
    textFile('passwd', users),
    textFile('group', groups),
    textFile('nsswitch.conf', NAME_SERVICES),
    textFile('hosts', HOSTS),
  ];
}

/** Sources of names (nsswitch.conf(5)). */
const NAME_SERVICES = [
  'passwd: files',
  'group: files',
  'shadow: files',
  'hosts: files dns',
  'services: files',
] as const;

/** The names of a machine by itself (hosts(5)). */
const HOSTS = ['127.0.0.1 localhost', '::1 localhost'] as const;

/** A file of the host's, read-only and at its own place; nothing for a missing one. */
export function hostFile(path: string): readonly PlannedEntry[] {
  return asIs(path, false);
}

/** A synthetic file of /etc. */
function textFile(name: string, lines: readonly string[]): PlannedEntry {
  return { ...BASE, kind: 'text', at: `/etc/${name}`, content: `${lines.join('\n')}\n` };
}

/** A link of the host's as a link, anything else as a read-only mount; nothing for a missing file. */
function asIs(path: string, execute: boolean): PlannedEntry[] {
  const stats = stat(lstatSync, path);
  if (stats === undefined) return [];
  const type = typeOf(stats);
  if (type !== undefined) return [{ ...BASE, ...readOnly, at: path, path, type, execute }];
  if (!stats.isSymbolicLink()) return [];
  const target = readlinkSync(path);
  const inside = posix.resolve(posix.dirname(path), target);
  // A link out of the base, such as to /run, would dangle: the file itself stands in its place.
  if (SYSTEM_DIRECTORIES.some((directory) => isBeneath(inside, directory)))
    return [{ ...BASE, kind: 'symlink', at: path, target }];
  const real = tracePath(path)?.real;
  const found = real === undefined ? undefined : stat(lstatSync, real);
  const realType = found && typeOf(found);
  if (real === undefined || realType === undefined) return [];
  return [{ ...BASE, ...readOnly, at: path, path: real, type: realType, execute }];
}

/** A read-only mount of a file that was read, at the same place. */
export function mountOfFile(file: RegularFile): PlannedMount {
  const { path } = file;
  return { kind: 'mount', at: path, path, type: 'file', access: 'read', execute: true, file };
}

/** Finds the type as which something can be mounted. */
export function typeOf(stats: Stats): MountType | undefined {
  if (stats.isDirectory()) return 'directory';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'device';
  if (stats.isSocket()) return 'socket';
  return stats.isFile() ? 'file' : undefined;
}

function stat(look: typeof statSync, path: string): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
