import { SpecError } from '../../src/abi/spec/error.ts';
import { parseSpec } from '../../src/abi/spec/parse.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

/** The language in which spec/cloudabi.abi is written. */
export const spec: Target = {
  name: 'spec',
  promise: 'text is refused with a SpecError that says where, or is an ABI',
  words: [
    'chapter ',
    'enum ',
    'flags ',
    'struct ',
    'number ',
    'opaque ',
    'entry ',
    'call ',
    '  in  ',
    '  out ',
    '  needs ',
    '  fails ',
    '  edge ',
    '  when ',
    ' : ',
    ' = ',
    '  -- ',
    '(C: X*)',
    '{errno.badf}',
    '[iovec]',
    ' | ',
    'u8',
    'u16',
    'u32',
    'u64',
    '\n',
    '0x',
    '1 << 3',
    '*',
  ],
  maximumLength: 8192,
  run(bytes) {
    refusedAs([SpecError], () => parseSpec(textOf(bytes)));
  },
};
