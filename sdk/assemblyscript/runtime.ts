// Functions that the compiler's own code calls: `abort`, after an error, and `seed`, for Math.random. `cloudabi asc`
// puts these in the place of the functions that a browser would supply. Nothing here allocates: memory may have run
// out.

import { Errno } from './abi/constants';
import { fd_write, random_get } from './abi/calls';

// @ts-ignore: decorator
@external('cloudabi_program', 'program_abort')
declare function program_abort(text: usize, length: usize): void;

/** Bytes that a last message may have. */
const ROOM: usize = 1000;

const text: usize = memory.data(1024);
const vector: usize = memory.data(8, 4);
const result: usize = memory.data(8, 8);

/** The descriptor that gets the last message too; `u32.MAX_VALUE` for none. */
let output: u32 = u32.MAX_VALUE;

/** Has the last message written to a descriptor too, besides being given to the launcher. */
export function setAbortOutput(fd: u32): void {
  output = fd;
}

/**
 * Ends the program: with `message` and its place in the source, as a trap. Failed assertions, `throw` and what the
 * language checks at run time (indexes, null, memory) come here.
 */
export function abort(message: string | null = null, file: string | null = null, line: u32 = 0, column: u32 = 0): void {
  let at = text;
  at = append(at, message !== null && message.length > 0 ? message : 'The program gave up');
  if (file !== null && file.length > 0) {
    at = append(at, ' (');
    at = append(at, file);
    at = append(at, ':');
    at = appendNumber(at, line);
    at = append(at, ':');
    at = appendNumber(at, column);
    at = append(at, ')');
  }
  const length = at - text;
  if (output != u32.MAX_VALUE) {
    store<u8>(at, 0x0a);
    store<usize>(vector, text);
    store<usize>(vector, length + 1, sizeof<usize>());
    fd_write(output, vector, 1, result);
  }
  program_abort(text, length);
  unreachable();
}

/** Returns a random number, from which Math.random starts. */
export function seed(): f64 {
  // Without an error there is nothing to do about: the generator then starts from where it always would.
  if (random_get(result, 8) != Errno.success) return 0;
  return reinterpret<f64>(load<u64>(result) & 0x3fffffffffffffff);
}

/** Appends as much of a string as fits; a character has at most 3 bytes for each of its units. */
function append(at: usize, part: string): usize {
  const units = min<usize>(part.length, (text + ROOM - at) / 3);
  return at + String.UTF8.encodeUnsafe(changetype<usize>(part), <i32>units, at);
}

function appendNumber(at: usize, value: u32): usize {
  let digits: usize = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  if (at + digits > text + ROOM) return at;
  for (let place = digits; place > 0; place--, value /= 10) store<u8>(at + place - 1, 0x30 + (value % 10));
  return at + digits;
}
