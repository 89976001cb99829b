import { closeSync } from 'node:fs';
import { readAttribute } from '../host/files/attributes.ts';
import { openStrictly } from '../host/files/strict-lookup.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { AT_EMPTY_PATH } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** The kernel's mark of the object that something in the upper directory was copied from. */
const ORIGIN = 'user.overlay.origin';

/** `struct ovl_fb` (fs/overlayfs/overlayfs.h of Linux): version, magic, length, flags, type, 16 bytes of UUID, handle. */
const Origin = { type: 4, handle: 21 } as const;

/** `struct file_handle`: its size and type in 4 bytes each, then at most MAX_HANDLE_SZ bytes (open_by_handle_at(2)). */
const MAX_HANDLE_SZ = 128;

/**
 * Tells whether a directory of the host is still the one over which the upper directory's was made. True as well where
 * the file system gives no handles to tell.
 */
export function isOrigin(root: number, upper: string, path: string): boolean {
  const mark = readAttribute(`${upper}/${path}`, ORIGIN);
  if (mark === undefined || mark.length <= Origin.handle) return true;
  const descriptor = openStrictly(root, path, 'object');
  if (descriptor < 0) return false;
  try {
    const handle = Buffer.alloc(8 + MAX_HANDLE_SZ);
    handle.writeUInt32LE(MAX_HANDLE_SZ, 0);
    const mount = Buffer.alloc(8);
    const empty = Buffer.of(0);
    const result = syscall(
      callNumberOf('name_to_handle_at'),
      descriptor,
      addressOf(empty),
      addressOf(handle),
      addressOf(mount),
      AT_EMPTY_PATH,
    );
    if (result < 0) return true;
    const size = handle.readUInt32LE(0);
    const bytes = handle.subarray(8, 8 + size);
    // The kernel fills the mark up to a multiple of four bytes.
    return handle.readInt32LE(4) === mark[Origin.type] && mark.subarray(Origin.handle).indexOf(bytes) === 0;
  } finally {
    closeSync(descriptor);
  }
}
