import type { CallList, Slot } from '../host/processes/call-list.ts';
import {
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  OPEN_TREE_CLONE,
} from '../linux/mounts.ts';
import {
  AT_EMPTY_PATH,
  AT_REMOVEDIR,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_PATH,
  O_WRONLY,
  RESOLVE_IN_ROOT,
} from '../linux/open-flags.ts';
import { MountAttribute } from './mount-attributes.ts';
import { addAttributes, addFileSystem } from './mount-steps.ts';
import { NEEDS } from './proc-covers.ts';
import type { ApprovedCopy } from './world.ts';

/*
 * The steps that put copies of approved files over these files. The copies lie in memory of the program's own that is
 * mounted nowhere else afterwards; each is bound read-only, and is the only thing in the world that can be executed.
 */

/** The directory of the copies until all are bound, in the root that is being made. */
const ROOM = '.approved';

/** Bytes of a page, of which a file in memory takes whole ones. */
const PAGE = 4096;

/**
 * Adds the steps. Precondition: all entries are there, and the working directory is the root.
 *
 * @param root The root, in which a directory can still be made.
 */
export function addApprovedCopies(list: CallList, root: Slot, copies: readonly ApprovedCopy[]): void {
  const words = 'copy approved files';
  const [mount, file, target] = [list.slot('copies'), list.slot('copy'), list.slot('approved file')];
  const bytes = copies.reduce((sum, { size }) => sum + Math.ceil(size / PAGE) * PAGE + PAGE, PAGE * 16);
  addFileSystem(list, words, {
    type: 'tmpfs',
    options: [
      ['mode', '0755'],
      ['size', String(bytes)],
    ],
    attributes: MountAttribute.noSetId | MountAttribute.noDevices,
    into: mount,
    scratch: target,
  });
  const empty = list.text('');
  const room = list.text(ROOM);
  list.call(words, 'mkdirat', [root, room, 0o700]);
  list.call(words, 'move_mount', [mount, empty, root, room, MOVE_MOUNT_F_EMPTY_PATH], { needs: NEEDS });
  for (const [index, copy] of copies.entries()) {
    const about = `approve ${copy.at}`;
    const name = list.text(String(index));
    addContent(list, about, { mount, file, name }, copy);
    list.call(about, 'open_tree', [mount, name, OPEN_TREE_CLONE | O_CLOEXEC], { result: file, needs: NEEDS });
    const attributes = MountAttribute.readOnly | MountAttribute.noSetId | MountAttribute.noDevices;
    addAttributes(list, about, file, attributes, AT_EMPTY_PATH);
    const how = Buffer.alloc(24);
    how.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC), 0);
    how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT), 16);
    const path = list.text(copy.at.slice(1));
    list.call(about, 'openat2', [root, path, list.data('how', [how]), how.length], { result: target });
    const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    list.call(about, 'move_mount', [file, empty, target, empty, flags], { needs: NEEDS });
    list.call(about, 'close', [target]);
    list.call(about, 'close', [file]);
  }
  list.call(words, 'umount2', [room, MNT_DETACH], { needs: NEEDS });
  list.call(words, 'unlinkat', [root, room, AT_REMOVEDIR]);
  list.call(words, 'close', [mount]);
}

type CopyPlace = { readonly mount: Slot; readonly file: Slot; readonly name: ReturnType<CallList['text']> };

function addContent(
  list: CallList,
  words: string,
  { mount, file, name }: CopyPlace,
  { descriptor, size }: ApprovedCopy,
): void {
  const flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC;
  list.call(words, 'openat', [mount, name, flags, 0o555], { result: file });
  if (size > 0) {
    const count = list.slot('bytes copied');
    const start = list.data('start', [new Uint8Array(8)]);
    list.call(words, 'sendfile', [file, descriptor, start, size], { result: count });
    list.compare(words, count, size);
  }
  // Written files are not executed while they are open for writing (ETXTBSY).
  list.call(words, 'close', [file]);
}
