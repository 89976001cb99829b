import { deepStrictEqual } from 'node:assert/strict';
import { bytesSource } from '../../src/elf/byte-source.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import { ElfMachine } from '../../src/elf/header.ts';
import { readCache } from '../../src/elf/ld-cache.ts';
import { refusedAs, type Target } from '../target.ts';

/** The list of libraries that ldconfig(8) leaves for glibc's loader. */
export const ldCache: Target = {
  name: 'ld-cache',
  promise: 'bytes are refused with an ElfError, or a search finds what a plain reading of them finds',
  words: [
    'ld.so-1.7.0\0',
    'glibc-ld.so.cache1.1',
    '\x03\x03\0\0',
    '\x03\x0a\0\0',
    '\x60\0\0\0',
    '\x78\0\0\0',
    'libc.so.6\0',
    '/lib/libc.so.6\0',
  ],
  maximumLength: 1024,
  run(bytes) {
    const cache = refusedAs([ElfError], () => readCache(bytesSource(bytes), ElfMachine.x64));
    if (cache === undefined) return;
    const plain = read(Buffer.from(bytes));
    for (const [name, paths] of plain) deepStrictEqual(cache.find(name), paths, name);
    deepStrictEqual(cache.find('no such library'), plain.get('no such library') ?? []);
  },
};

/** All entries for this machine, by name: a second reader, without a thought of speed. */
function read(file: Buffer): Map<string, string[]> {
  const old = file.toString('latin1', 0, 12) === 'ld.so-1.7.0\0';
  const start = old ? Math.ceil((16 + file.readUInt32LE(12) * 12) / 8) * 8 : 0;
  const text = (place: number): string | undefined => {
    const end = start + place < file.length ? file.indexOf(0, start + place) : -1;
    return end < 0 ? undefined : file.toString('utf8', start + place, end);
  };
  const found = new Map<string, string[]>();
  const count = file.readUInt32LE(start + 20);
  for (let entry = 0; entry < count; entry++) {
    const at = start + 48 + entry * 24;
    const name = text(file.readUInt32LE(at + 4));
    const path = text(file.readUInt32LE(at + 8));
    if (file.readUInt32LE(at) !== 0x0303 || name === undefined || path === undefined) continue;
    // A text cannot search for a name that is not UTF-8.
    if (!name.includes('\u{fffd}')) found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}
