import { fstatSync, readlinkSync } from 'node:fs';
import type { CallList, Outcome, Pointer, Slot } from '../../host/call-list.ts';

/** A file or directory of the host as a new mount namespace finds it again. */
export type HostObject = {
  readonly descriptor: number;
  /** Where it lies now. */
  readonly path: Uint8Array;
  readonly device: bigint;
  readonly inode: bigint;
  readonly directory: boolean;
};

/**
 * Finds out what a descriptor stands for. A mount namespace of its own does not take descriptors of another, so the
 * new process opens the path again and compares: what is at that path by then is either the same object or refused.
 */
export function hostObject(descriptor: number): HostObject {
  const { dev, ino, mode } = fstatSync(descriptor, { bigint: true });
  return {
    descriptor,
    path: readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: 'buffer' }),
    device: dev,
    inode: ino,
    directory: (Number(mode) & 0o170000) === 0o040000,
  };
}

/** A host object's path for messages and printed lists. */
export function pathText({ path }: HostObject): string {
  return Buffer.from(path).toString();
}

const STATX_INO = 0x100;
const AT_EMPTY_PATH = 0x1000;
const STATX_SIZE = 256;
const STX_INO = 32;
const STX_DEVICE = 136;

/** Device numbers as `struct statx` has them, major then minor, from st_dev (gnu_dev_major(3)). */
function deviceWord(device: bigint): bigint {
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
  return list.data('statx', [new Uint8Array(STATX_SIZE)]);
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
  list.compare(words, list.slotAt(room, STX_INO), inode, outcome);
  list.compare(words, list.slotAt(room, STX_DEVICE), device, outcome);
}
