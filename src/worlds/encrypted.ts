import type { CallList, Slot } from '../host/processes/call-list.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
} from '../linux/mounts.ts';
import { AT_FDCWD, O_CLOEXEC, O_RDWR } from '../linux/open-flags.ts';
import { CMSG_HEADER_SIZE, MSG_NOSIGNAL, SCM_RIGHTS, SOL_SOCKET } from '../linux/sockets.ts';
import type { ProgramUser } from './other-user.ts';

/*
 * Steps that mount a file system which a process of the launcher serves (fuse(4), mount.fuse(8)). The kernel takes a descriptor of
 * /dev/fuse only from the user namespace that has opened it, so that the new process opens it, and sends it to the server.
 */

/** The mechanism of the host, for messages. */
export const FUSE = 'fuse';

/** The device by which a file system is served. */
export const FUSE_DEVICE = '/dev/fuse';

/** Places and attributes of the mount of a file system that is served. */
export type ServedMount = {
  readonly attributes: number;
  /** The slot of the mount, and one that is free meanwhile. */
  readonly into: Slot;
  readonly scratch: Slot;
  /** A number for the device while it is mounted. */
  readonly number: number;
  /** The number of a socket to the server. */
  readonly out: number;
  /** The user that uses it, and owns its files. */
  readonly user: ProgramUser;
  /** True if that is another user than the one of the mount. */
  readonly others: boolean;
};

/**
 * Adds the steps, after which the mount is nowhere.
 *
 * Precondition: /dev of the host is there.
 */
export function addServedMount(list: CallList, words: string, mount: ServedMount): void {
  const { into, scratch, number, out, user, others, attributes } = mount;
  const needs = { needs: FUSE };
  const open = [AT_FDCWD, list.text(FUSE_DEVICE), O_RDWR | O_CLOEXEC, 0];
  list.call(words, 'openat', open, { ...needs, result: scratch });
  // Its number must be known now, for the text by which the mount finds it.
  list.call(words, 'dup3', [scratch, number, O_CLOEXEC]);
  list.call(words, 'close', [scratch]);
  list.call(words, 'fsopen', [list.text('fuse'), FSOPEN_CLOEXEC], { ...needs, result: scratch });
  const set = (key: string, value: string): void => {
    const args = [scratch, FSCONFIG_SET_STRING, list.text(key), list.text(value), 0];
    list.call(words, 'fsconfig', args, needs);
  };
  set('source', 'encrypted');
  set('fd', String(number));
  set('rootmode', '40000');
  set('user_id', String(user.uid));
  set('group_id', String(user.gid));
  for (const flag of ['default_permissions', ...(others ? ['allow_other'] : [])])
    list.call(words, 'fsconfig', [scratch, FSCONFIG_SET_FLAG, list.text(flag), 0, 0], needs);
  list.call(words, 'fsconfig', [scratch, FSCONFIG_CMD_CREATE, 0, 0, 0], needs);
  list.call(words, 'fsmount', [scratch, FSMOUNT_CLOEXEC, attributes], { ...needs, result: into });
  list.call(words, 'close', [scratch]);
  addSending(list, words, number, out);
  list.call(words, 'close_range', [number, number, 0]);
}

/** Sends a descriptor as `takeOver` waits for it (src/host/sockets/handover.ts). */
function addSending(list: CallList, words: string, number: number, out: number): void {
  const control = Buffer.alloc(CMSG_HEADER_SIZE + 8);
  control.writeBigUInt64LE(BigInt(CMSG_HEADER_SIZE + 4), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  control.writeInt32LE(number, CMSG_HEADER_SIZE);
  const room = list.data('descriptor of the device', [control]);
  const count = Buffer.alloc(8);
  count.writeUInt32LE(1);
  const vector = list.data('vector', [list.data('one descriptor', [count]), word(4)]);
  const parts = [word(0), word(0), vector, word(1), room, word(CMSG_HEADER_SIZE + 4), word(0)];
  list.call(words, 'sendmsg', [out, list.data('message', parts), MSG_NOSIGNAL]);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
