import { tracePath } from '../host/files/path-trace.ts';
import { PATH_MAX } from '../linux/limits.ts';
import { type ByteSource, bytesSource, withFile } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { ElfMachine } from './header.ts';

/*
 * ld.so.cache, the list of libraries that ldconfig(8) leaves for glibc's loader: sysdeps/generic/dl-cache.h of glibc.
 * Only the new format (glibc 2.2) is read; an old one in front of it is skipped.
 */

/** A cache that was opened. */
export type LibraryCache = {
  /**
   * The files of a library by the name that programs need, in the order of the cache. Variants for newer processors
   * come first. Entries that lead out of the cache are left out, as loaders do it.
   */
  find(name: string): readonly string[];
};

/** Without a cache, nothing is found in it. */
const NO_CACHE: LibraryCache = { find: () => [] };

/** The place of the cache. */
export const LOADER_CACHE = '/etc/ld.so.cache';

const OLD_MAGIC = 'ld.so-1.7.0\0';
const OLD_HEADER = 16;
const OLD_ENTRY = 12;
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const NEW_HEADER = 48;
const NEW_ENTRY = 24;

/** Larger files are none of ldconfig's; in bytes. */
const MAX_CACHE = 64 * 1024 * 1024;

/** The `flags` of an entry: a library for this C library and this machine. */
const flagsOf: ReadonlyMap<number, number> = new Map([
  [ElfMachine.x64, 0x0303],
  [ElfMachine.arm64, 0x0a03],
]);

/** Reads the cache at a path; without one, an empty cache. */
export function readCacheFile(path: string, machine: number): LibraryCache {
  const real = tracePath(path)?.real;
  if (real === undefined) return NO_CACHE;
  try {
    return withFile(real, (source) => readCache(source, machine));
  } catch (error) {
    // A loader that cannot read its cache goes on without one, and so do we.
    if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return NO_CACHE;
    throw error;
  }
}

/**
 * Reads a cache.
 *
 * @param machine Entries for other machines are left out.
 * @throws ElfError when it is none.
 */
export function readCache(source: ByteSource, machine: number): LibraryCache {
  if (source.size > MAX_CACHE)
    throw new ElfError('too_large', `has ${source.size} bytes, more than ${MAX_CACHE}`);
  const all = bytesSource(source.read(0, source.size));
  const start = startOfNew(all);
  const header = all.read(start, NEW_HEADER);
  const count = header.readUInt32LE(20);
  const entries = all.read(start + NEW_HEADER, count * NEW_ENTRY);
  const end = all.size - start;
  const strings = all.read(start, end);
  const wanted = flagsOf.get(machine);
  // A thousand entries, of which a program needs ten: texts are made of those alone.
  const find = (name: string): readonly string[] => {
    const key = Buffer.from(`${name}\0`);
    const found: string[] = [];
    for (let at = 0; at < entries.length; at += NEW_ENTRY) {
      if (entries.readInt32LE(at) !== wanted) continue;
      if (!isAt(strings, entries.readUInt32LE(at + 4), key)) continue;
      const path = textAt(strings, entries.readUInt32LE(at + 8));
      if (path !== undefined) found.push(path);
    }
    return found;
  };
  return { find };
}

/** Compares from the end, since all names begin alike. */
function isAt(strings: Buffer, place: number, key: Buffer): boolean {
  for (let at = key.length - 1; at >= 0; at--) if (strings[place + at] !== key[at]) return false;
  return true;
}

function startOfNew(all: ByteSource): number {
  let start = 0;
  if (all.size >= OLD_HEADER && all.read(0, OLD_MAGIC.length).toString('latin1') === OLD_MAGIC) {
    const end = OLD_HEADER + all.read(12, 4).readUInt32LE(0) * OLD_ENTRY;
    start = Math.ceil(end / 8) * 8;
  }
  if (all.read(start, NEW_MAGIC.length).toString('latin1') !== NEW_MAGIC)
    throw new ElfError('malformed', 'is no cache of libraries');
  return start;
}

function textAt(strings: Buffer, place: number): string | undefined {
  const text = strings.subarray(place, place + PATH_MAX);
  const end = text.indexOf(0);
  return end < 0 ? undefined : text.toString('utf8', 0, end);
}
