import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { bytesOf } from './host-path.ts';

/** The offset of the mount's flags in `struct statfs` (statfs(2)), and its size. */
const FLAGS = 80;
const SIZE = 120;

/** Flags of mounts (statfs(2)). */
export const MountFlags = { noDevices: 4 } as const;

/** The flags of the mount that a path leads to; 0 where it leads to none. */
export function mountFlags(path: string): number {
  const name = bytesOf(`${path}\0`);
  const found = Buffer.alloc(SIZE);
  if (syscall(callNumberOf('statfs'), addressOf(name), addressOf(found)) !== 0) return 0;
  return found.readUInt32LE(FLAGS);
}
