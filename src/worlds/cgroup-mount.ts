import type { CallList } from '../host/processes/call-list.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
} from '../linux/mounts.ts';
import { AT_EMPTY_PATH, AT_FDCWD } from '../linux/open-flags.ts';
import { addTextFiles } from './text-files.ts';
import type { WorldEntry } from './world.ts';

/*
 * Programs that size themselves by their control group look for a mount of cgroup2 and read its files there. The host's
 * own files would not be right: limits may be held by groups of version 1, or by none. So synthetic files lie on top.
 */

/** No set-user-ID programs, no devices, no programs. */
const NO_SPECIAL = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

/** Adds the steps. Precondition: the process is in the cgroup namespace and in the root of the program. */
export function addCgroup(list: CallList, { at, files }: Extract<WorldEntry, { kind: 'cgroup' }>): void {
  const words = `show control groups at ${at}`;
  const opened = list.slot('file system');
  const mount = list.slot('mount');
  const above = list.label();
  const empty = list.text('');
  const path = list.text(at);
  // Programs that look for the mount's type alone find it. Not every host lets a user have it.
  list.call(words, 'fsopen', [list.text('cgroup2'), FSOPEN_CLOEXEC], { result: opened, onError: above });
  list.call(words, 'fsconfig', [opened, FSCONFIG_CMD_CREATE, 0, 0, 0], { onError: above });
  const attributes = NO_SPECIAL | MOUNT_ATTR_RDONLY;
  list.call(words, 'fsmount', [opened, FSMOUNT_CLOEXEC, attributes], { result: mount, onError: above });
  list.call(words, 'move_mount', [mount, empty, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], { onError: above });
  list.place(above);
  list.call(words, 'fsopen', [list.text('tmpfs'), FSOPEN_CLOEXEC], { result: opened });
  const mode = [list.text('mode'), list.text('0755'), 0];
  list.call(words, 'fsconfig', [opened, FSCONFIG_SET_STRING, ...mode]);
  list.call(words, 'fsconfig', [opened, FSCONFIG_CMD_CREATE, 0, 0, 0]);
  list.call(words, 'fsmount', [opened, FSMOUNT_CLOEXEC, NO_SPECIAL], { result: mount });
  addTextFiles(list, words, mount, new Map(files));
  const attribute = Buffer.alloc(32);
  attribute.writeBigUInt64LE(BigInt(MOUNT_ATTR_RDONLY), 0);
  const room = list.data('attribute read-only', [attribute]);
  list.call(words, 'mount_setattr', [mount, empty, AT_EMPTY_PATH, room, attribute.length]);
  list.call(words, 'move_mount', [mount, empty, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH]);
}
