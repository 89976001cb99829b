import type { PlacedCallRule } from '../policy/call-rule.ts';
import type { SupervisorParts } from '../supervisor/supervision.ts';
import type { CallGroup } from './call-groups.ts';
import type { MachineShare } from './machine.ts';
import type { NamedNetwork } from './named-network.ts';
import type { NarrowDescriptor } from './narrow-filter.ts';
import type { ProgramUser } from './other-user.ts';
import type { PromiseName } from './promises.ts';

/**
 * Everything a Linux program will see. Paths inside are as the program sees them, absolute and without `.`, `..` or
 * a slash at the end; all objects are host descriptors, which stay the caller's to close once the program runs.
 */
export type World = {
  /**
   * The descriptor of the program's file: a descriptor of any kind, O_PATH too. It need not lie in any of `entries`.
   */
  readonly executable: number;
  /**
   * The path where the program sees its own file. If this leads to `executable` it is started by this name; otherwise
   * by its descriptor alone, and then the program cannot find its own file.
   */
  readonly executablePath?: string;
  /** True if the program is the file at that path, which is another than `executable` in an overlay. */
  readonly startedByName?: true;
  /** `argv[0]` comes first. */
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly workingDirectory: string;
  /** The parts of the program's root: parents before children, later ones cover earlier ones. */
  readonly entries: readonly WorldEntry[];
  /**
   * The descriptors that the program inherits: its number in the program, and the host descriptor. Nothing else is
   * inherited.
   */
  readonly descriptors: readonly (readonly [number: number, host: number])[];
  /**
   * Numbers among `descriptors` of regular files that are only read. With a mount namespace they are opened again
   * beneath a read-only mount, since mode, owner, times and more can be changed through any descriptor of a file.
   */
  readonly sealed?: readonly number[];
  readonly network: WorldNetwork;
  /** The TCP sockets of the host's network among `descriptors`; `none` when left out. */
  readonly handed?: HandedSockets;
  readonly limits: LinuxLimits;
  /** System calls beyond those that programs normally need. */
  readonly calls: readonly CallGroup[];
  /** Rules about calls that name no path, of which the first one about a call decides; none when left out. */
  readonly callRules?: readonly PlacedCallRule[];
  /** Numbers among `descriptors` of files that may be used for less than they are open for; none when left out. */
  readonly narrow?: readonly NarrowDescriptor[];
  /** The promises that it keeps from its start; none when left out. */
  readonly promises?: readonly PromiseName[];
  /** The host descriptor of a terminal that controls the program's session. */
  readonly terminal?: number;
  /** The name of its host that the program reads; `localhost` when left out. */
  readonly hostname?: string;
  /** File mode creation mask; that of the launcher when left out. */
  readonly umask?: number;
  readonly walls: Walls;
  /** The filter of its system calls, as `struct sock_filter` records; that of `calls` and `network` when left out. */
  readonly filter?: Uint8Array;
  /** Observation of its calls besides the walls; none when left out. */
  readonly observed?: ObservedWorld;
  /** A root in which other parts are there already than `entries`; for all walls alone. */
  readonly template?: Template;
  /** The only files that can be started: copies of files of the world; all that the mounts allow when left out. */
  readonly approved?: readonly ApprovedCopy[];
  /** The user that the program becomes; that of the launcher when left out. Precondition: the launcher is root, with all walls. */
  readonly user?: ProgramUser;
  /** The user that stands for the launcher's in its user namespace; the same number when left out. */
  readonly shown?: ProgramUser;
  /** Capabilities of the host that the program keeps; none when left out. Precondition: the launcher has them. */
  readonly capabilities?: readonly number[];
  /** The supervisor that answers for calls that rules are about; for all walls alone. None when left out. */
  readonly supervisor?: SupervisorParts;
  /** Places that do not exist for the program, and are there in its entries; none when left out. Precondition: no template. */
  readonly hidden?: readonly HiddenPlace[];
  /** Host descriptors that stay open as long as the first process is there, such as locks; none when left out. */
  readonly held?: readonly number[];
};

/** A file or directory of an entry that does not exist for the program. */
export type HiddenPlace = {
  /** The path as the program would see it, without the slash in front. No step of it is a symbolic link but perhaps the last. */
  readonly path: Uint8Array;
  readonly directory: boolean;
};

/** Calls of a program that are told to an observer, which lets the kernel make them. */
export type ObservedWorld = {
  /** A filter that notifies those calls and allows all others, as `struct sock_filter` records. */
  readonly filter: Uint8Array;
  /** The socket through which the descriptor of notifications goes to the observer. */
  readonly out: number;
};

/** A mount namespace of which a program gets a copy, with the parts of a root that starts of one shape share. */
export type Template = {
  /** Tells it from all others. */
  readonly name: string;
  /** Its host descriptor. */
  readonly namespace: number;
  readonly shared: readonly SharedEntry[];
};

/** A copy of a file that the program sees and can start in the file's place. Nothing can change it any more. */
export type ApprovedCopy = {
  readonly at: string;
  /** The host descriptor of sealed memory with the content. */
  readonly descriptor: number;
  /** Bytes of the content. */
  readonly size: number;
};

/** A part of such a root. The descriptor of a mount has no meaning. */
export type SharedEntry = { readonly entry: WorldEntry; readonly directory: boolean };

/**
 * The walls of the program. `all`: a world of its own made of namespaces, with Landlock and seccomp as the second wall.
 * `landlock`: Landlock and seccomp alone, for hosts that forbid namespaces: the program sees the host's paths
 * (`entries` must lie where they lie on the host) and other users' processes, but can use nothing that was not granted.
 */
export type Walls = 'all' | 'landlock';

/** The access beneath a mount. Reading is always possible. */
export type MountAccess = 'read' | 'write';

/** One thing in the program's root. */
export type WorldEntry =
  /** A directory or file of the host, found by its descriptor, with all that is mounted beneath it. */
  | {
      readonly kind: 'mount';
      readonly descriptor: number;
      readonly at: string;
      readonly access: MountAccess;
      /** True if programs in it can be started and code mapped from it. */
      readonly execute: boolean;
      /** True for a device that can be opened; those beneath other mounts cannot. */
      readonly device?: true;
    }
  /**
   * A directory of the host that the program can change while the host's stays as it is: changes are kept in the upper
   * directory. Descriptors of the directory, and of two empty directories of one file system (mount(8), overlay).
   */
  | {
      readonly kind: 'overlay';
      readonly at: string;
      readonly descriptor: number;
      readonly upper: number;
      readonly work: number;
      /** True if programs in it can be started and code mapped from it. */
      readonly execute: boolean;
    }
  /** A directory whose files a process of the launcher's serves, which has them encrypted. */
  | {
      readonly kind: 'encrypted';
      readonly at: string;
      readonly access: MountAccess;
      /** True if programs in it can be started and code mapped from it. */
      readonly execute: boolean;
      /** The host descriptor of a socket to that process, which is sent the device by which it serves. */
      readonly out: number;
    }
  | { readonly kind: 'symlink'; readonly at: string; readonly target: string }
  /** An empty directory that cannot be written to. */
  | { readonly kind: 'directory'; readonly at: string }
  /** An empty directory in memory that goes away with the program. */
  | {
      readonly kind: 'tmpfs';
      readonly at: string;
      /** Most bytes in it; half of the host's memory when left out. */
      readonly size?: number;
      readonly execute: boolean;
      /** Permission bits of its root; 0o1777 when left out. */
      readonly mode?: number;
      /** The owner of its root; the user of the launcher when left out. */
      readonly owner?: ProgramUser;
    }
  /** A file that can be read, with this content. */
  | { readonly kind: 'text'; readonly at: string; readonly content: string | Uint8Array }
  /** A file of an entry of kind `text`, `from`, that is seen in place of a file of the host. */
  | { readonly kind: 'cover'; readonly at: string; readonly from: string }
  /** A device of the host's that is safe to share. */
  | { readonly kind: 'device'; readonly at: string; readonly device: DeviceName }
  /** The terminal that controls the program's session, by a name under which the program finds it. */
  | { readonly kind: 'console'; readonly at: string }
  /** Terminals of its own: a devpts file system, whose `ptmx` makes them. */
  | { readonly kind: 'terminals'; readonly at: string }
  /**
   * A part of an entry above it, mounted on itself: no program can move, remove or replace it, nor, if it is read-only,
   * change it or anything beneath it. The path has no symbolic links; the last step may be one, which is pinned itself.
   */
  | { readonly kind: 'pin'; readonly at: string; readonly readOnly: boolean }
  | ProcEntry
  /** Control groups as programs look for their limits there, read-only and of synthetic files. */
  | { readonly kind: 'cgroup'; readonly at: string; readonly files: readonly CgroupFile[] };

/** The path and content of a file that says how a control group is limited (cgroups(7)). */
export type CgroupFile = readonly [path: string, content: string];

/** A /proc with the processes of the program's own namespace. */
export type ProcEntry =
  /** Nothing else is there, and all of it is read-only. */
  | { readonly kind: 'proc'; readonly at: string; readonly show: 'processes' }
  /**
   * `system`: the facts about the machine that programs need are there, too, as far as they are theirs. `everything`: all that
   * the kernel says of the machine, read-only.
   */
  | {
      readonly kind: 'proc';
      readonly at: string;
      readonly show: 'system' | 'everything';
      /** True if processes can write their own attributes. */
      readonly attributes: boolean;
      readonly share: MachineShare;
      /** Names beneath its `sys` that are there for mounts of further entries; none when left out. */
      readonly places?: readonly PlacedName[];
    };

/** A name in a directory, at which something is mounted. */
export type PlacedName = { readonly name: string; readonly directory: boolean };

/** Devices that reach nothing outside. */
export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'urandom' | 'tty';

/** The part of the network that a program can reach. */
export type WorldNetwork =
  | { readonly kind: 'none' }
  /** A loopback interface of its own. */
  | { readonly kind: 'loopback' }
  | NamedNetwork
  /** The host's network. With lists, only these TCP ports: an empty list refuses all, none refuses nothing. */
  | { readonly kind: 'host'; readonly connect?: readonly number[]; readonly bind?: readonly number[] };

/** TCP sockets that a program is handed: none, connections alone, or such as listen (and connections as well). */
export type HandedSockets = 'none' | 'connections' | 'listeners';

/** Limits that the host's kernel is told before the program starts. */
export type LinuxLimits = {
  /** As setrlimit(2) takes them; soft and hard limit are the same. */
  readonly resources: readonly (readonly [resource: ResourceLimit, value: number])[];
  /** Host descriptors of `cgroup.procs` files, open for writing, of groups that the program joins. */
  readonly cgroups: readonly number[];
  /** Numbers of the processors on which it runs; all that the launcher may use when left out. */
  readonly processors?: readonly number[];
};

/** Resources that setrlimit(2) limits; their numbers are those of x86-64 and aarch64. */
export const resourceLimits = {
  cpuTime: 0,
  fileSize: 1,
  dataSize: 2,
  stackSize: 3,
  processes: 6,
  openFiles: 7,
  lockedMemory: 8,
  addressSpace: 9,
} as const;

/** A name of a resource limit. */
export type ResourceLimit = keyof typeof resourceLimits;
