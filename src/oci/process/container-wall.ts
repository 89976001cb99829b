import { MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY } from '../../linux/mounts.ts';
import { CAPABILITY_NAMES } from '../../linux/name-tables.ts';
import { AF_PACKET } from '../../linux/sockets.ts';
import type { FilterRule } from '../../walls/call-filter.ts';
import { compileFilter } from '../../walls/call-filter.ts';
import { landlockVersion } from '../../walls/landlock.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import { filterRules } from '../../worlds/filter.ts';
import { createWall, entryAccess, landlockHoldsFiles, type PathRule } from '../../worlds/landlock-domain.ts';
import type { HandedSockets, World } from '../../worlds/world.ts';
import type { Configuration, ContainerMount } from '../config/configuration.ts';
import { OciError } from '../oci-error.ts';
import { isDirectory, tryOpenIn, withOpen } from '../root/sealed-root.ts';
import { compileProfile, type ProfileFilter } from './seccomp-profile.ts';

/* The second wall of a container: a Landlock domain with the paths that its configuration gives, and filters of calls. */

/** The network of a container as its grants leave it: all that the configuration gives, or ports, or none. */
export type NetworkAccess = Extract<World['network'], { kind: 'none' | 'host' }>;

/** The demands on the walls of a process. */
export type WallDemands = {
  readonly network: NetworkAccess;
  readonly handed: HandedSockets;
  readonly calls: readonly CallGroup[];
  /** True where a document says what is granted: of its network, the container's namespace holds nothing then. */
  readonly granted: boolean;
};

/** The demands of a container without a document: its configuration holds its network and its files. */
export const configuredDemands: WallDemands = {
  network: { kind: 'host' },
  handed: 'none',
  calls: [],
  granted: false,
};

/** The walls that filters are made for: with a document, those that hold a program among things that are not its own. */
function wallsOf({ granted, calls }: WallDemands): Pick<World, 'walls' | 'calls'> {
  // Attributes of files are held by mounts of the container.
  return granted ? { walls: 'landlock', calls: [...calls, 'attributes'] } : { walls: 'all', calls };
}

/** Calls beyond the normal ones, by the capability that a configuration must give for them. */
const groupsByCapability: Readonly<Record<string, CallGroup>> = {
  CAP_FSETID: 'set_id_files',
  CAP_SYS_PTRACE: 'debug',
  CAP_SYS_NICE: 'numa',
  CAP_PERFMON: 'performance',
  CAP_BPF: 'bpf',
};

/** Single calls by the capability without which the kernel refuses them anyway. */
const callsByCapability: Readonly<Record<string, readonly FilterRule['call'][]>> = {
  CAP_SYS_CHROOT: ['chroot'],
  CAP_SYS_TIME: ['adjtimex', 'clock_adjtime', 'clock_settime', 'settimeofday'],
  CAP_SYSLOG: ['syslog'],
  CAP_SYS_BOOT: ['reboot'],
  CAP_SYS_PACCT: ['acct'],
  CAP_SYS_ADMIN: ['sethostname', 'setdomainname'],
  CAP_SYS_TTY_CONFIG: ['vhangup'],
};

/** Sockets of packets, by which a launcher sees within its worlds which ports were tried: it lists only what it asks for. */
const packetRules: readonly FilterRule[] = [
  {
    call: 'socket',
    when: [{ argument: 0, is: 'masked', mask: -1, value: AF_PACKET }],
    answer: 'allow',
  },
];

/** A path of a container and the access beneath it. */
export type ContainerAccess = { readonly at: string; readonly access: number };

function accessOf(write: boolean, execute: boolean, device = false): number {
  return entryAccess({
    kind: 'mount',
    descriptor: -1,
    at: '',
    access: write ? 'write' : 'read',
    execute,
    ...(device && { device: true }),
  });
}

function mountAccess({ destination, options, type }: ContainerMount): number {
  const set = options.own.set | options.tree.set;
  const device = destination === '/dev' || type === 'devpts';
  return accessOf((set & MOUNT_ATTR_RDONLY) === 0, (set & MOUNT_ATTR_NOEXEC) === 0, device);
}

/**
 * The access that a configuration gives: to the root as it says, and to each mount as its options say. A rule reaches all
 * beneath it, so that beneath a root that can be written only mounts hold the rest.
 */
export function configuredAccess({ readOnly, mounts }: Configuration): readonly ContainerAccess[] {
  return [
    { at: '/', access: accessOf(!readOnly, true) },
    ...mounts.map((mount) => ({ at: mount.destination, access: mountAccess(mount) })),
    { at: '/dev', access: accessOf(!readOnly, false, true) },
  ];
}

/** Types of file systems that are the container's alone: programs use them as the configuration says, without a grant. */
const ownTypes: readonly string[] = ['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2'];

/** The access to file systems that the engine has made for the container. */
export function ownAccess({ mounts }: Configuration): readonly ContainerAccess[] {
  return mounts
    .filter(({ type }) => ownTypes.includes(type))
    .map((mount) => ({ at: mount.destination, access: mountAccess(mount) }));
}

/**
 * Makes the Landlock domain. This thread's mount namespace is the container's. A path at which there is a link by now gives
 * no access.
 *
 * @param top A descriptor of the container's root.
 * @returns `undefined` for the launcher, which builds walls of its own.
 * @throws OciError on hosts without Landlock.
 * @throws SystemError
 */
export function makeWall(
  top: number,
  paths: readonly ContainerAccess[],
  demands: WallDemands,
): number | undefined {
  if (landlockVersion() === 0)
    throw new OciError('This host has no Landlock (Linux 5.13), which this runtime needs');
  // The launcher mounts, which Landlock lets no process do whose files it holds. A domain that holds none would still keep
  // programs within from renaming files into other directories (LANDLOCK_ACCESS_FS_REFER).
  if (!landlockHoldsFiles(wallsOf(demands))) return undefined;
  const rules: PathRule[] = [];
  const opened: number[] = [];
  for (const { at, access } of paths) {
    const descriptor = tryOpenIn(top, at, { strict: true });
    if (descriptor < 0) continue;
    opened.push(descriptor);
    rules.push({ descriptor, directory: isDirectory(descriptor), access });
  }
  const wall = createWall(rules, { network: demands.network, ...wallsOf(demands) }, false);
  for (const descriptor of opened) withOpen(descriptor, () => {});
  if (wall === undefined) throw new OciError('This host’s Landlock holds no files');
  return wall;
}

/** The filters of calls: ours, as wide as the capabilities that the container may have, and the engine's. */
export function containerFilters(
  configuration: Configuration,
  demands: WallDemands,
): readonly ProfileFilter[] {
  const { bounding } = configuration.process.capabilities;
  const names = bounding.flatMap((number) => CAPABILITY_NAMES[number] ?? []);
  const calls = names.flatMap((name) =>
    Object.hasOwn(groupsByCapability, name) ? (groupsByCapability[name] ?? []) : [],
  );
  const more = names.flatMap((name): readonly FilterRule[] =>
    (Object.hasOwn(callsByCapability, name) ? (callsByCapability[name] ?? []) : []).map((call) => ({
      call,
      answer: 'allow',
    })),
  );
  const { walls, calls: own } = wallsOf({ ...demands, calls: [...demands.calls, ...calls] });
  const { network, handed } = demands;
  const launcher = landlockHoldsFiles({ walls, calls: own }) ? [] : packetRules;
  const ours = compileFilter([...more, ...launcher, ...filterRules({ network, handed, walls, calls: own })]);
  const profile = compileProfile(configuration.seccomp);
  return [{ filter: ours, flags: 0 }, ...(profile === undefined ? [] : [profile])];
}
