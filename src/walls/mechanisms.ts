import { lookupTable } from '../host/files/lookup.ts';
import { syscall } from '../host/syscall.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { SECCOMP_GET_ACTION_AVAIL } from '../linux/seccomp.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { landlockVersion, OLDEST_LANDLOCK } from './landlock.ts';

/** A mechanism of the host that the second wall is made of. */
export type Mechanism = 'seccomp' | 'landlock' | 'mseal' | 'namespaces';

/** The mechanisms: the purpose of each, what needs it, and the gain of a compromised process without it. */
export const mechanisms: Readonly<
  Record<Mechanism, { readonly enforces: string; readonly since: string; readonly without: string }>
> = {
  seccomp: {
    enforces: 'no new sockets, connections, processes, signals to others, mounts or other rarely used calls',
    since: 'Linux 3.17',
    without: 'the program could use the whole system-call interface of its user',
  },
  landlock: {
    enforces: 'no file outside the granted directories, no right beyond the granted ones inside them',
    since: 'Linux 6.2',
    without: 'the program could create, change and remove files wherever its user may',
  },
  mseal: {
    enforces:
      'lookups only beneath granted directories, so that not even names and attributes outside can be seen',
    since: 'Linux 6.10',
    without: 'the program could see names and attributes (not contents) of files outside its directories',
  },
  namespaces: {
    enforces:
      'programs for Linux and in TypeScript see nothing but their grants: no other files, processes, networks',
    since: 'Linux 5.12, where users may make user namespaces',
    without:
      'a program for Linux could see names and attributes (not contents) of all files and processes, and only Landlock and seccomp would hold it or one in TypeScript',
  },
};

/** Tells which mechanisms this host lacks, without changing anything. */
export function missingMechanisms(): Mechanism[] {
  const missing: Mechanism[] = [];
  const probe = syscall(callNumberOf('seccomp'), SECCOMP_GET_ACTION_AVAIL, 0, 0);
  if (probe === -LinuxErrno.ENOSYS || probe === -LinuxErrno.EINVAL) missing.push('seccomp');
  if (landlockVersion() < OLDEST_LANDLOCK) missing.push('landlock');
  // No range: answers 0 where the call exists (mseal(2)).
  if (syscall(callNumberOf('mseal'), lookupTable.start, 0, 0) < 0) missing.push('mseal');
  return missing;
}
