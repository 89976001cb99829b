import { type Mechanism, missingMechanisms } from '../walls/mechanisms.ts';
import type { Enforcement } from './plan-types.ts';

/** Names of what enforces limits, for people. */
export const Wall = {
  kernel: 'kernel rights',
  lookup: 'lookups beneath (openat2, sealed table)',
  landlock: 'Landlock',
  accessMode: 'access mode of the descriptor',
  appendFlag: 'append mode of the descriptor',
  seals: 'seals of the memory',
  seccomp: 'seccomp',
  mounts: 'mount namespace',
  readOnly: 'read-only mount',
  noExecute: 'noexec mount',
  pin: 'a mount of its own',
  processes: 'process namespace',
  ipc: 'IPC namespace',
  network: 'network namespace',
  privileges: 'no_new_privs',
  capabilities: 'all capabilities dropped',
  session: 'a session of its own',
  module: "the module's maximum",
  count: 'kernel, which counts them',
  dataLimit: 'RLIMIT_DATA',
  timer: 'timer and SIGKILL of the launcher',
} as const;

/** What a host may lack of these. */
const lacking: ReadonlyMap<string, Mechanism> = new Map([
  [Wall.landlock, 'landlock'],
  [Wall.seccomp, 'seccomp'],
]);

/**
 * Takes out what this host lacks: a limit that nothing else enforces is none.
 *
 * @param missing Mechanisms that this host lacks, which only starts where that is accepted.
 */
export function heldHere(
  limits: readonly Enforcement[],
  missing: readonly Mechanism[] = missingHere(),
): readonly Enforcement[] {
  return limits.flatMap(({ limit, by }) => {
    const left = by.filter((name) => {
      const mechanism = lacking.get(name);
      return mechanism === undefined || !missing.includes(mechanism);
    });
    return left.length === 0 ? [] : [{ limit, by: left }];
  });
}

let known: readonly Mechanism[] | undefined;

function missingHere(): readonly Mechanism[] {
  known ??= missingMechanisms();
  return known;
}
