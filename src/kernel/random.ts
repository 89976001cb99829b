import { syscall } from '../host/syscall.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { Memory } from './memory.ts';
import { fromHost, type Result } from './result.ts';

const GETRANDOM = callNumberOf('getrandom');

/** The most one call of getrandom(2) hands out without being interruptible. */
const PIECE = 1 << 20;

/** random_get: fills memory with bytes of the host's generator. Needs no descriptor and no right. */
export function fill(memory: Memory, at: number, length: number): Result {
  for (let done = 0; done < length; ) {
    const piece = Math.min(PIECE, memory.most, length - done);
    const place = memory.room(at + done, piece);
    if (place < 0) return place;
    const got = syscall(GETRANDOM, memory.addressOf(place), piece, 0);
    if (got < 0) return fromHost(got);
    const given = memory.give(at + done, got);
    if (given < 0) return given;
    done += got;
  }
  return 0;
}
