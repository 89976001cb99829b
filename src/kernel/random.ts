import type { Address } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { fromHost, type Result } from './result.ts';

const GETRANDOM = callNumberOf('getrandom');

/** The most one call of getrandom(2) hands out without being interruptible. */
const PIECE = 1 << 20;

/** random_get: fills memory with bytes of the host's generator. Needs no descriptor and no right. */
export function fill(into: Address, length: number): Result {
  for (let done = 0; done < length; ) {
    const got = syscall(GETRANDOM, into + done, Math.min(PIECE, length - done), 0);
    if (got < 0) return fromHost(got);
    done += got;
  }
  return 0;
}
