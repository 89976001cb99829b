import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { bytesOf } from './host-path.ts';

/** The offset of the mount's flags in `struct statfs` (statfs(2)), and its size. */
const FLAGS = 80;
const SIZE = 120;

/** Flags of mounts (statfs(2)). */
export const MountFlags = { noDevices: 4 } as const;

/** The type of a place that the kernel mounts something on when it is first entered (linux/magic.h). */
const AUTOFS_SUPER_MAGIC = 0x0187n;

/** Tells whether a descriptor names a place on which nothing is mounted until a path leads into it (autofs). */
export function isAutomountPoint(descriptor: number): boolean {
  const found = Buffer.alloc(SIZE);
  if (syscall(callNumberOf('fstatfs'), descriptor, addressOf(found)) !== 0) return false;
  return found.readBigInt64LE(0) === AUTOFS_SUPER_MAGIC;
}

/** The flags of the mount that a path leads to; 0 where it leads to none. */
export function mountFlags(path: string): number {
  const name = bytesOf(`${path}\0`);
  const found = Buffer.alloc(SIZE);
  if (syscall(callNumberOf('statfs'), addressOf(name), addressOf(found)) !== 0) return 0;
  return found.readUInt32LE(FLAGS);
}
