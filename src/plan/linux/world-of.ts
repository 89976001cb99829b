import { isBeneath } from '../../host/files/beneath.ts';
import { type ServedPorts, servedPorts } from '../../network/ports.ts';
import type { HostsGrant } from '../../resources/hosts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { SupervisorParts } from '../../supervisor/supervision.ts';
import type {
  ApprovedCopy,
  HandedSockets,
  HiddenPlace,
  Template,
  Walls,
  World,
  WorldEntry,
  WorldNetwork,
} from '../../worlds/world.ts';
import type { LinuxPlan } from '../plan-types.ts';
import type { PlannedLinux, PlannedMount } from './planned.ts';
import { chooseProcessors } from './processors.ts';

/** The host descriptors of an overlay (`WorldEntry`), and of its lock. */
export type OverlayDescriptors = { readonly upper: number; readonly work: number; readonly lock: number };

/** Host descriptors that a world is made of: open ones for a launch, stand-ins to print its list of system calls. */
export type WorldDescriptors = {
  readonly executable: number;
  /** For each mount, the descriptor of the directory, file or device that is mounted. */
  readonly mounts: ReadonlyMap<PlannedMount, number>;
  /** For each mount whose changes are kept aside, the directories that take them. */
  readonly layers: ReadonlyMap<PlannedMount, OverlayDescriptors>;
  /** For each mount that is encrypted, a socket to the process that serves it. */
  readonly servers: ReadonlyMap<PlannedMount, number>;
  /** Descriptors for the program: its number, and the host descriptor. */
  readonly given: readonly (readonly [number: number, host: number])[];
  /** Numbers among `given` of regular files that are only read. */
  readonly sealed: readonly number[];
  /** `cgroup.procs` files of the groups that the program joins. */
  readonly memberships: readonly number[];
  /** The TCP sockets among `given`. */
  readonly handed: HandedSockets;
  /** The program's end of its terminal; `undefined` without one. */
  readonly terminal: number | undefined;
  /** The socket through which the program's network goes to its pump; `undefined` without rules of hosts. */
  readonly pump: PumpDescriptor | undefined;
  /** The supervisor of its calls; none when left out. */
  readonly supervisor?: SupervisorParts;
  /** A root that has the entries with these indices already; none when left out. */
  readonly template?: Template;
  readonly shared?: ReadonlySet<number>;
  /** Copies of the files that can be started; for plans with a list of them. */
  readonly approved?: readonly ApprovedCopy[];
  /** Places that mounts hide; none when left out. */
  readonly hidden?: readonly HiddenPlace[];
  /** Parts of the world that are known only when it starts. */
  readonly late: LateParts;
};

/** The host descriptor of a socket to a pump, and the ports that go there; those of the rules when left out. */
export type PumpDescriptor = { readonly out: number; readonly ports?: ServedPorts };

/** Files and variables that are not in the plan, such as those of an authority that is made for the run. */
export type LateParts = {
  readonly entries: readonly Extract<WorldEntry, { kind: 'text' | 'cover' | 'mount' | 'tmpfs' }>[];
  /** Variables that those of the plan go before. */
  readonly defaults: readonly (readonly [name: string, value: string])[];
  /** Variables that go before those of the plan. */
  readonly variables: readonly (readonly [name: string, value: string])[];
};

/** No such parts. */
export const NO_LATE_PARTS: LateParts = { entries: [], defaults: [], variables: [] };

/** Puts parts together; `undefined` is none. */
export function joinParts(parts: readonly (LateParts | undefined)[]): LateParts {
  const all = parts.map((one) => one ?? NO_LATE_PARTS);
  return {
    entries: all.flatMap(({ entries }) => entries),
    defaults: all.flatMap(({ defaults }) => defaults),
    variables: all.flatMap(({ variables }) => variables),
  };
}

/**
 * Makes the world that a plan describes. The launcher, `--explain-calls` and tests all have it from here.
 *
 * @param descriptors One for every mount of the plan.
 */
export function worldOf({ command, linux }: LinuxPlan, walls: Walls, descriptors: WorldDescriptors): World {
  const {
    executable,
    mounts,
    layers,
    servers,
    given,
    sealed,
    memberships,
    handed,
    terminal,
    pump,
    template,
    shared,
    late,
    supervisor,
    approved,
    hidden = [],
  } = descriptors;
  if ((approved === undefined) !== (linux.executables === undefined))
    throw new Error('A plan with approved files is opened with copies of them');
  const processors = chooseProcessors(linux.cpus);
  const image = seenAt(linux);
  const held = [...layers.values()].map(({ lock }) => lock);
  return {
    executable,
    executablePath: image.at,
    ...((image.overlay || approved !== undefined) && { startedByName: true }),
    arguments: command.arguments,
    environment: [...new Map([...late.defaults, ...command.environment, ...late.variables])],
    workingDirectory: linux.workingDirectory,
    entries: [
      ...linux.entries.flatMap((entry, index): WorldEntry | readonly WorldEntry[] => {
        if (shared?.has(index)) return [];
        if (entry.kind !== 'mount') return entry;
        const descriptor = mounts.get(entry);
        if (descriptor === undefined) throw new Error(`No descriptor for the mount at ${entry.at}`);
        const { at, access, execute, type, overlay } = entry;
        const out = servers.get(entry);
        if (out !== undefined) return { kind: 'encrypted', at, access, execute, out };
        if (entry.encrypt !== undefined) throw new Error(`No server for the encrypted directory at ${at}`);
        const directories = overlay && layers.get(entry);
        if (directories !== undefined) {
          const { upper, work } = directories;
          return { kind: 'overlay', at, descriptor, upper, work, execute };
        }
        if (overlay !== undefined) throw new Error(`No directories for the overlay at ${at}`);
        return { kind: 'mount', at, descriptor, access, execute, ...(type === 'device' && { device: true }) };
      }),
      ...late.entries,
    ],
    descriptors: given,
    sealed,
    network: networkOf(linux.network, pump),
    handed,
    limits: {
      resources: linux.resources,
      cgroups: memberships,
      ...(processors !== undefined && { processors }),
    },
    calls: linux.calls,
    ...(linux.callRules.length > 0 && { callRules: linux.callRules }),
    ...(linux.narrow.length > 0 && { narrow: linux.narrow }),
    ...(linux.promises !== undefined && { promises: linux.promises }),
    ...(approved !== undefined && { approved }),
    ...(terminal !== undefined && { terminal }),
    ...(linux.shownUser !== undefined && { shown: { uid: linux.shownUser.uid, gid: linux.shownUser.gid } }),
    ...(linux.user !== undefined && { user: { uid: linux.user.uid, gid: linux.user.gid } }),
    ...(template !== undefined && { template }),
    ...(supervisor !== undefined && { supervisor }),
    ...(held.length > 0 && { held }),
    ...(hidden.length > 0 && { hidden }),
    walls,
  };
}

/** Finds where the program sees its own image: by its mounts, or else where it lies on the host. */
function seenAt({ image, entries }: PlannedLinux): { readonly at: string; readonly overlay: boolean } {
  let found = { at: image, overlay: false };
  for (const entry of entries) {
    if (entry.kind !== 'mount') continue;
    const { path, at } = entry;
    const overlay = entry.overlay !== undefined;
    if (image === path) found = { at, overlay };
    else if (isBeneath(image, path)) {
      const rest = path === '/' ? image : image.slice(path.length);
      found = { at: at === '/' ? rest : at + rest, overlay };
    }
  }
  return found;
}

/** The ports of rules, and those of the program's own loopback at which origins are served. */
export function portsOf({ hosts }: HostsGrant): ServedPorts {
  const ports = servedPorts(hosts.map(({ rule }) => rule));
  const at = hosts.flatMap(({ requests }) => {
    const port = requests?.at;
    return typeof port === 'number' && !ports.tcp.includes(port) ? [port] : [];
  });
  return { ...ports, localTcp: [...new Set([...ports.localTcp, ...at])] };
}

function networkOf(network: NetworkGrant, pump: PumpDescriptor | undefined): WorldNetwork {
  switch (network.mode) {
    case 'none':
    case 'loopback':
      return { kind: network.mode };
    case 'hosts': {
      if (pump === undefined) throw new Error('No socket to the pump');
      return { kind: 'named', ports: pump.ports ?? portsOf(network), out: pump.out };
    }
    case 'host': {
      const { connect, bind } = network;
      return { kind: 'host', ...(connect && { connect }), ...(bind && { bind }) };
    }
  }
}
