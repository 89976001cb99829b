import { openSync } from 'node:fs';
import { close } from '../../host/files/files.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import {
  MNT_DETACH,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
} from '../../linux/mounts.ts';
import { O_PATH } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Configuration, ContainerMount } from '../config/configuration.ts';
import { OciError } from '../oci-error.ts';
import { groupDirectory } from './cgroup-view.ts';
import { addConsole, type Console, openConsole } from './console.ts';
import { copyInto } from './copy-up.ts';
import { attachAt, attachMount, changeMount, cloneMount, makeFileSystem } from './detached-mount.ts';
import { addDevices } from './device-files.ts';
import { addMasks, addReadOnly, type KernelMounts } from './masks.ts';
import { isolateMountOf, propagateFromHost } from './propagation.ts';
import { isDirectory, openPlace, withOpen } from './sealed-root.ts';

/* Builds a container's root in its mount namespace, before any of its programs runs. */

/** A mount of a file system of the container's namespaces; its name beneath the place, where there are several. */
export type OwnMount = { readonly name: string; readonly mount: number };

/** File systems whose content depends on the namespaces of the process that makes them. */
export type OwnFileSystems = ReadonlyMap<ContainerMount, readonly OwnMount[]>;

/** Types of file systems that a container may have of its own. */
const allowedTypes: readonly string[] = ['proc', 'sysfs', 'mqueue', 'cgroup', 'cgroup2', 'tmpfs', 'devpts'];

/** Types of which there is one for each namespace: the container's first process makes them. */
export const namespacedTypes: readonly string[] = ['proc', 'sysfs', 'mqueue', 'cgroup', 'cgroup2'];

/** Options that only say what a new file system is anyway. */
const usualParameters: readonly string[] = [
  'newinstance',
  'nsdelegate',
  'memory_recursiveprot',
  'rootcontext',
];

/** The parameters of a mount that its file system takes. */
export function parametersOf({ options }: ContainerMount): ContainerMount['options']['parameters'] {
  return options.parameters.filter(([name]) => !usualParameters.includes(name));
}

/** A root that was built. */
export type BuiltRoot = {
  /** A descriptor of the root. */
  readonly root: number;
  readonly console: Console | undefined;
};

/**
 * Builds the root. This thread is in the new mount namespace, whose root is still the host's.
 *
 * @param own Mounts of the container's own namespaces; all are used and closed.
 * @throws SystemError, OciError
 */
export function buildRoot(configuration: Configuration, own: OwnFileSystems): BuiltRoot {
  propagateFromHost(configuration);
  const root = cloneMount(configuration.root, true);
  if (!isDirectory(root)) throw new OciError(`root.path is no directory: ${configuration.root}`);
  // Devices come from the configuration alone, never from an image.
  const { propagation } = configuration;
  const type = propagation === MS_SLAVE ? MS_SLAVE : MS_PRIVATE;
  changeMount(root, { set: MOUNT_ATTR_NODEV, propagation: type, tree: true });
  // Peers of the host's mounts are cloned while that which the root lies on is a peer, too.
  const peers = new Map(
    configuration.mounts.filter(isPeer).map((mount) => [mount, makeMount(mount, root)] as const),
  );
  isolateMountOf(configuration.root);
  attachAt(root, configuration.root);
  const kernel: KernelMounts = new Map();
  let terminals: number | undefined;
  for (const mount of configuration.mounts) {
    const made = placeOwn(root, mount, own.get(mount)) ?? placeMade(root, mount, peers.get(mount));
    if (mount.type === 'proc' || mount.type === 'sysfs') kernel.set(mount.destination, made);
    else if (mount.destination === '/dev/pts' && mount.type === 'devpts') terminals = made;
    else close(made);
  }
  addDevices(root, configuration.devices);
  let console: Console | undefined;
  if (configuration.process.terminal) {
    console = openConsole(terminals, configuration.process);
    addConsole(root, console);
  }
  withOpen(openPlace(root, normal(configuration.process.workingDirectory), 'directory'), () => {});
  addReadOnly(root, kernel, configuration.readOnlyPaths);
  addMasks(root, kernel, configuration.maskedPaths);
  if (configuration.readOnly) changeMount(root, { set: MOUNT_ATTR_RDONLY });
  for (const mount of kernel.values()) close(mount);
  if (terminals !== undefined) close(terminals);
  return { root, console };
}

/**
 * Makes the root the only one of the mount namespace, for all processes in it.
 *
 * @param propagation That of the root itself from now on; `undefined` to leave it.
 * @throws SystemError
 */
export function enterRoot(root: number, propagation: number | undefined): void {
  const here = Buffer.from('.\0');
  const top = Buffer.from('/\0');
  withOpen(openSync('/', O_PATH), (host) => {
    check(syscall(callNumberOf('fchdir'), root), 'fchdir', 'into the root');
    check(syscall(callNumberOf('pivot_root'), addressOf(here), addressOf(here)), 'pivot_root');
    // Taken off here, and not from the host, whose peers some mounts are.
    changeMount(host, { propagation: MS_SLAVE, tree: true });
  });
  check(syscall(callNumberOf('umount2'), addressOf(here), MNT_DETACH), 'umount2', 'of the host’s root');
  check(syscall(callNumberOf('chdir'), addressOf(top)), 'chdir', '/');
  changeMount(root, { propagation: propagation ?? 0 });
}

/** A path without empty steps; `.` and `..` are for the lookup. */
function normal(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`;
}

function makeMount(mount: ContainerMount, root: number): number {
  const { type, source, options } = mount;
  if (type === 'bind') {
    const made = cloneMount(source, options.bind === 'tree');
    changeMount(made, { set: MOUNT_ATTR_NODEV, tree: true });
    changeMount(made, { ...options.tree, tree: true });
    changeMount(made, options.own);
    return made;
  }
  if (!allowedTypes.includes(type) || namespacedTypes.includes(type))
    throw new OciError(
      `A mount at ${mount.destination} has type '${type}'; this runtime makes ${allowedTypes.join(', ')}`,
    );
  const devices = mount.destination === '/dev' || type === 'devpts' ? 0 : MOUNT_ATTR_NODEV;
  const attributes = options.own.set | options.tree.set | devices;
  // A file system in memory that begins with a copy becomes read-only when it has it.
  const later = options.copyUp ? attributes & MOUNT_ATTR_RDONLY : 0;
  const set = type === 'devpts' ? attributes | MOUNT_ATTR_NOSUID : attributes & ~later;
  const made = makeFileSystem(type, parametersOf(mount), set);
  if (options.copyUp) copyInto(root, mount.destination, made);
  changeMount(made, { set: later });
  return made;
}

/** Tells whether a mount is to give mounts to the host's mount of the same files, or to get them from it. */
function isPeer({ type, options: { propagation } }: ContainerMount): boolean {
  return type === 'bind' && (propagation?.type === MS_SHARED || propagation?.type === MS_SLAVE);
}

function placeMade(root: number, mount: ContainerMount, peer: number | undefined): number {
  const made = peer ?? makeMount(mount, root);
  putMount(root, mount, made);
  return made;
}

/** Attaches the mounts of the first process. */
function placeOwn(
  root: number,
  mount: ContainerMount,
  own: readonly OwnMount[] | undefined,
): number | undefined {
  if (own === undefined) return undefined;
  const [first] = own;
  if (own.length === 1 && first !== undefined && first.name === '') {
    putMount(root, mount, first.mount);
    return first.mount;
  }
  const isReadOnly = (mount.options.own.set & MOUNT_ATTR_RDONLY) !== 0;
  const group = groupDirectory(
    own.map(({ name, mount }) => [name, mount] as const),
    isReadOnly,
  );
  putMount(root, mount, group.mount);
  group.complete();
  return group.mount;
}

function putMount(root: number, mount: ContainerMount, made: number): void {
  const { destination, options, type } = mount;
  // The kernel's own file systems are where they say they are: an image cannot lead them elsewhere.
  const strict = type === 'proc' || type === 'sysfs';
  const kind = isDirectory(made) ? 'directory' : 'file';
  const { propagation } = options;
  if (destination === '/') throw new OciError('A mount at / would hide the root of the container');
  withOpen(openPlace(root, destination, kind, strict), (place) => attachMount(made, place, destination));
  changeMount(made, { propagation: propagation?.type ?? MS_PRIVATE, tree: propagation?.tree ?? true });
}
