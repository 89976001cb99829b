import { readFileSync, readlinkSync } from 'node:fs';
import { LinuxErrno } from '../linux/errno.ts';
import { CAP_SETFCAP } from '../linux/prctl.ts';

/* Surroundings of this process, a container, a sandbox or a setting, that keep it from building walls for others. */

/** The reason for which something cannot be done here, and its remedy. */
export type Hindrance = {
  /** A sentence without a capital letter. */
  readonly cause: string;
  /** The remedy. */
  readonly remedy: string;
};

/** This host, or what is around this process, lacks something without which no program is started. */
export class HindranceError extends Error {
  override readonly name = 'HindranceError';
  readonly code = 'missing_mechanism';

  /** @param what Begins the message: the task that failed. */
  constructor(what: string, { cause, remedy }: Hindrance) {
    super(`${what}: ${cause}; ${remedy}`);
  }
}

/**
 * Makes sure that /proc is there and is that of this process namespace: descriptors and threads are found by it.
 *
 * @throws HindranceError
 */
export function requireProc(): void {
  let self: string | undefined;
  try {
    self = readlinkSync('/proc/self');
  } catch {
    self = undefined;
  }
  if (self === String(process.pid)) return;
  const cause =
    self === undefined
      ? 'no /proc is mounted here'
      : 'the /proc that is mounted here is that of another process namespace';
  throw new HindranceError('Cannot start programs', {
    cause,
    remedy: "mount one ('mount -t proc proc /proc'; in a program of 'cloudabi exec', give that '--proc')",
  });
}

/** The subject of a step that the host has refused. */
export type RefusedStep = 'make' | 'map' | 'mount' | 'proc';

/**
 * Finds out why the host refuses a step on the way to a world of its own.
 *
 * @param errno The error number of the step.
 * @returns `undefined` when nothing that is known explains it.
 */
export function hindranceOf(step: RefusedStep, errno: number): Hindrance | undefined {
  const { EPERM, EACCES, EROFS, ENOSPC, ENOSYS } = LinuxErrno;
  const refused = errno === EPERM || errno === EACCES;
  if (step === 'proc') return refused ? hiddenProc : undefined;
  if (errno === ENOSPC && setting('user/max_user_namespaces') === '0')
    return bySetting('user.max_user_namespaces', '0', 'a larger number');
  if (step === 'map' && errno === EROFS) return readOnlyProc;
  if (step === 'map' && refused && process.getuid?.() === 0 && !hasCapability(CAP_SETFCAP))
    return rootCannotMap;
  if (!refused && errno !== ENOSYS) return undefined;
  if (setting('kernel/unprivileged_userns_clone') === '0')
    return bySetting('kernel.unprivileged_userns_clone', '0', '1');
  if (step !== 'make' && setting('kernel/apparmor_restrict_unprivileged_userns') === '1')
    return bySetting('kernel.apparmor_restrict_unprivileged_userns', '1', '0');
  if (statusField('Seccomp') === '2') return step === 'make' ? filtered : mountless;
  return undefined;
}

/** Explains why this process cannot look up names beneath directories (openat2(2)). Precondition: it cannot. */
export function lookupHindrance(): Hindrance {
  return statusField('Seccomp') === '2'
    ? {
        cause: 'a filter of system calls around this process, as sandboxes have, withholds openat2',
        remedy:
          "have it allow that (around it, 'cloudabi exec --allow-calls set_id_files'), or grant files, not directories",
      }
    : { cause: 'this kernel has no openat2', remedy: 'Linux has it since 5.6' };
}

const NO_WALL = "or do without them: '--walls landlock'";

const hiddenProc: Hindrance = {
  cause:
    'parts of the /proc around this process are hidden, as in containers and sandboxes, so that Linux gives out no other',
  remedy:
    "leave it out ('--no-proc', proc: false), or have it shown: Docker '--security-opt systempaths=unconfined', Podman '--security-opt unmask=ALL', Kubernetes 'procMount: Unmasked'",
};

const readOnlyProc: Hindrance = {
  cause: '/proc is read-only here, as in other sandboxes, so that no user can be mapped',
  remedy: `have it writable (around it, 'cloudabi exec --proc system'), ${NO_WALL}`,
};

const rootCannotMap: Hindrance = {
  cause:
    'root without all its capabilities, as in containers and sandboxes, cannot map itself (user_namespaces(7))',
  remedy: `start it as an ordinary user, ${NO_WALL}`,
};

const ALLOW =
  "Docker and Podman '--security-opt seccomp=unconfined', around it 'cloudabi exec --allow-calls namespaces'";

const filtered: Hindrance = {
  cause:
    'a filter of system calls around this process, as containers and sandboxes have, keeps it from making namespaces',
  remedy: `have it allow them (${ALLOW}), ${NO_WALL}`,
};

const mountless: Hindrance = {
  cause: 'a sandbox or container around this process lets it mount nothing',
  remedy: `have it allow that (${ALLOW}), ${NO_WALL}`,
};

function bySetting(name: string, value: string, wanted: string): Hindrance {
  return {
    cause: `the administrator keeps users from it (${name} is ${value})`,
    remedy: `set that to ${wanted}, ${NO_WALL}`,
  };
}

function setting(path: string): string | undefined {
  return textOf(`/proc/sys/${path}`)?.trim();
}

/** A field of this process in proc_pid_status(5). */
function statusField(name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(textOf('/proc/self/status') ?? '')?.[1];
}

function hasCapability(number: number): boolean {
  return ((BigInt(`0x${statusField('CapEff') ?? '0'}`) >> BigInt(number)) & 1n) === 1n;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
