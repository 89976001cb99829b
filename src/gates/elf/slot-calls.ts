import { Errno, Mprot } from '../../abi/generated/constants.ts';
import * as files from '../../kernel/files.ts';
import { R } from '../../kernel/rights.ts';
import { DIRECT_MAP } from './guest-layout.ts';
import type { GuestProcess, NumberedCall } from './guest-process.ts';

/** Makes a call with the words of a slot; its `errno`. */
export function resultOf({ view }: GuestProcess, { make, wide }: NumberedCall, slot: number): number {
  const words = wide.map((isWide, at) =>
    isWide ? view.getBigInt64(slot + 8 * at, true) : view.getUint32(slot + 8 * at, true),
  );
  const result = Reflect.apply(make, undefined, words);
  return typeof result === 'number' ? result : Errno.success;
}

/** Tells whether a program may map a file that lies in its own process. */
export function mayMap({ kernel, view, window }: GuestProcess, slot: number): number {
  const word = (at: number): number => view.getUint32(slot + 8 * at, true);
  const protection = word(2);
  const fd = word(4);
  const known = files.resolveType(kernel, fd);
  if (known < 0) return -known;
  let rights: number = R.mem_map;
  if ((protection & Mprot.read) !== 0) rights |= R.fd_read;
  if ((protection & Mprot.write) !== 0) rights |= R.fd_write;
  if ((protection & Mprot.exec) !== 0) rights |= R.mem_map_exec;
  const able = kernel.descriptors.require('mem_map', fd, rights);
  if (able < 0) return -able;
  const isThere = ((window.bytes[fd] ?? 0) & DIRECT_MAP) !== 0;
  return isThere && (protection & Mprot.exec) === 0 ? Errno.success : Errno.notsup;
}
