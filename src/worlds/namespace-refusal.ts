import { type Hindrance, hindranceOf } from '../host/around.ts';
import type { SpawnError } from '../host/processes/spawn.ts';
import { errnoMeaning, LinuxErrno } from '../linux/errno.ts';

/** Answers of hosts to users who may not make namespaces. */
const refusals: ReadonlyMap<number, string> = new Map([
  [LinuxErrno.EPERM, 'this user may not make user namespaces'],
  [LinuxErrno.EACCES, 'this user may not make user namespaces'],
  [LinuxErrno.ENOSPC, 'user.max_user_namespaces allows no more user namespaces'],
  [LinuxErrno.EUSERS, 'user namespaces are nested too deeply'],
  [LinuxErrno.EINVAL, 'this kernel has been built without them'],
  [LinuxErrno.ENOSYS, 'something around this process forbids them'],
]);

/** Tells whether an errno is a host's refusal of namespaces, Landlock or seccomp. */
export function isRefusal(errno: number): boolean {
  return refusals.has(errno);
}

/** Says why namespaces could not be made: the obstacle around this process, or a few words. */
export function spawnHindrance(error: SpawnError): Hindrance | string {
  return hindranceOf('make', error.errno) ?? describeSpawn(error);
}

/** Says why a first process could not be made: one line for people. */
export function describeSpawn({ errno }: SpawnError): string {
  return refusals.get(errno) ?? errnoMeaning(errno);
}
