import { fstatSync } from 'node:fs';
import { close, getFlags } from '../../host/files/files.ts';
import { leadNowhere, placeAt, STANDARD_STREAMS } from '../../host/files/standard-streams.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import { R } from '../../kernel/rights.ts';
import { O_ACCMODE } from '../../linux/open-flags.ts';

/** The right that granting a standard stream must give for `console` and `process.stdin` to use it too. */
const uses: readonly number[] = [R.fd_read, R.fd_write, R.fd_write];

/**
 * Finds the standard streams of this process that were granted, under any number.
 *
 * @returns For 0, 1 and 2, an index into `descriptors` or -1.
 */
export function grantedStreams(descriptors: readonly Descriptor[]): number[] {
  return STANDARD_STREAMS.map((stream) =>
    descriptors.findIndex(({ host, base }) => (base.low & (uses[stream] ?? 0)) !== 0 && isSame(host, stream)),
  );
}

/** Tells whether two descriptors are the same open file: same object, opened the same way. */
function isSame(a: number, b: number): boolean {
  try {
    const one = fstatSync(a);
    const other = fstatSync(b);
    const mode = O_ACCMODE;
    const ways = (getFlags(a) & mode) === (getFlags(b) & mode);
    return ways && one.dev === other.dev && one.ino === other.ino && one.rdev === other.rdev;
  } catch {
    return false;
  }
}

/** Connects every standard stream of this process that was not granted with nothing. Returns the granted ones. */
export function keepGranted(descriptors: readonly Descriptor[]): number[] {
  const granted = grantedStreams(descriptors);
  for (const stream of STANDARD_STREAMS) if (granted[stream] === -1) leadNowhere(stream);
  return STANDARD_STREAMS.filter((stream) => granted[stream] !== -1);
}

/**
 * Makes the first three descriptors of a UNIX world this process's standard streams.
 *
 * @returns The descriptors with their host numbers of now.
 */
export function becomeStreams(descriptors: readonly Descriptor[]): Descriptor[] {
  return descriptors.map((descriptor, index) => {
    if (index >= STANDARD_STREAMS.length) return descriptor;
    if ((descriptor.base.low & (R.fd_read | R.fd_write)) === 0) leadNowhere(index);
    else placeAt(descriptor.host, index);
    close(descriptor.host);
    return { ...descriptor, host: index };
  });
}
