import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Bounds of what is kept; when one is passed, the files that were not used for the longest time go. */
const MOST_FILES = 512;
const MOST_BYTES = 256 * 2 ** 20;

const DIGEST = 32;

/** Where files that can be made again are kept (XDG Base Directory Specification). */
function cacheDirectory(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'cloudabi');
}

/**
 * Gives what was kept under a name. A file that is damaged, or in a directory where others may write, is
 * as good as none.
 *
 * @param name a file's name, made of a digest of all that the content depends on
 */
export function cached(name: string): Buffer | undefined {
  const directory = cacheDirectory();
  const path = join(directory, name);
  try {
    if (!isOurs(directory)) return undefined;
    const file = readFileSync(path);
    const bytes = file.subarray(DIGEST);
    if (!digest(bytes).equals(file.subarray(0, DIGEST))) return undefined;
    const now = new Date();
    utimesSync(path, now, now);
    return bytes;
  } catch {
    return undefined;
  }
}

/** Keeps bytes under a name, whole or not at all; that nothing can be kept is no error. */
export function keep(name: string, bytes: Uint8Array): void {
  const directory = cacheDirectory();
  const temporary = join(directory, `${name}.${process.pid}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isOurs(directory)) return;
    writeFileSync(temporary, Buffer.concat([digest(bytes), bytes]), { mode: 0o600 });
    renameSync(temporary, join(directory, name));
    prune(directory);
  } catch {
    rmSync(temporary, { force: true });
  }
}

/** Whether nobody else can put files into a directory, which would become part of the user's programs. */
function isOurs(directory: string): boolean {
  const { uid, mode } = lstatSync(directory);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

function prune(directory: string): void {
  const files = readdirSync(directory)
    .map((name) => {
      const path = join(directory, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return { path, size: stat?.size ?? 0, used: stat?.mtimeMs ?? 0 };
    })
    .sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const [index, { path, size }] of files.entries()) {
    bytes += size;
    if (index >= MOST_FILES || bytes > MOST_BYTES) rmSync(path, { force: true });
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
