import type { RegularFile } from '../../host/files/regular-file.ts';
import type { PlacedCallRule } from '../../policy/call-rule.ts';
import type { RulesState } from '../../policy/live.ts';
import type { Rule } from '../../policy/rule.ts';
import type { AgentGrant } from '../../resources/agent-grant.ts';
import type { CrashGuard } from '../../resources/crash-guard.ts';
import type { EncryptGrant, OverlayGrant } from '../../resources/file-check.ts';
import type { Base } from '../../resources/linux-parts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import type { Position } from '../../resources/position.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import type { CgroupLimits } from '../../worlds/cgroup-host.ts';
import type { NarrowDescriptor } from '../../worlds/narrow-filter.ts';
import type { PromiseName } from '../../worlds/promises.ts';
import type { ResourceLimit, Walls, WorldEntry } from '../../worlds/world.ts';
import type { PlannedExecutables } from './executables/approved-file.ts';
import type { Identity } from './identity.ts';
/** The type that a mount must still have when it is opened. */
export type MountType = 'directory' | 'file' | 'device' | 'socket';

/** The reason why something is in a program's world. */
export type Reason = {
  /** `base`, `program`, `library`, `pin`, or the place in the document: `directories["/src"]`. */
  readonly why: string;
  readonly position: Position | undefined;
};

/** The reason of what every program of a base has. */
export const BASE: Reason = { why: 'base', position: undefined };

/** A directory, file or device of the host, as the program sees it. */
export type PlannedMount = {
  readonly kind: 'mount';
  readonly at: string;
  /** Absolute path on the host. */
  readonly path: string;
  readonly type: MountType;
  readonly access: 'read' | 'write';
  readonly execute: boolean;
  /**
   * The identity of a file that the user did not name, as it was judged, and must still be; `undefined` for the others.
   */
  readonly file: RegularFile | undefined;
  /** It is not there yet and is made when it is opened, a directory empty. */
  readonly create?: true;
  /** Changes are kept aside. */
  readonly overlay?: OverlayGrant;
  /** Its files are encrypted on the host. */
  readonly encrypt?: EncryptGrant;
};

/** A part of a mount that is mounted on itself, and why (`WorldEntry`). */
export type PlannedPin = Extract<WorldEntry, { kind: 'pin' }> & {
  /** The reason for which it is read-only, for people; `undefined` for the way to something else. */
  readonly withheld: string | undefined;
};

/** One thing in a program's root; a `WorldEntry` whose objects are not open yet. */
export type PlannedEntry = Reason &
  (
    | Exclude<WorldEntry, { kind: 'mount' | 'overlay' | 'encrypted' | 'pin' | 'cover' }>
    | PlannedMount
    | PlannedPin
  );

/** A grant that may be left out, for which there was nothing on the host. */
export type LeftOut = Reason & {
  /** The path as it was written. */
  readonly path: string;
};

/** A rule about files as the supervisor holds it: its patterns are absolute, in the program's world. */
export type PlannedRule = Rule & { readonly position: Position | undefined };

/** A rule about calls, which a filter holds. */
export type PlannedCallRule = PlacedCallRule & { readonly position: Position | undefined };

/** The parts of a plan that only Linux programs have. */
export type PlannedLinux = {
  /** The walls that will hold it. */
  readonly walls: Walls;
  readonly base: Base;
  /** The image that the host's kernel loads, absolute: the program itself, or the interpreter of a script. */
  readonly image: string;
  /** The same as it was read. */
  readonly imageFile: RegularFile;
  /** Parents before children. */
  readonly entries: readonly PlannedEntry[];
  readonly leftOut: readonly LeftOut[];
  /** The user that it becomes; `undefined` for that of the launcher. */
  readonly user: Identity | undefined;
  /** The user and group that it finds in the place of the launcher's; `undefined` for these themselves. */
  readonly shownUser: Identity | undefined;
  readonly workingDirectory: string;
  readonly network: NetworkGrant;
  /** The keys that its ssh-agent signs with; `undefined` without an agent. */
  readonly sshAgent: AgentGrant | undefined;
  /** The services that it asks by the sockets and files of its C library. */
  readonly services: readonly ServiceResource[];
  readonly calls: readonly CallGroup[];
  /** Descriptors that may be used for less than they are open for. */
  readonly narrow: readonly NarrowDescriptor[];
  /** The promises that it keeps; `undefined` where it made none. */
  readonly promises: readonly PromiseName[] | undefined;
  /** The files that it can start; all that its entries allow when `undefined`. */
  readonly executables: PlannedExecutables | undefined;
  /** Rules that are decided while it runs, from top to bottom; without any, there is no supervisor. */
  readonly rules: readonly PlannedRule[];
  /** Rules about calls that name no path. */
  readonly callRules: readonly PlannedCallRule[];
  /** The changes that these rules take while it runs; with others than none, there is a supervisor in any case. */
  readonly rulesState: RulesState;
  /** Keeps executables that crash from starting; `undefined` where nothing does. */
  readonly crashGuard: CrashGuard | undefined;
  /** True if it gets a terminal of its own. */
  readonly terminal: boolean;
  /** The number of its descriptors from 3 that LISTEN_FDS announces. */
  readonly listenFds: number | undefined;
  /** Limits held by setrlimit(2). */
  readonly resources: readonly (readonly [ResourceLimit, number])[];
  /** The processors' worth of time that it may use; `undefined` for no limit. */
  readonly cpus: number | undefined;
  /** Limits held by control groups; `undefined` for none. */
  readonly cgroups: CgroupLimits | undefined;
};
