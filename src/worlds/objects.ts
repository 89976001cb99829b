import { stat } from '../host/files/files.ts';
import { addressOf } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import type { CallList, Outcome, Pointer, Slot } from '../host/processes/call-list.ts';
import { syscall } from '../host/syscall.ts';
import { check, SystemError } from '../host/system-error.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { PATH_MAX } from '../linux/limits.ts';
import { AT_EMPTY_PATH, AT_FDCWD } from '../linux/open-flags.ts';
import { S_IFDIR, S_IFMT, STATX_INO, Stat, Statx } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** A file or directory of the host as a new mount namespace finds it again. */
export type HostObject = {
  readonly descriptor: number;
  /** Its path now. */
  readonly path: Uint8Array;
  readonly device: bigint;
  readonly inode: bigint;
  readonly directory: boolean;
};

/** A file or device that is opened again through a read-only mount of it, with an access mode of open(2). */
export type SealedFile = { readonly object: HostObject; readonly mode: number };

/** Room of this thread for one `struct stat` and one path. */
let room: NativeMemory | undefined;

const PATH_AT = 256;

/**
 * Finds the object of a descriptor. A descriptor from another mount namespace cannot be mounted, so the new process
 * reopens the path and compares device and inode: another object at that path is refused.
 *
 * A launch does this for every entry, so it is done without the objects that Node would make.
 *
 * @throws SystemError when it is not open, or its path is longer than any that could be opened.
 */
export function hostObject(descriptor: number): HostObject {
  room ??= new NativeMemory(PATH_AT + PATH_MAX);
  check(stat(descriptor, room.address), 'fstat', `descriptor ${descriptor}`);
  const link = Buffer.from(`/proc/self/fd/${descriptor}\0`);
  const call = callNumberOf('readlinkat');
  const length = check(
    syscall(call, AT_FDCWD, addressOf(link), room.at(PATH_AT), PATH_MAX),
    'readlinkat',
    `of descriptor ${descriptor}`,
  );
  if (length === PATH_MAX)
    throw new SystemError(LinuxErrno.ENAMETOOLONG, 'readlinkat', `of descriptor ${descriptor}`);
  return {
    descriptor,
    path: room.bytes.slice(PATH_AT, PATH_AT + length),
    device: room.view.getBigUint64(Stat.device, true),
    inode: room.view.getBigUint64(Stat.inode, true),
    directory: (room.view.getUint32(Stat.mode, true) & S_IFMT) === S_IFDIR,
  };
}

/** A host object's path for messages and printed lists. */
export function pathText({ path }: HostObject): string {
  return Buffer.from(path).toString();
}

/** Device numbers as `struct statx` has them, major then minor, from st_dev (gnu_dev_major(3)). */
export function deviceWord(device: bigint): bigint {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return major | (minor << 32n);
}

function word(list: CallList, name: string, value: bigint): Slot {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return { kind: 'slot', at: list.data(name, [bytes]) };
}

/** Memory for one `struct statx`, to be used again and again. */
export function statRoom(list: CallList): Pointer {
  return list.data('statx', [new Uint8Array(Statx.size)]);
}

/** Adds steps that fail with ESTALE, or go on at `onError`, unless the descriptor in a slot is of the object. */
export function compareObject(
  list: CallList,
  words: string,
  descriptor: Slot,
  object: HostObject,
  room: Pointer,
  outcome: Pick<Outcome, 'onError'> = {},
): void {
  list.call(words, 'statx', [descriptor, list.text(''), AT_EMPTY_PATH, STATX_INO, room], outcome);
  const text = pathText(object);
  const inode = word(list, `inode of ${text}`, object.inode);
  const device = word(list, `device of ${text}`, deviceWord(object.device));
  list.compare(words, list.slotAt(room, Statx.inode), inode, outcome);
  list.compare(words, list.slotAt(room, Statx.device), device, outcome);
}
