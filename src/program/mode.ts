import { Fdflags, Filetype, Oflags } from '../abi/generated/constants.ts';
import { R } from '../kernel/rights.ts';
import { fileRights } from '../resources/rights.ts';

/** Modes of opening a file; the letters are those of `fs.open`. */
export type OpenMode = 'r' | 'r+' | 'w' | 'wx' | 'w+' | 'wx+' | 'a' | 'ax' | 'a+' | 'ax+';

/** The request of a mode to the kernel. */
export type Opening = {
  readonly oflags: number;
  readonly fdflags: number;
  /** Rights that the new descriptor must get. */
  readonly needed: number;
  /** Rights that it gets as far as the directory can give them. */
  readonly useful: number;
};

const usefulTo = (preset: 'read' | 'write' | 'append'): number =>
  fileRights({ presets: [preset], names: [] }, Filetype.regular_file).base.low;

const READS = { needed: R.fd_read, useful: usefulTo('read') };
const WRITES = { needed: R.fd_write, useful: usefulTo('write') };
const ADDS = { needed: R.fd_write, useful: usefulTo('append') };

function opening(
  accesses: readonly { readonly needed: number; readonly useful: number }[],
  oflags: number,
  fdflags = 0,
): Opening {
  const needed = accesses.reduce((bits, access) => bits | access.needed, 0);
  const useful = accesses.reduce((bits, access) => bits | access.useful, 0);
  return { oflags, fdflags, needed, useful };
}

const { creat, excl, trunc } = Oflags;
const { append } = Fdflags;

/** The meaning of each mode. */
export const modes: Readonly<Record<OpenMode, Opening>> = {
  r: opening([READS], 0),
  'r+': opening([READS, WRITES], 0),
  w: opening([WRITES], creat | trunc),
  wx: opening([WRITES], creat | excl),
  'w+': opening([READS, WRITES], creat | trunc),
  'wx+': opening([READS, WRITES], creat | excl),
  a: opening([ADDS], creat, append),
  ax: opening([ADDS], creat | excl, append),
  'a+': opening([READS, ADDS], creat, append),
  'ax+': opening([READS, ADDS], creat | excl, append),
};
