import type { CallList, Label, Pointer, Slot } from '../host/processes/call-list.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MS_PRIVATE,
  OPEN_TREE_CLONE,
} from '../linux/mounts.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
} from '../linux/open-flags.ts';
import { compareObject, type HostObject } from './objects.ts';
import { NEEDS } from './proc-covers.ts';

/* Steps that make mounts which are nowhere yet; each is in a slot afterwards (mount_setattr(2), fsopen(2)). */

/** A mechanism that containers often lack: the host gives out no `/proc` where parts of the one there are hidden. */
export const PROC = 'a /proc of its own';

/** A file system to be made. */
export type NewFileSystem = {
  readonly type: 'tmpfs' | 'devpts' | 'proc';
  /** Its options, by name. */
  readonly options: readonly (readonly [key: string, value: string])[];
  /** Attributes of its mount. */
  readonly attributes: number;
  /** The slot of the mount, and one that is free meanwhile. */
  readonly into: Slot;
  readonly scratch: Slot;
};

/**
 * Makes a file system.
 *
 * @param outcome The outcome of a host that makes none: a failed launch unless said otherwise.
 */
export function addFileSystem(
  list: CallList,
  words: string,
  { type, options, attributes, into, scratch }: NewFileSystem,
  outcome: { readonly needs: string } | { readonly onError: Label } = {
    needs: type === 'proc' ? PROC : NEEDS,
  },
): void {
  list.call(words, 'fsopen', [list.text(type), FSOPEN_CLOEXEC], { ...outcome, result: scratch });
  for (const [key, value] of options) {
    const args = [scratch, FSCONFIG_SET_STRING, list.text(key), list.text(value), 0];
    list.call(words, 'fsconfig', args, outcome);
  }
  list.call(words, 'fsconfig', [scratch, FSCONFIG_CMD_CREATE, 0, 0, 0], outcome);
  list.call(words, 'fsmount', [scratch, FSMOUNT_CLOEXEC, attributes], { ...outcome, result: into });
  list.call(words, 'close', [scratch]);
}

/**
 * Clones the tree at the path of an object, mounts beneath it included; fails with ESTALE if that is another object now.
 *
 * @param room For `compareObject`.
 */
export function addClone(
  list: CallList,
  words: string,
  object: HostObject,
  { attributes, into, room }: { readonly attributes: number; readonly into: Slot; readonly room: Pointer },
): void {
  const flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW;
  list.call(words, 'open_tree', [AT_FDCWD, list.text(object.path), flags], { result: into, needs: NEEDS });
  compareObject(list, words, into, object, room);
  addAttributes(list, words, into, attributes, AT_EMPTY_PATH | AT_RECURSIVE);
}

/** Gives a mount attributes, and keeps what is mounted there from being seen elsewhere. */
export function addAttributes(
  list: CallList,
  words: string,
  mount: Slot,
  attributes: number,
  flags: number,
): void {
  const attribute = Buffer.alloc(32);
  attribute.writeBigUInt64LE(BigInt(attributes), 0);
  attribute.writeBigUInt64LE(BigInt(MS_PRIVATE), 16);
  const room = list.data(`attributes ${attributes}`, [attribute]);
  const args = [mount, list.text(''), flags, room, attribute.length];
  list.call(words, 'mount_setattr', args, { needs: NEEDS });
}
