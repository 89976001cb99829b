import { constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { userKey } from '../processes/keyring.ts';
import { replaceFile } from './replace-file.ts';
import { readSmallFile } from './small-file.ts';

/*
 * Cached files steer the next start: it is run, or says what a program sees. So each file carries a message
 * authentication code, of a key that no program can reach, over its contents and their purpose.
 */

/** The code in front of a kept file: HMAC with SHA-256. */
const DIGEST = 32;

/** Bytes of the largest file that is cached. */
const MOST = 2 ** 30;

/**
 * The code of a file's contents; `undefined` without a key. The key is asked for each time and forgotten: this
 * process may become a program.
 */
function digest(purpose: string, content: Uint8Array): Buffer | undefined {
  const secret = userKey('cloudabi:kept');
  if (secret === undefined) return undefined;
  const words = Buffer.from(purpose);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(words.length);
  try {
    // Loading it takes time that not every start needs.
    const { createHmac } = process.getBuiltinModule('node:crypto');
    return createHmac('sha256', secret).update(length).update(words).update(content).digest();
  } finally {
    secret.fill(0);
  }
}

/**
 * Reads a file that `keep` has written.
 *
 * @param purpose The purpose of the cached file, in full; the name of a file may say less.
 * @returns `undefined` for nothing, or for a file of others, a damaged one, or one that was cached for another purpose.
 */
export function readKept(path: string, purpose: string): Buffer | undefined {
  try {
    const bytes = readSmallFile(path, MOST, constants.O_NOFOLLOW);
    const content = bytes.subarray(DIGEST);
    return digest(purpose, content)?.equals(bytes.subarray(0, DIGEST)) === true ? content : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps bytes in a file, whole or not at all. That nothing can be kept is no error: without a key, as in many containers,
 * everything is found out anew.
 */
export function keep(path: string, purpose: string, content: Uint8Array): void {
  try {
    const code = digest(purpose, content);
    if (code === undefined) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, Buffer.concat([code, content]), 0o600);
  } catch {
    // Nothing is kept then, and the next start finds it out anew.
  }
}
