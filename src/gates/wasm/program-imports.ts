import { Errno } from '../../abi/generated/constants.ts';
import { type Guest, type Imports, trapProgram } from './guest.ts';

/** The import module through which a program reads its argdata; `program.h` of the C SDK uses it. */
export const PROGRAM_MODULE = 'cloudabi_program';

/** Bytes of a last message that are read; what is printed of it is less. */
const MESSAGE_LENGTH = 1024;

/** Functions of `cloudabi_program`. */
export function programImports(guest: Guest): Imports {
  const { memory, argdata } = guest;
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
    /**
     * Ends the program as a trap does, with a message of its own that tells its launcher why: UTF-8 text, of which the
     * first kilobyte counts.
     */
    program_abort(pointer: number, length: number): number {
      const size = Math.min(length >>> 0, MESSAGE_LENGTH);
      if (memory.covers(pointer >>> 0, size)) {
        const bytes = memory.bytes.subarray(pointer >>> 0, (pointer >>> 0) + size);
        guest.exit.message = Buffer.from(bytes).toString('utf8');
      }
      return trapProgram();
    },
  };
}
