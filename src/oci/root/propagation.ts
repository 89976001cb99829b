import { openSync } from 'node:fs';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check, SystemError } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { MS_PRIVATE, MS_SHARED, MS_SLAVE } from '../../linux/mounts.ts';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Configuration } from '../config/configuration.ts';
import { changeMount } from './detached-mount.ts';
import { withOpen } from './sealed-root.ts';

/* Propagation of mounts between a container and the host (mount_namespaces(7), "Shared subtrees"). */

/** Directories above a root that are tried as the mount that it lies on. */
const DEEPEST = 4096;

/**
 * Lets mounts of the host arrive in this mount namespace. Those that are made in it get out only where the configuration
 * asks for a shared root.
 *
 * @throws SystemError
 */
export function propagateFromHost({ propagation }: Configuration): void {
  const type = propagation === MS_SHARED ? MS_SHARED : MS_SLAVE;
  withOpen(openSync('/', O_PATH), (host) => changeMount(host, { propagation: type, tree: true }));
}

/**
 * Makes the one mount private on which a directory lies. What is attached there would appear on the host otherwise, and
 * pivot_root(2) takes no root on a shared mount.
 *
 * @throws SystemError
 */
export function isolateMountOf(directory: string): void {
  const flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const parent = Buffer.from('..\0');
  let at = openSync(directory, flags);
  for (let step = 0; step < DEEPEST; step++) {
    const found = withOpen(at, (place) => {
      try {
        changeMount(place, { propagation: MS_PRIVATE });
        return undefined;
      } catch (error) {
        // mount_setattr(2) takes nothing but the root of a mount: it is further up.
        if (!(error instanceof SystemError) || error.errno !== LinuxErrno.EINVAL) throw error;
        return check(syscall(callNumberOf('openat'), place, addressOf(parent), flags, 0), 'openat', '..');
      }
    });
    if (found === undefined) return;
    at = found;
  }
  withOpen(at, () => {});
  throw new SystemError(LinuxErrno.ELOOP, 'mount_setattr', directory);
}
