import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { keep, readKept } from '../host/files/kept.ts';
import { OWN_FOLDER, stateHome } from '../host/files/user-folders.ts';
import type { ProfileText } from './find.ts';

/** The beginning of a digest as people see and write it. */
const PREFIX = 'sha256:';

/**
 * Computes the digest of the grants of a project: of its file, and of each profile that it includes, as they were read.
 *
 * @returns Such as `sha256:0a1b…`.
 */
export function digestOf(profiles: readonly ProfileText[]): string {
  const hash = createHash('sha256');
  for (const text of profiles.flatMap((profile) => [profile.shown, profile.text])) {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  }
  return PREFIX + hash.digest('hex');
}

/**
 * Tells whether the user has confirmed these grants of this file. Confirmations carry a code that no other user and no
 * program can make (`kept.ts`).
 *
 * @param path Absolute path of the project file.
 */
export function isConfirmed(path: string, digest: string): boolean {
  const record = recordOf(path);
  return record !== undefined && readKept(record, purposeOf(path))?.toString() === digest;
}

/**
 * Keeps a confirmation until the host is restarted; it replaces an earlier one.
 *
 * @returns False where nothing can be kept: the host keeps no keys for this user, or there is no home.
 */
export function confirm(path: string, digest: string): boolean {
  const record = recordOf(path);
  if (record === undefined) return false;
  keep(record, purposeOf(path), Buffer.from(digest));
  return isConfirmed(path, digest);
}

/** Forgets the confirmation of a file. */
export function forget(path: string): void {
  const record = recordOf(path);
  if (record !== undefined) rmSync(record, { force: true });
}

function recordOf(path: string): string | undefined {
  const state = stateHome();
  const name = createHash('sha256').update(path).digest('hex');
  return state === undefined ? undefined : join(state, OWN_FOLDER, 'confirmed', name);
}

function purposeOf(path: string): string {
  return `grants of the project file ${path}`;
}
