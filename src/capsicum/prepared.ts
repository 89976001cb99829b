import type { LookupAddress } from 'node:dns';
import type { CpuInfo, NetworkInterfaceInfo, UserInfo } from 'node:os';

/** What `prepare` has read, for the functions that take the place of Node's own (guards.ts). */
export type System = {
  /** These fail as Node's own did: not every user is in the list of users, nor every network looked at. */
  readonly user: () => UserInfo<string>;
  readonly home: () => string;
  readonly networkInterfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  readonly processors: readonly CpuInfo[];
  /** Open descriptors of /proc/meminfo and /proc/stat, which are read anew each time. */
  readonly memory: number;
  readonly times: number;
};

/** Everything that has been prepared so far. */
export const prepared: {
  system: System | undefined;
  /** Certificates by the name of the list. */
  readonly certificates: Map<string, string[]>;
  readonly names: Map<string, readonly LookupAddress[]>;
  locales: boolean;
} = { system: undefined, certificates: new Map(), names: new Map(), locales: false };
