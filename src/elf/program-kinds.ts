import { ET_DYN, ET_EXEC, PF_X, PHDR_SIZE, PT_GNU_STACK } from '../linux/elf.ts';
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { isElf, readHeader } from './header.ts';
import { readImage } from './image.ts';

/** A trait of a file that the kernel starts, or of a library. */
export type ProgramTrait = '32-bit' | 'static' | 'dynamic' | 'not-pie' | 'executable-stack' | 'script';

const CLASS_32 = 1;

/**
 * Finds the traits of a file. A library has none but an executable stack. Any bytes give an answer.
 *
 * @returns `undefined` for a file that is neither a script nor an ELF file of this machine that can be read.
 */
export function traitsOf(source: ByteSource): ReadonlySet<ProgramTrait> | undefined {
  const start = source.read(0, Math.min(source.size, 5));
  if (start[0] === 0x23 && start[1] === 0x21) return new Set(['script']);
  if (!isElf(start)) return undefined;
  if (start[4] === CLASS_32) return new Set(['32-bit']);
  try {
    return traitsOfImage(source);
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

function traitsOfImage(source: ByteSource): ReadonlySet<ProgramTrait> {
  const { type, programHeaders } = readHeader(source);
  const { interpreter, name, needed } = readImage(source);
  const kinds = new Set<ProgramTrait>();
  if (interpreter !== undefined) kinds.add('dynamic');
  // A library names itself, or needs others.
  else if (type === ET_EXEC || (type === ET_DYN && name === undefined && needed.length === 0))
    kinds.add('static');
  if (type === ET_EXEC) kinds.add('not-pie');
  const headers = source.read(programHeaders.offset, programHeaders.count * PHDR_SIZE);
  for (let at = 0; at < headers.length; at += PHDR_SIZE)
    if (headers.readUInt32LE(at) === PT_GNU_STACK && (headers.readUInt32LE(at + 4) & PF_X) !== 0)
      kinds.add('executable-stack');
  return kinds;
}
