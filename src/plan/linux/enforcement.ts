import { Filetype } from '../../abi/generated/constants.ts';
import { isBeneath } from '../../host/files/beneath.ts';
import { getFlags } from '../../host/files/files.ts';
import { O_ACCMODE, O_WRONLY } from '../../linux/open-flags.ts';
import { FdResource } from '../../resources/fd.ts';
import { FileResource } from '../../resources/file.ts';
import type { HeldFiles } from '../../resources/held-files.ts';
import type { Checked, Resource } from '../../resources/resource.ts';
import { accessOf } from '../../resources/rights.ts';
import { landlockHoldsFiles, landlockReach } from '../../worlds/landlock-domain.ts';
import { excessOver, type Reach } from '../../worlds/narrower.ts';
import type { Enforcement } from '../plan-types.ts';
import { heldHere, Wall } from '../wall-names.ts';
import { hostsLimits } from './explain-hosts.ts';
import { isDns } from './granted-services.ts';
import { realPath } from './lone.ts';
import { isNarrow, narrowRights } from './narrow-descriptors.ts';
import type { PlannedEntry, PlannedLinux } from './planned.ts';

/*
 * The mechanisms that hold each limit of a Linux program. tests/run/linux/claims.test.ts tries every one of these
 * claims, with each set of walls; claims that cannot be tried are not made.
 */

/** The facts that limits on a descriptor depend on, besides its type. */
export type Handed = {
  readonly resource: Resource;
  /** True if the program finds its descriptors by name in /proc, so that it can open them again as it likes. */
  readonly seesProcesses: boolean;
  readonly entries: readonly PlannedEntry[];
  /** Resolves each path once for a plan. */
  readonly files: HeldFiles;
  /** True if Landlock holds files, so that one is not opened anew for more than it may be. */
  readonly landlock: boolean;
};

/** The limits on a descriptor that a Linux program is handed. */
export function descriptorLimits(checked: Checked, handed: Handed): readonly Enforcement[] {
  const { type, base } = checked;
  if (type === Filetype.socket_stream || type === Filetype.socket_dgram) return [];
  const { resource, seesProcesses, landlock } = handed;
  const { reads, writes } = accessOf(base);
  const opened = openedFor(resource);
  const granted = grantedAnyway(handed);
  // Landlock holds files with a path; a pipe has none, and the harmless devices are in every world.
  const path = type === Filetype.regular_file || type === Filetype.directory;
  const mounted = type === Filetype.regular_file && resource instanceof FileResource && !writes;
  const again = !seesProcesses ? [Wall.accessMode] : path && landlock ? [Wall.opened] : [];
  const againToWrite = again.length === 0 && mounted ? [Wall.openedReadOnly] : again;
  return heldHere([
    ...(isNarrow(resource, checked)
      ? [{ limit: `No use but to ${narrowRights(checked).join(', ')}`, by: [Wall.narrow] }]
      : []),
    ...(!writes && !opened.write && !granted.write ? [{ limit: 'No writing', by: againToWrite }] : []),
    ...(!reads && !opened.read && !granted.read ? [{ limit: 'No reading', by: again }] : []),
  ]);
}

type Use = { readonly read: boolean; readonly write: boolean };

/**
 * Finds the access that a descriptor of ours was opened for: it may be more than it is granted for, as with terminals.
 */
function openedFor(resource: Resource): Use {
  if (!(resource instanceof FdResource)) return { read: false, write: false };
  const mode = getFlags(resource.number) & O_ACCMODE;
  return { read: mode !== O_WRONLY, write: mode !== 0 };
}

/** Finds the access to the file by a path that the program sees. */
function grantedAnyway({ resource, entries, files }: Handed): Use {
  const path = pathOf(resource, files);
  const above = entries.filter(
    (entry) => entry.kind === 'mount' && path !== undefined && isBeneath(path, files.real(entry.path)),
  );
  const write = above.some((entry) => entry.kind === 'mount' && entry.access === 'write');
  return { read: above.length > 0, write };
}

function pathOf(resource: Resource, files: HeldFiles): string | undefined {
  if (resource instanceof FileResource) return files.real(resource.absolute);
  return resource instanceof FdResource ? files.real(`/proc/self/fd/${resource.number}`) : undefined;
}

/** Lists the rights that Landlock gives a program at the places of its world. */
function reachesOf(entries: readonly PlannedEntry[]): readonly Reach[] {
  return entries.flatMap((entry): Reach[] => {
    if (entry.kind === 'mount')
      return [{ path: entry.at, write: entry.access === 'write', execute: entry.execute }];
    return entry.kind === 'tmpfs' ? [{ path: entry.at, write: true, execute: entry.execute }] : [];
  });
}

/** The limits on something that a Linux program sees. */
export function entryLimits(
  entry: PlannedEntry,
  {
    entries,
    walls,
    calls,
    executables,
  }: Pick<PlannedLinux, 'entries' | 'walls' | 'calls'> & Partial<Pick<PlannedLinux, 'executables'>>,
): readonly Enforcement[] {
  if (entry.kind === 'pin')
    return [
      { limit: 'Cannot be moved, removed or replaced', by: [Wall.pin] },
      ...(entry.readOnly ? [{ limit: 'No change', by: [Wall.readOnly] }] : []),
    ];
  if (entry.kind !== 'mount') return [];
  const { at, execute, access, type } = entry;
  const wider =
    excessOver({ path: at, write: access === 'write', execute }, reachesOf(entries))?.rights ?? [];
  const by = (mount: string, right: 'write' | 'execute'): readonly string[] => [
    ...(walls === 'all' ? [mount] : []),
    ...(wider.includes(right) || !landlockHoldsFiles({ walls, calls }) ? [] : [Wall.landlock]),
  ];
  const limits: Enforcement[] = [];
  if (entry.encrypt !== undefined)
    limits.push({ limit: 'No contents on the host that can be read without the key', by: [Wall.encryption] });
  if (entry.overlay !== undefined)
    limits.push({ limit: 'No change of the directory on the host', by: [Wall.overlay] });
  // Data of a device goes through a read-only mount, and every world with devices may write to the harmless ones.
  if (access === 'read' && type === 'device' && !isHarmless(entry.path, entries))
    limits.push({
      limit: 'No writing',
      by: by(Wall.readOnly, 'write').filter((wall) => wall === Wall.landlock),
    });
  else if (access === 'read' && type !== 'device')
    limits.push({ limit: 'No change', by: by(Wall.readOnly, 'write') });
  // Landlock knows execve(2); a loader maps every readable file.
  const approves = executables?.files.some((file) => isBeneath(file.at, at)) ?? false;
  const but = approves ? ' but approved copies' : '';
  const started = `No program in it${but} can be started${walls === 'all' ? '' : ' by its name'}`;
  if (!execute && type !== 'socket') limits.push({ limit: started, by: by(Wall.noExecute, 'execute') });
  return heldHere(limits);
}

function isHarmless(path: string, entries: readonly PlannedEntry[]): boolean {
  const real = realPath(path);
  return entries.some((other) => other.kind === 'device' && real === `/dev/${other.device}`);
}

/** The facts that limits on a program as a whole depend on. */
export type Confined = Pick<PlannedLinux, 'network' | 'walls' | 'calls'> &
  Partial<Pick<PlannedLinux, 'executables' | 'services'>>;

/** The limits on a Linux program as a whole. */
export function processLimits(confined: Confined): readonly Enforcement[] {
  const { walls, calls } = confined;
  const limits = walls === 'all' ? worldLimits(confined) : loneLimits(confined);
  const groups = calls.filter((group) => group !== 'attributes' && group !== 'set_id_files');
  const but = groups.length === 0 ? '' : `, but for the groups ${groups.join(', ')}`;
  const { executables } = confined;
  const landlock = landlockHoldsFiles({ walls, calls }) ? [Wall.landlock] : [];
  const started: readonly Enforcement[] =
    executables === undefined
      ? []
      : [{ limit: 'Starts no file but approved copies', by: [Wall.noExecute, ...landlock, Wall.seccomp] }];
  return heldHere([
    ...limits,
    ...started,
    { limit: 'No terminal that was not granted', by: [Wall.session, Wall.seccomp] },
    { limit: 'No more rights than the user has', by: [Wall.privileges, Wall.capabilities] },
    { limit: `No rarely used part of the host's kernel${but}`, by: [Wall.seccomp] },
  ]);
}

/** Landlock keeps signals inside since its ABI 6 (Linux 6.12). */
function signals(): readonly string[] {
  return landlockReach().scopes ? [Wall.landlock] : [];
}

function worldLimits(confined: Confined): readonly Enforcement[] {
  const landlock = landlockHoldsFiles(confined) ? [Wall.landlock] : [];
  return [
    { limit: 'No file that is not listed', by: [Wall.mounts, ...landlock] },
    ...networkLimits(confined),
    { limit: 'No other process, no signal to others', by: [Wall.processes, ...signals()] },
    { limit: 'No shared memory or message queue of others', by: [Wall.ipc] },
  ];
}

/** Without namespaces, names, attributes and that others exist are seen. */
function loneLimits(confined: Confined): readonly Enforcement[] {
  const { calls } = confined;
  return [
    {
      limit: 'No contents of files that are not listed, nothing made or removed elsewhere',
      by: [Wall.landlock],
    },
    ...(calls.includes('attributes')
      ? []
      : [{ limit: 'No change of modes, owners, times and attributes of files', by: [Wall.seccomp] }]),
    ...networkLimits(confined),
    { limit: 'No signal to other processes', by: signals() },
    { limit: 'No shared memory or message queue of others', by: [Wall.seccomp] },
  ];
}

function networkLimits({ network, walls, services = [] }: Confined): readonly Enforcement[] {
  switch (network.mode) {
    case 'none':
      return [{ limit: 'No network', by: [walls === 'all' ? Wall.network : Wall.seccomp] }];
    case 'loopback':
      return [{ limit: 'No network but a loopback interface of its own', by: [Wall.network] }];
    case 'hosts':
      return hostsLimits(network, Wall.network, services.some(isDns));
    case 'host': {
      const limits: Enforcement[] = [];
      const { connect, bind } = network;
      const ports = (list: readonly number[]): string =>
        list.length === 0 ? 'no TCP port' : `the TCP ports ${list.join(', ')}`;
      const only = (list: readonly number[]): string => (list.length === 0 ? '' : ' only');
      if (connect !== undefined)
        limits.push({ limit: `Connects to ${ports(connect)}${only(connect)}`, by: [Wall.ports] });
      if (connect !== undefined && !connect.includes(53))
        limits.push({ limit: 'Sends no datagrams, so looks no names up', by: [Wall.seccomp] });
      if (bind !== undefined && bind.length === 0)
        limits.push({ limit: 'Listens on no TCP port', by: [Wall.seccomp] });
      if (bind !== undefined)
        limits.push({ limit: `Binds TCP sockets to ${ports(bind)}${only(bind)}`, by: [Wall.ports] });
      if (walls === 'landlock') limits.push({ limit: 'No UNIX socket of the host', by: [Wall.seccomp] });
      return limits;
    }
  }
}
