import { Errno, Filetype } from '../abi/generated/constants.ts';
import { pread } from '../host/files/files.ts';
import { addressOf } from '../host/libc.ts';
import { resolveType } from './files.ts';
import type { KernelProcess } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { RH } from './rights.ts';

/** Larger files are no programs: engines take no module beyond 1 GiB, and no known module is a quarter as long. */
const LONGEST = 256 * 2 ** 20;

/** The bytes that are read in one step. */
const STEP = 2 ** 20;

/**
 * proc_exec: the contents of an executable, as a copy that cannot change any more.
 *
 * @returns An error without the right, for a file of another type (`noexec`), and for too long a one (`nomem`).
 */
export function loadExecutable(process: KernelProcess, fd: number): Uint8Array | Result {
  const type = resolveType(process, fd);
  const file = process.descriptors.require('proc_exec', fd, 0, RH.proc_exec);
  if (file < 0) return file;
  if (type < 0) return type;
  if (type !== Filetype.regular_file) return -Errno.noexec;
  const loaded = process.attributes.load(file);
  if (loaded < 0) return fromHost(loaded);
  const { size } = process.attributes;
  if (size > BigInt(LONGEST)) return -Errno.nomem;
  const bytes = allocate(Number(size));
  if (bytes === undefined) return -Errno.nomem;
  let at = 0;
  while (at < bytes.length) {
    const step = pread(file, addressOf(bytes.subarray(at)), Math.min(STEP, bytes.length - at), at);
    if (step < 0) return fromHost(step);
    if (step === 0) break;
    at += step;
  }
  return bytes.subarray(0, at);
}

function allocate(length: number): Uint8Array | undefined {
  try {
    // With a buffer of its own, which does not move while the host writes to it.
    return new Uint8Array(new ArrayBuffer(length));
  } catch {
    return undefined;
  }
}
