import { readSync } from 'node:fs';

/** How long to wait before looking again, in milliseconds, when standard input does not wait by itself. */
const PAUSE = 5;

/** The largest document anyone hands us, in bytes. Longer ones are refused by the parser before they fill memory. */
const MAX_INPUT = 64 * 1024 * 1024;

/** Reads standard input to its end. It may have been set not to wait (O_NONBLOCK) by whoever started us. */
export function readInput(): string {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= MAX_INPUT; ) {
    const chunk = Buffer.allocUnsafe(65536);
    let count: number;
    try {
      count = readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      continue;
    }
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks).toString('utf8');
}
