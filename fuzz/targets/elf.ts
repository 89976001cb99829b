import { deepStrictEqual } from 'node:assert/strict';
import { bytesSource } from '../../src/elf/byte-source.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import { readImage } from '../../src/elf/image.ts';
import { refusedAs, type Target } from '../target.ts';

/** Images of programs and libraries. */
export const elf: Target = {
  name: 'elf',
  promise: 'bytes are refused with an ElfError, or are an image whose texts stand in them',
  words: [
    '\x7fELF\x02\x01\x01',
    '\x02\0\x3e\0',
    '\x03\0\xb7\0',
    '\x38\0\x03\0',
    '\x01\0\0\0\x05\0\0\0',
    '\x02\0\0\0\x06\0\0\0',
    '\x03\0\0\0\x04\0\0\0',
    '\x01\0\0\0\0\0\0\0',
    '\x05\0\0\0\0\0\0\0',
    '\x0a\0\0\0\0\0\0\0',
    '\x0e\0\0\0\0\0\0\0',
    '\x0f\0\0\0\0\0\0\0',
    '\x1d\0\0\0\0\0\0\0',
    '\0\0\0\0\0\0\0\0',
    '/lib64/ld-linux-x86-64.so.2\0',
    'libc.so.6\0',
    '$ORIGIN/lib:$LIB\0',
  ],
  maximumLength: 2048,
  run(bytes) {
    const image = refusedAs([ElfError], () => readImage(bytesSource(bytes)));
    if (image === undefined) return;
    const whole = Buffer.from(bytes);
    const { interpreter, name, needed, rpath, runpath } = image;
    const texts = [...needed, rpath?.join(':'), runpath?.join(':'), interpreter, name];
    for (const text of texts) {
      if (text === undefined || text.includes('\u{fffd}')) continue;
      if (!whole.includes(`${text}\0`)) throw new Error(`${JSON.stringify(text)} does not stand in the file`);
    }
    deepStrictEqual(readImage(bytesSource(Uint8Array.from(bytes))), image);
  },
};
