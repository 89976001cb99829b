/*
 * The numbers on which both sides of the border agree: guest/layout.h has the same ones, and a test compares them.
 */

/** Slots of the window: the calls that can be made at once. */
export const WINDOW_SLOTS = 64;
/** Bytes before the first slot: one for each descriptor, which says how the program may use it by itself. */
export const WINDOW_HEAD = 4096;
/** Bytes of a slot. */
export const SLOT_SIZE = 131072;
/** The place behind the slots in which a process tells of the fault that ends it. */
export const LAST_WORDS: number = WINDOW_HEAD + WINDOW_SLOTS * SLOT_SIZE;
/** The place of the stack in there, and the most bytes of it. */
export const LAST_STACK = 4096;
export const MOST_STACK = 32768;
/** Bytes of the window. */
export const WINDOW_SIZE: number = LAST_WORDS + LAST_STACK + MOST_STACK;
/** Bytes of the stack on which the first thread handles faults. */
export const FAULT_STACK = 65536;

/** The answer to a call that stops the process, which then tells from where it was made. */
export const STOPPED = 4096;
/** Bit of the record's modes: the program is stopped at its first refusal. */
export const TRAPS = 1;
/** Another one: another executable may take its place. */
export const EXECUTES = 2;
/** Words at the start of a slot, of 8 bytes: the arguments of the call. */
export const SLOT_WORDS = 8;

/** Host descriptors of a new executable: those below are for what it may use by itself. */
export const DIRECT_DESCRIPTORS = 1020;
/** The window's file, until it is mapped. */
export const WINDOW_FILE = 1020;
/** An image, until it is executed. */
export const IMAGE = 1021;
/** The most descriptors that the process can have: those below can be put there by the supervisor, too. */
export const MOST_OPEN = 1022;
/** The socket over which the listener of its calls is sent. */
export const RENDEZVOUS = 1022;
/** The Landlock ruleset, until it is entered. */
export const RULESET = 1023;

/** Bits of a descriptor's byte in the window's head: it is there, and may be mapped. */
export const DIRECT_USE = 1;
export const DIRECT_MAP = 2;

/** Steps of proc_fork, the first arguments of its calls; the second is the token that the first step gives. */
export const FORK_ASK = 0;
export const FORK_CHILD = 1;
export const FORK_PARENT = 2;
export const FORK_FAILED = 3;

/** Entries of the auxiliary vector, the last one included. */
export const AUX_ENTRIES = 16;

/** Offsets in the record behind the code, of its words of 8 bytes. */
export const RecordOffset = {
  address: 32,
  entry: 40,
  filter: 48,
  filterLength: 56,
  modes: 80,
  aux: 96,
} as const;

/** Bytes of the record. */
export const RECORD_SIZE: number = RecordOffset.aux + AUX_ENTRIES * 16;
