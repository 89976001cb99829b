import { openSync } from 'node:fs';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { O_CLOEXEC, O_RDONLY } from '../linux/open-flags.ts';
import {
  CLONE_FS,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
} from '../linux/processes.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { NamespaceType } from './config/configuration.ts';

/** The flag of clone(2) for each kind of namespace. */
export const namespaceFlags: Readonly<Record<NamespaceType, number>> = {
  pid: CLONE_NEWPID,
  network: CLONE_NEWNET,
  ipc: CLONE_NEWIPC,
  uts: CLONE_NEWUTS,
  mount: CLONE_NEWNS,
  cgroup: CLONE_NEWCGROUP,
};

/** Opens a namespace of the host by its path. @throws Error of Node */
export function openNamespace(path: string): number {
  return openSync(path, O_RDONLY | O_CLOEXEC);
}

/** Moves this thread into namespaces (setns(2)): of a process by its pidfd, or the one that a descriptor is of. */
function enter(descriptor: number, flags: number, words: string): void {
  check(syscall(callNumberOf('setns'), descriptor, flags), 'setns', words);
}

/**
 * Does something while processes that this thread starts get into a process namespace.
 *
 * @param namespace A descriptor of the namespace, or of a process in it.
 * @throws SystemError
 */
export function startingIn<Result>(namespace: number, start: () => Result): Result {
  const own = openNamespace('/proc/thread-self/ns/pid');
  enter(namespace, CLONE_NEWPID, 'of processes');
  try {
    return start();
  } finally {
    enter(own, CLONE_NEWPID, 'of processes, back');
    syscall(callNumberOf('close'), own);
  }
}

/**
 * Does something in the mount namespace of a process. This thread's paths lead into it meanwhile, and those of all other
 * threads lead where they led.
 *
 * @param pidfd A descriptor of the process.
 * @throws SystemError
 */
export function withinMounts<Result>(pidfd: number, run: () => Result): Result {
  check(syscall(callNumberOf('unshare'), CLONE_FS), 'unshare', 'CLONE_FS');
  const own = openNamespace('/proc/thread-self/ns/mnt');
  const directory = openSync('.', O_RDONLY);
  enter(pidfd, CLONE_NEWNS, 'of mounts');
  try {
    return run();
  } finally {
    enter(own, CLONE_NEWNS, 'of mounts, back');
    check(syscall(callNumberOf('fchdir'), directory), 'fchdir', 'back');
    syscall(callNumberOf('close'), directory);
    syscall(callNumberOf('close'), own);
  }
}

/** Does something in the network namespace of a process, in which sockets are made meanwhile. @throws SystemError */
export function withinNetwork<Result>(pidfd: number, own: number, run: () => Result): Result {
  enter(pidfd, CLONE_NEWNET, 'of networks');
  try {
    return run();
  } finally {
    enter(own, CLONE_NEWNET, 'of networks, back');
  }
}

/** Moves this thread into a copy of its mount namespace, where its mounts are seen by no other process. @throws SystemError */
export function copyMounts(): void {
  check(syscall(callNumberOf('unshare'), CLONE_NEWNS), 'unshare', 'CLONE_NEWNS');
}

/** Takes a descriptor of another process (pidfd_getfd(2)). @throws SystemError */
export function takeDescriptor(pidfd: number, number: number): number {
  return check(syscall(callNumberOf('pidfd_getfd'), pidfd, number, 0), 'pidfd_getfd');
}

/** Writes a text into a file that is there, at once. @throws SystemError */
export function writeOnce(descriptor: number, text: string, words: string): void {
  const bytes = Buffer.from(text);
  check(syscall(callNumberOf('write'), descriptor, addressOf(bytes), bytes.length), 'write', words);
}
