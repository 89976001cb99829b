/**
 * The form in which one machine word of a call is passed: integers by width, `size` and `address` as wide as a pointer.
 */
export type Word = 'u8' | 'u16' | 'u32' | 'u64' | 's64' | 'size' | 'address';

/** One machine word of a call, with its name: a range has two, `iovs` and `iovs_len`. */
export interface CallWord {
  readonly name: string;
  readonly word: Word;
}

/** An argument or result, as the specification states it. */
export interface CallArgument {
  readonly name: string;
  /** The type in the notation of the specification, such as `[mut void]`. */
  readonly type: string;
  /** The words that are passed for it, in this order. A result is one word, stored behind an address in C. */
  readonly words: readonly CallWord[];
  /** The only names of values accepted; absent if all are. */
  readonly only?: readonly string[];
}

/** `subject` (a path such as `fds.fs_flags`) has one of these flags, or is one of these values. */
export interface CallCondition {
  readonly subject: string;
  readonly test: 'has' | 'is';
  readonly anyOf: readonly string[];
}

/** A rule holds if all of `when` hold (absent: always), but not if all of `unless` hold (absent: never). */
export interface CallGuard {
  readonly when?: readonly CallCondition[];
  readonly unless?: readonly CallCondition[];
}

/** Rights that a call needs in a set of a descriptor it is given. */
export interface CallNeed extends CallGuard {
  /** The argument, or a path from it: `dirfd.fd`. */
  readonly descriptor: string;
  readonly set: 'base' | 'inheriting';
  readonly quantity: 'all' | 'any';
  readonly rights: readonly string[];
}

/** Rights passed as a value that must not go beyond a set of a descriptor. */
export interface CallBound extends CallGuard {
  readonly value: string;
  readonly descriptor: string;
  readonly set: 'base' | 'inheriting';
}

/** A system call, as data. */
export interface Call {
  readonly name: string;
  /** False for calls that end the thread or the process; all others return an `errno`. */
  readonly returns: boolean;
  readonly inputs: readonly CallArgument[];
  readonly outputs: readonly CallArgument[];
  readonly needs: readonly CallNeed[];
  readonly bounds: readonly CallBound[];
  /** Names of errors that have a particular meaning here; those of every call are not among them. */
  readonly failures: readonly string[];
}
