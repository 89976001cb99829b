import { deepStrictEqual } from 'node:assert/strict';
import { ArgdataError, ArgdataView, decode, dump, encode } from '../../src/argdata/index.ts';
import { refusedAs, type Target } from '../target.ts';

/** The binary encoding of argdata. */
export const argdata: Target = {
  name: 'argdata',
  promise: 'bytes are refused with an ArgdataError, or decode to a value that survives encoding',
  words: ['\x01', '\x02', '\x03', '\x04', '\x05', '\x06', '\x07', '\x08text\0', '\x09', '\x81', '\x80\x80'],
  maximumLength: 4096,
  run(bytes) {
    const value = refusedAs([ArgdataError], () => decode(bytes));
    const printed = dump(bytes);
    refusedAs([ArgdataError], () => walk(new ArgdataView(bytes), 64));
    if (value === undefined) return;
    if (printed.error !== undefined)
      throw new Error('What decodes cannot be dumped', { cause: printed.error });
    deepStrictEqual(decode(encode(value)), value);
  },
};

/** Reads all values lazily. */
function walk(view: ArgdataView, depth: number): void {
  if (depth === 0) return;
  switch (view.type) {
    case 'map':
      for (const [key, value] of view.entries()) {
        walk(key, depth - 1);
        walk(value, depth - 1);
      }
      return;
    case 'seq':
      for (const item of view.items()) walk(item, depth - 1);
      return;
    default:
      view.value();
  }
}
