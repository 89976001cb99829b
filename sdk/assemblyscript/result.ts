// How calls answer: AssemblyScript has no exceptions, so errors are values. Whoever does not look at an error and
// goes on with a value that is not there ends the program with a message that says what could not be done.

import { Errno, meaningOf } from './abi/constants';

/** Whether something was done. */
export class Outcome {
  constructor(
    /** Why not; `Errno.success` when it was. */
    readonly error: Errno,
    /** What was to be done, such as `open 'a.txt'`; empty when it was. */
    readonly task: string = '',
    /** The reason in words where they say more than the error by itself. */
    readonly reason: string = '',
  ) {}

  /** True when it was done. */
  get ok(): bool {
    return this.error == Errno.success;
  }

  /** One sentence for people: `Cannot open 'a.txt': the file does not exist (noent)`. */
  get message(): string {
    if (this.ok) return 'Success';
    const reason = this.reason.length > 0 ? this.reason : meaningOf(this.error);
    return 'Cannot ' + this.task + ': ' + reason;
  }

  /** Ends the program with {@link message} unless it was done. */
  check(): void {
    if (!this.ok) abort(this.message);
  }
}

/** A value, or why there is none. */
export class Result<T> extends Outcome {
  constructor(
    private readonly content: T,
    error: Errno = Errno.success,
    task: string = '',
    reason: string = '',
  ) {
    super(error, task, reason);
  }

  /** The value; ends the program with {@link message} when there is none. */
  get value(): T {
    this.check();
    return this.content;
  }

  /** The value, or another when there is none. */
  or(otherwise: T): T {
    return this.ok ? this.content : otherwise;
  }
}

/** The answer of what went well. */
export function done(): Outcome {
  return new Outcome(Errno.success);
}

/** The answer of a call: its error, and what was to be done if there was one. */
export function outcome(error: Errno, task: string): Outcome {
  return error == Errno.success ? done() : new Outcome(error, task);
}

/** The answer that holds a value. */
export function success<T>(value: T): Result<T> {
  return new Result<T>(value);
}

/** The answer of what went wrong. */
export function failure<T>(error: Errno, task: string, reason: string = ''): Result<T> {
  // Nobody gets to see the value: `value` ends the program before.
  if (isReference<T>()) return new Result<T>(changetype<T>(0), error, task, reason);
  // @ts-ignore: T is a number here
  return new Result<T>(<T>0, error, task, reason);
}
