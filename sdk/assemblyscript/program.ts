import { proc_exit } from './abi/calls';
import { Errno } from './abi/constants';
import { Argdata } from './argdata';
import { setAbortOutput } from './runtime';
import { Stream } from './stream';

// @ts-ignore: decorator
@external('cloudabi_program', 'argdata_length')
declare function argdata_length(): u32;
// @ts-ignore: decorator
@external('cloudabi_program', 'argdata_read')
declare function argdata_read(address: usize, length: u32): Errno;

/**
 * Starts the program: calls `main` with the tree of values that it was handed. When `main` returns, the program ends
 * with exit code 0.
 */
export function program(main: (argdata: Argdata) => void): void {
  const bytes = new Uint8Array(argdata_length());
  if (argdata_read(bytes.dataStart, bytes.length) != Errno.success) abort('Cannot read the argdata');
  main(Argdata.from(bytes));
}

/** Ends the program at once, with an exit code. */
export function exit(code: u32): void {
  proc_exit(code);
}

/** Has the message with which a program gives up (`abort`, `throw`, a failed check) written to a stream too. */
export function reportTo(output: Stream): void {
  setAbortOutput(output.fd);
}
