import { close, pread, pwrite } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { MOST_DESCRIPTORS } from '../host/sockets/messages.ts';
import { syscall } from '../host/syscall.ts';
import { F_GET_SEALS } from '../linux/fcntl.ts';
import { MFD_CLOEXEC } from '../linux/memory.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { NO_RIGHTS, type RightsSet } from './rights.ts';

/*
 * Rights on their way between two programs that our kernel serves. Through a linked socket (RH.linked), the first
 * descriptor of each message is a file of memory in which the kernel of the sender has written the rights of the others.
 * It comes first, so that a receiver with little room loses descriptors and never their rights.
 */

/** The rights that a sender has on a descriptor. */
export type Claim = { readonly base: RightsSet; readonly inheriting: RightsSet };

const MEMFD_CREATE = callNumberOf('memfd_create');
const FCNTL = callNumberOf('fcntl');

/** The first word; any other makes a claim of nothing. */
const MAGIC = 0x72696768;
const WORD = 4;
const WORDS_EACH = 4;
const HEAD = 2 * WORD;
const SIZE = HEAD + MOST_DESCRIPTORS * WORDS_EACH * WORD;

/** A claim to nothing, for what a file does not tell. */
export const NO_CLAIM: Claim = { base: NO_RIGHTS, inheriting: NO_RIGHTS };

let buffer: NativeMemory | undefined;

/** Writes claims into a new file of memory. @returns Its host descriptor, or `-errno` of Linux. */
export function writeClaims(claims: readonly Claim[]): number {
  buffer ??= new NativeMemory(SIZE + WORD);
  const { view } = buffer;
  view.setUint32(0, MAGIC, true);
  view.setUint32(WORD, claims.length, true);
  for (const [index, { base, inheriting }] of claims.entries())
    for (const [word, half] of [base.low, base.high, inheriting.low, inheriting.high].entries())
      view.setUint32(HEAD + (index * WORDS_EACH + word) * WORD, half >>> 0, true);
  // An empty name, in the word behind the claims.
  view.setUint32(SIZE, 0, true);
  const file = syscall(MEMFD_CREATE, buffer.at(SIZE), MFD_CLOEXEC);
  if (file < 0) return file;
  const length = HEAD + claims.length * WORDS_EACH * WORD;
  const written = pwrite(file, buffer.address, length, 0);
  if (written === length) return file;
  close(file);
  return written < 0 ? written : -1;
}

/**
 * Reads the claims of the sender. A file that is none, or that tells of fewer descriptors, claims nothing for the others.
 *
 * @param file A host descriptor, which stays open.
 */
export function readClaims(file: number, count: number): readonly Claim[] {
  buffer ??= new NativeMemory(SIZE + WORD);
  const { view } = buffer;
  // Only memory has seals: the bytes of other files may be long in coming.
  const length = syscall(FCNTL, file, F_GET_SEALS, 0) < 0 ? 0 : pread(file, buffer.address, SIZE, 0);
  const known = length >= HEAD && view.getUint32(0, true) === MAGIC ? view.getUint32(WORD, true) : 0;
  const half = (index: number, word: number): number =>
    view.getInt32(HEAD + (index * WORDS_EACH + word) * WORD, true);
  return Array.from({ length: count }, (_, index) =>
    index >= known || HEAD + (index + 1) * WORDS_EACH * WORD > length
      ? NO_CLAIM
      : {
          base: { low: half(index, 0), high: half(index, 1) },
          inheriting: { low: half(index, 2), high: half(index, 3) },
        },
  );
}
