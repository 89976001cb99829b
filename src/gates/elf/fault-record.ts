import { LAST_STACK, LAST_WORDS, MOST_STACK } from './guest-layout.ts';
import type { Window } from './window.ts';

/** The registers of x86-64 in the order of `ucontext_t` (sys/ucontext.h). */
export const registerNames = [
  ...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rdi', 'rsi', 'rbp', 'rbx', 'rdx', 'rax', 'rcx'],
  ...['rsp', 'rip', 'eflags'],
] as const;

/**
 * A process as it was at its last instruction. The process has written this: nothing in it is certain, and it says nothing
 * about any other.
 */
export type FaultRecord = {
  /** Linux's number of the signal. */
  readonly signal: number;
  /** The address at which its image lies. */
  readonly base: number;
  /** The address of the memory that was not there, for faults of memory. */
  readonly address: bigint;
  /** The number of the system call, for SIGSYS. */
  readonly call: number;
  readonly registers: ReadonlyMap<string, bigint>;
  /** The stack from its last word upwards, as far as it is known. */
  readonly stack: Buffer;
};

/** Places in front of the registers, as struct last_words in guest/faults.c has them. */
const Place = { signal: 0, base: 8, address: 16, call: 24, length: 32, registers: 40 } as const;

/** Reads the last words of a process from its window. */
export function readFaultRecord({ bytes }: Pick<Window, 'bytes'>): FaultRecord {
  // A copy: another thread of the process may go on.
  const head = Buffer.from(bytes.slice(LAST_WORDS, LAST_WORDS + LAST_STACK));
  const word = (at: number): number => Number(head.readBigUInt64LE(at));
  const length = Math.min(word(Place.length), MOST_STACK);
  const stack = LAST_WORDS + LAST_STACK;
  return {
    signal: word(Place.signal),
    base: word(Place.base),
    address: head.readBigUInt64LE(Place.address),
    call: word(Place.call),
    registers: new Map(
      registerNames.map((name, index) => [name, head.readBigUInt64LE(Place.registers + 8 * index)]),
    ),
    stack: Buffer.from(bytes.slice(stack, stack + length)),
  };
}
