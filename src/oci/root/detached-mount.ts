import { close } from '../../host/files/files.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  OPEN_TREE_CLONE,
} from '../../linux/mounts.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_RECURSIVE, O_CLOEXEC } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';

/* Mounts that are nowhere yet: descriptors of them are finished first and attached then, so that nothing is ever seen half made. */

const EMPTY = Buffer.from('\0');

/** Parameters of a file system; one without a value is a flag. */
export type Parameters = readonly (readonly [name: string, value: string | undefined])[];

/**
 * Makes a file system (fsopen(2)).
 *
 * @param attributes MOUNT_ATTR_ bits.
 * @throws SystemError
 */
export function makeFileSystem(type: string, parameters: Parameters, attributes: number): number {
  const name = Buffer.from(`${type}\0`);
  const context = check(syscall(callNumberOf('fsopen'), addressOf(name), FSOPEN_CLOEXEC), 'fsopen', type);
  try {
    const configure = callNumberOf('fsconfig');
    for (const [key, value] of parameters) {
      const about = Buffer.from(`${key}\0`);
      const text = Buffer.from(`${value ?? ''}\0`);
      const command = value === undefined ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
      const address = value === undefined ? 0 : addressOf(text);
      const subject = `option '${key}' of ${type}`;
      check(syscall(configure, context, command, addressOf(about), address, 0), 'fsconfig', subject);
    }
    check(syscall(configure, context, FSCONFIG_CMD_CREATE, 0, 0, 0), 'fsconfig', type);
    return check(syscall(callNumberOf('fsmount'), context, FSMOUNT_CLOEXEC, attributes), 'fsmount', type);
  } finally {
    close(context);
  }
}

/**
 * Clones a part of this mount namespace (open_tree(2)).
 *
 * @param from A descriptor, or a path of the host.
 * @param tree True to take what is mounted beneath it as well.
 * @throws SystemError
 */
export function cloneMount(from: number | string, tree: boolean): number {
  const flags = OPEN_TREE_CLONE | O_CLOEXEC | (tree ? AT_RECURSIVE : 0);
  const path = typeof from === 'string' ? Buffer.from(`${from}\0`) : EMPTY;
  const [at, more] = typeof from === 'string' ? [AT_FDCWD, 0] : [from, AT_EMPTY_PATH];
  const result = syscall(callNumberOf('open_tree'), at, addressOf(path), flags | more);
  return check(result, 'open_tree', typeof from === 'string' ? from : `of descriptor ${from}`);
}

/** A change of a mount (mount_setattr(2)). */
export type MountChange = {
  readonly set?: number;
  readonly clear?: number;
  /** MS_PRIVATE and others. */
  readonly propagation?: number;
  /** True for all mounts beneath it as well. */
  readonly tree?: boolean;
};

/** Changes a mount. @throws SystemError */
export function changeMount(mount: number, { set = 0, clear = 0, propagation = 0, tree }: MountChange): void {
  if (set === 0 && clear === 0 && propagation === 0) return;
  const attribute = Buffer.alloc(32);
  attribute.writeBigUInt64LE(BigInt(set), 0);
  attribute.writeBigUInt64LE(BigInt(clear), 8);
  attribute.writeBigUInt64LE(BigInt(propagation), 16);
  const flags = AT_EMPTY_PATH | (tree ? AT_RECURSIVE : 0);
  const call = callNumberOf('mount_setattr');
  const result = syscall(call, mount, addressOf(EMPTY), flags, addressOf(attribute), attribute.length);
  check(result, 'mount_setattr');
}

/** Attaches a mount on an open file or directory. @throws SystemError */
export function attachMount(mount: number, on: number, words: string): void {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  const empty = addressOf(EMPTY);
  check(syscall(callNumberOf('move_mount'), mount, empty, on, empty, flags), 'move_mount', `at ${words}`);
}

/** Attaches a mount at a path of the host. @throws SystemError */
export function attachAt(mount: number, path: string): void {
  const at = Buffer.from(`${path}\0`);
  const call = callNumberOf('move_mount');
  const result = syscall(call, mount, addressOf(EMPTY), AT_FDCWD, addressOf(at), MOVE_MOUNT_F_EMPTY_PATH);
  check(result, 'move_mount', `at ${path}`);
}
