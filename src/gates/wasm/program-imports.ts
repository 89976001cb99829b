import { Errno } from '../../abi/generated/constants.ts';
import type { Guest, Imports } from './guest.ts';

/** The import module through which a program reads its argdata; `program.h` of the C SDK uses it. */
export const PROGRAM_MODULE = 'cloudabi_program';

/** Functions of `cloudabi_program`. */
export function programImports({ memory, argdata }: Guest): Imports {
  return {
    /** Bytes of the argdata. */
    argdata_length(): number {
      return argdata.length;
    },
    /** Copies the argdata to memory; `inval` unless `length` is that of the argdata. */
    argdata_read(pointer: number, length: number): number {
      if (length >>> 0 !== argdata.length) return Errno.inval;
      if (!memory.covers(pointer >>> 0, argdata.length)) return Errno.fault;
      memory.bytes.set(argdata, pointer >>> 0);
      return Errno.success;
    },
  };
}
