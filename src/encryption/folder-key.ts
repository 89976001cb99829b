import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/*
 * The key of an encrypted directory, and the file in it that says how it is encrypted. The directory's key follows from the
 * user's secret and a salt, and that of each file from the directory's and the file's id (HKDF, RFC 5869).
 */

/** The name of the file in an encrypted directory that says how. No program sees it. */
export const MARK_NAME = '.cloudabi-encrypted';

/** Fewest bytes of a secret: it is not stretched, so it has to be random. */
export const SHORTEST_KEY = 32;

/** Most bytes of a secret, and of the file. */
export const LONGEST_KEY = 4096;
export const LONGEST_MARK = 4096;

const KEY_SIZE = 32;
const SALT_SIZE = 32;
const FORMAT = 1;
const CHECKED = 'cloudabi encrypted directory';

/** The key of an encrypted directory. */
export class FolderKey {
  readonly #key: Uint8Array;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The bytes of the key, for the process that serves the directory. */
  get bytes(): Uint8Array {
    return this.#key;
  }

  /** The key of a file. */
  keyOf(id: Uint8Array): Uint8Array {
    return derive(this.#key, id, 'file');
  }
}

function derive(from: Uint8Array, salt: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', from, salt, `cloudabi ${info}`, KEY_SIZE));
}

/** The answer to a file that says how a directory is encrypted. */
export type MarkReading =
  | { readonly kind: 'key'; readonly key: FolderKey }
  /** The secret is another directory's. */
  | { readonly kind: 'other key' }
  /** It is none of ours, or one of a newer version. */
  | { readonly kind: 'unreadable' };

/** Makes the file for a new directory, and its key. */
export function newMark(secret: Uint8Array): { readonly text: string; readonly key: FolderKey } {
  const salt = randomBytes(SALT_SIZE);
  const key = derive(secret, salt, 'directory');
  const check = checkOf(key).toString('hex');
  const text = `${JSON.stringify({ format: FORMAT, salt: salt.toString('hex'), check }, undefined, 2)}\n`;
  return { text, key: new FolderKey(key) };
}

/** Reads such a file. */
export function readMark(text: string, secret: Uint8Array): MarkReading {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { kind: 'unreadable' };
  }
  if (typeof found !== 'object' || found === null) return { kind: 'unreadable' };
  if (!('format' in found && 'salt' in found && 'check' in found)) return { kind: 'unreadable' };
  const { format, salt, check } = found;
  if (format !== FORMAT || !isHex(salt, SALT_SIZE) || !isHex(check, KEY_SIZE)) return { kind: 'unreadable' };
  const key = derive(secret, Buffer.from(salt, 'hex'), 'directory');
  if (!timingSafeEqual(checkOf(key), Buffer.from(check, 'hex'))) return { kind: 'other key' };
  return { kind: 'key', key: new FolderKey(key) };
}

function isHex(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value);
}

/** A value that says nothing about the key but whether it is the same. */
function checkOf(key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(CHECKED).digest();
}
