import { fstatSync } from 'node:fs';
import { STDERR } from '../host/files/standard-streams.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import { R } from '../kernel/rights.ts';

/** Tells whether a descriptor lets the program write to our standard error. */
export function isStandardError({ host, base }: Descriptor): boolean {
  if ((base.low & R.fd_write) === 0) return false;
  try {
    const ours = fstatSync(STDERR);
    const granted = fstatSync(host);
    return ours.dev === granted.dev && ours.ino === granted.ino;
  } catch {
    return false;
  }
}
