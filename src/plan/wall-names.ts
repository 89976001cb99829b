import { type Mechanism, missingMechanisms } from '../walls/mechanisms.ts';
import type { Enforcement } from './plan-types.ts';

/** Names of the mechanisms that enforce limits, for people. */
export const Wall = {
  kernel: 'kernel rights',
  lookup: 'lookups beneath (openat2, sealed table)',
  landlock: 'Landlock',
  /** Landlock holds the ports that bind(2) and connect(2) name; seccomp, the calls that do without them. */
  ports: 'Landlock and seccomp together',
  /** The descriptor is as it was opened; Landlock keeps it from being opened again through /proc. */
  opened: 'access mode of the descriptor and Landlock together',
  /** The same of files that were opened through a mount of their own. */
  openedReadOnly: 'access mode of the descriptor and read-only mount together',
  accessMode: 'access mode of the descriptor',
  /** The filter knows descriptors by number; Landlock keeps the file from being opened again. */
  narrow: 'seccomp by number and Landlock together',
  appendFlag: 'append mode of the descriptor',
  seals: 'seals of the memory',
  seccomp: 'seccomp',
  mounts: 'mount namespace',
  readOnly: 'read-only mount',
  noExecute: 'noexec mount',
  /** Devices beneath a mount are no devices there. */
  noDevices: 'nodev mount',
  /** Owner, group and mode, as they are on the host. */
  permissions: 'permissions of the file',
  overlay: 'overlay',
  /** It holds the key, and nothing but the directory. */
  encryption: 'process that encrypts',
  pin: 'a mount of its own',
  processes: 'process namespace',
  ipc: 'IPC namespace',
  network: 'network namespace',
  /** It decides about each connection, outside the program's world. */
  broker: 'broker of the launcher',
  /** It carries the connections, and can open none itself. */
  pump: 'process that carries its connections',
  /** It answers calls of the program, from inside its world. */
  supervisor: 'supervisor',
  /** Mounts hold what is there when the program starts. */
  covers:
    'mounts over what is there at the start; supervisor for listings and for names that the program makes',
  requests: 'process that holds its requests',
  /** It answers on channels, holds what it needs for that, and is confined itself. */
  services: 'process of services',
  /** It holds the other end of a socket, and does by itself what it is asked for. */
  launcher: 'launcher',
  privileges: 'no_new_privs',
  capabilities: 'all capabilities dropped',
  session: 'a session of its own',
  module: "the module's maximum",
  count: 'kernel, which counts them',
  dataLimit: 'RLIMIT_DATA',
  addressLimit: 'RLIMIT_AS',
  timer: 'timer and SIGKILL of the launcher',
} as const;

/** The walls that a host may lack. */
const lacking: ReadonlyMap<string, readonly Mechanism[]> = new Map([
  [Wall.landlock, ['landlock']],
  [Wall.opened, ['landlock']],
  [Wall.narrow, ['landlock', 'seccomp']],
  [Wall.ports, ['landlock', 'seccomp']],
  [Wall.seccomp, ['seccomp']],
]);

/**
 * Takes out mechanisms that this host lacks: a limit that nothing else enforces is none.
 *
 * @param missing Mechanisms that this host lacks, which only starts where that is accepted.
 */
export function heldHere<Limit extends Enforcement>(
  limits: readonly Limit[],
  missing: readonly Mechanism[] = missingHere(),
): readonly Limit[] {
  return limits.flatMap((limit) => {
    const by = limit.by.filter(
      (name) => !lacking.get(name)?.some((mechanism) => missing.includes(mechanism)),
    );
    return by.length === 0 ? [] : [{ ...limit, by }];
  });
}

let known: readonly Mechanism[] | undefined;

function missingHere(): readonly Mechanism[] {
  known ??= missingMechanisms();
  return known;
}
