import { AUTOFS_SUPER_MAGIC, ST_NODEV, Statfs } from '../../linux/mounts.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { bytesOf } from './host-path.ts';

/** Flags of mounts (statfs(2)). */
export const MountFlags = { noDevices: ST_NODEV } as const;

/** Tells whether a descriptor names a place on which nothing is mounted until a path leads into it (autofs). */
export function isAutomountPoint(descriptor: number): boolean {
  const found = Buffer.alloc(Statfs.size);
  if (syscall(callNumberOf('fstatfs'), descriptor, addressOf(found)) !== 0) return false;
  return Number(found.readBigInt64LE(Statfs.type)) === AUTOFS_SUPER_MAGIC;
}

/** The flags of the mount that a path leads to; 0 where it leads to none. */
export function mountFlags(path: string): number {
  const name = bytesOf(`${path}\0`);
  const found = Buffer.alloc(Statfs.size);
  if (syscall(callNumberOf('statfs'), addressOf(name), addressOf(found)) !== 0) return 0;
  return found.readUInt32LE(Statfs.flags);
}
