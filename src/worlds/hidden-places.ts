import type { CallList, Slot } from '../host/processes/call-list.ts';
import { MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH, OPEN_TREE_CLONE } from '../linux/mounts.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
} from '../linux/open-flags.ts';
import { CLONE_NEWNET, CLONE_PARENT_SETTID, CLONE_VM } from '../linux/processes.ts';
import { SIGCHLD } from '../linux/signals.ts';
import { AF_INET, SIOCSIFMTU, SOCK_CLOEXEC, SOCK_DGRAM } from '../linux/sockets.ts';
import { IFREQ_SIZE, IFREQ_VALUE } from './loopback.ts';
import { ALL_ATTRIBUTES } from './mount-attributes.ts';
import { addAttributes } from './mount-steps.ts';
import { statRoom } from './objects.ts';
import { NEEDS } from './proc-covers.ts';
import type { HiddenPlace } from './world.ts';

/*
 * The steps that mount, over each hidden place, a file or directory that has ceased to exist: a setting of the kernel whose
 * owner is gone. Every open, stat and look-up through it ends with ENOENT (fs/proc/proc_sysctl.c, `sysctl_head_grab`).
 *
 * The settings are those of the loopback interface of a network namespace that is made for this alone. They go away at once
 * when the interface is given an MTU that is too small for IPv4 (net/ipv4/devinet.c, `inetdev_event`). Before that they are
 * mounted, because what does not exist cannot be.
 */

/** A directory and a file of the settings. */
const DIRECTORY = '/proc/sys/net/ipv4/conf/lo';
const FILE = `${DIRECTORY}/forwarding`;

/** Adds the steps. Precondition: all entries are there, and absolute paths still lead to the host's root. */
export function addHiddenPlaces(list: CallList, root: Slot, places: readonly HiddenPlace[]): void {
  const words = 'hide by mounts';
  const [helper, parent, gone] = [list.label(), list.label(), list.label()];
  const [child, status] = [list.slot('process that hides'), list.slot('its end')];
  // The namespace goes away with a process of its own.
  list.call(words, 'clone', [CLONE_VM | CLONE_PARENT_SETTID | SIGCHLD, 0, child.at, 0, 0], {
    onZero: helper,
    onPositive: parent,
  });
  list.place(helper);
  list.call(words, 'unshare', [CLONE_NEWNET], { needs: 'network namespaces' });
  const mounts = [
    addCovers(
      list,
      root,
      FILE,
      places.filter(({ directory }) => !directory),
    ),
    addCovers(
      list,
      root,
      DIRECTORY,
      places.filter(({ directory }) => directory),
    ),
  ];
  addEnd(list, words);
  for (const mount of mounts) if (mount !== undefined) addProof(list, mount);
  list.call(words, 'exit_group', [0]);
  list.place(parent);
  list.call(words, 'wait4', [child, status.at, 0, 0]);
  const goOn = list.label();
  list.compare(words, status, 0, { onZero: goOn, onError: gone });
  list.place(gone); // it has reported why
  list.call('end', 'exit_group', [1]);
  list.place(goOn);
}

/** Mounts a setting over places; returns the slot of the first mount. */
function addCovers(
  list: CallList,
  root: Slot,
  setting: string,
  places: readonly HiddenPlace[],
): Slot | undefined {
  if (places.length === 0) return undefined;
  const [first, more, target] = [list.slot('first cover'), list.slot('cover'), list.slot('hidden place')];
  const empty = list.text('');
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC | O_NOFOLLOW), 0);
  how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS), 16);
  const room = list.data('how', [how]);
  for (const [index, { path }] of places.entries()) {
    const words = `hide /${Buffer.from(path).toString()}`;
    const mount = index === 0 ? first : more;
    if (index === 0) {
      const flags = OPEN_TREE_CLONE | O_CLOEXEC;
      list.call(words, 'open_tree', [AT_FDCWD, list.text(setting), flags], { result: first, needs: NEEDS });
      addAttributes(list, words, first, ALL_ATTRIBUTES, AT_EMPTY_PATH);
    } else {
      const flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH;
      list.call(words, 'open_tree', [first, empty, flags], { result: more, needs: NEEDS });
    }
    const name = list.data(words, [path, new Uint8Array(1)]);
    list.call(words, 'openat2', [root, name, room, how.length], { result: target });
    const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    list.call(words, 'move_mount', [mount, empty, target, empty, flags], { needs: NEEDS });
    list.call(words, 'close', [target]);
    if (index > 0) list.call(words, 'close', [more]);
  }
  return first;
}

/** Lets the settings cease to exist. */
function addEnd(list: CallList, words: string): void {
  const socket = list.slot('socket of the network');
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write('lo', 0);
  request.writeInt32LE(0, IFREQ_VALUE);
  list.call(words, 'socket', [AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0], { result: socket });
  list.call(words, 'ioctl', [socket, SIOCSIFMTU, list.data('lo without IPv4', [request])]);
}

/** Makes sure that they have: otherwise a program would see them in the hidden places. */
function addProof(list: CallList, mount: Slot): void {
  const words = 'make sure that what is hidden does not exist';
  const goOn = list.label();
  const status = statRoom(list);
  list.call(words, 'newfstatat', [mount, list.text(''), status, AT_EMPTY_PATH], { onError: goOn });
  list.compare(words, 0, 1);
  list.place(goOn);
}
