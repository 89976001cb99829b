import { LinuxErrno } from '../../linux/errno.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { bytesOf, textOf } from './host-path.ts';

/* Extended attributes of files (xattr(7)), without following a symbolic link in the last step of a path. */

/** The most bytes that the names, or one value, can take (uapi/linux/limits.h: XATTR_LIST_MAX, XATTR_SIZE_MAX). */
const LARGEST = 65536;

let room: Buffer | undefined;

function terminated(text: string): Buffer {
  return Buffer.concat([bytesOf(text), Buffer.of(0)]);
}

/**
 * Lists the names of a file's attributes, on a file system without any: none.
 *
 * @throws SystemError
 */
export function listAttributes(path: string): readonly string[] {
  room ??= Buffer.alloc(LARGEST);
  const name = terminated(path);
  const length = syscall(callNumberOf('llistxattr'), addressOf(name), addressOf(room), room.length);
  if (length === -LinuxErrno.EOPNOTSUPP) return [];
  check(length, 'llistxattr', path);
  return textOf(room.subarray(0, length)).split('\0').slice(0, -1);
}

/**
 * Reads an attribute of a file; `undefined` for one that is not there.
 *
 * @throws SystemError
 */
export function readAttribute(path: string, attribute: string): Buffer | undefined {
  room ??= Buffer.alloc(LARGEST);
  const names = [terminated(path), terminated(attribute)] as const;
  const length = syscall(
    callNumberOf('lgetxattr'),
    addressOf(names[0]),
    addressOf(names[1]),
    addressOf(room),
    room.length,
  );
  if (length === -LinuxErrno.ENODATA || length === -LinuxErrno.EOPNOTSUPP) return undefined;
  check(length, 'lgetxattr', `${attribute} of ${path}`);
  return Buffer.from(room.subarray(0, length));
}

/**
 * Sets an attribute of a file; returns 0 or `-errno`.
 *
 * @param value Must not be empty.
 */
export function writeAttribute(path: string, attribute: string, value: Uint8Array): number {
  const names = [terminated(path), terminated(attribute)] as const;
  const [file, name] = [addressOf(names[0]), addressOf(names[1])];
  return syscall(callNumberOf('lsetxattr'), file, name, addressOf(value), value.length, 0);
}

/** Takes an attribute of a file away; returns 0 or `-errno`. */
export function removeAttribute(path: string, attribute: string): number {
  const names = [terminated(path), terminated(attribute)] as const;
  return syscall(callNumberOf('lremovexattr'), addressOf(names[0]), addressOf(names[1]));
}
