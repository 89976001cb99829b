import { readlinkSync } from 'node:fs';
import { hostPath, textOf } from '../host/files/host-path.ts';

/** Reads the contents of a symbolic link in the upper directory. */
export function linkTargetOf(upper: string, path: string): string {
  return textOf(readlinkSync(hostPath(`${upper}/${path}`), { encoding: 'buffer' }));
}
