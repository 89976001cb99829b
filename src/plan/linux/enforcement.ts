import { Filetype } from '../../abi/generated/constants.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { Checked } from '../../resources/resource.ts';
import { accessOf } from '../../resources/rights.ts';
import type { Enforcement } from '../plan-types.ts';
import type { PlannedEntry } from './planned.ts';

/** What enforces limits on Linux programs, for people. */
const Wall = {
  mounts: 'mount namespace',
  readOnly: 'read-only mount',
  pin: 'a mount of its own',
  landlock: 'Landlock',
  seccomp: 'seccomp',
  pids: 'process namespace',
  ipc: 'IPC namespace',
  net: 'network namespace',
  accessMode: 'access mode of the descriptor',
  privileges: 'no_new_privs',
  capabilities: 'all capabilities dropped',
  session: 'a session of its own',
} as const;

/** The limits on a descriptor that a Linux program is handed. */
export function descriptorLimits({ type, base }: Checked): readonly Enforcement[] {
  const limits: Enforcement[] = [];
  const { reads, writes } = accessOf(base);
  switch (type) {
    case Filetype.socket_stream:
    case Filetype.socket_dgram:
      return [];
    default:
      if (!writes) limits.push({ limit: 'No writing', by: [Wall.accessMode, Wall.landlock] });
      if (!reads) limits.push({ limit: 'No reading', by: [Wall.accessMode, Wall.landlock] });
  }
  return limits;
}

/** The limits on something that a Linux program sees. */
export function entryLimits(entry: PlannedEntry): readonly Enforcement[] {
  if (entry.kind === 'pin')
    return [
      { limit: 'Cannot be moved, removed or replaced', by: [Wall.pin] },
      ...(entry.readOnly ? [{ limit: 'No change', by: [Wall.readOnly] }] : []),
    ];
  if (entry.kind !== 'mount') return [];
  const limits: Enforcement[] = [];
  if (entry.access === 'read') limits.push({ limit: 'No change', by: [Wall.readOnly, Wall.landlock] });
  if (!entry.execute)
    limits.push({ limit: 'No program in it can be started', by: ['noexec mount', Wall.landlock] });
  return limits;
}

/** The limits on a Linux program as a whole. */
export function processLimits(network: NetworkGrant): readonly Enforcement[] {
  return [
    { limit: 'No file that is not listed', by: [Wall.mounts, Wall.landlock] },
    ...networkLimits(network),
    { limit: 'No other process, no signal to others', by: [Wall.pids, Wall.landlock] },
    { limit: 'No shared memory or message queue of others', by: [Wall.ipc] },
    { limit: 'No terminal that was not granted', by: [Wall.session, Wall.seccomp] },
    { limit: 'No more rights than the user has', by: [Wall.privileges, Wall.capabilities] },
    { limit: "No rarely used part of the host's kernel", by: [Wall.seccomp] },
  ];
}

function networkLimits(network: NetworkGrant): readonly Enforcement[] {
  switch (network.mode) {
    case 'none':
      return [{ limit: 'No network', by: [Wall.net] }];
    case 'loopback':
      return [{ limit: 'No network but a loopback interface of its own', by: [Wall.net] }];
    case 'host': {
      const limits: Enforcement[] = [];
      const { connect, bind } = network;
      const ports = (list: readonly number[]): string =>
        list.length === 0 ? 'no TCP port' : `the TCP ports ${list.join(', ')}`;
      if (connect !== undefined)
        limits.push({
          limit: `Connects to ${ports(connect)}${connect.length === 0 ? '' : ' only'}`,
          by: [Wall.landlock],
        });
      if (connect !== undefined && !connect.includes(53))
        limits.push({ limit: 'Sends no datagrams, so looks no names up', by: [Wall.seccomp] });
      if (bind !== undefined && bind.length === 0)
        limits.push({ limit: 'Listens on no TCP port', by: [Wall.seccomp] });
      if (bind !== undefined)
        limits.push({
          limit: `Binds TCP sockets to ${ports(bind)}${bind.length === 0 ? '' : ' only'}`,
          by: [Wall.landlock],
        });
      return limits;
    }
  }
}
