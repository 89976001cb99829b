// Results of calls: AssemblyScript has no exceptions, so errors are values. Code that ignores an error and uses the
// missing value ends the program with a message that names the failed task.

import { Errno, meaningOf } from './abi/constants';

/** Result of a call without a value. */
export class Outcome {
  constructor(
    /** Reason of a failure; `Errno.success` without one. */
    readonly error: Errno,
    /** The failed task, such as `open 'a.txt'`; empty without a failure. */
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
  // No caller sees the value: `value` ends the program before.
  if (isReference<T>()) return new Result<T>(changetype<T>(0), error, task, reason);
  // @ts-ignore: T is a number here
  return new Result<T>(<T>0, error, task, reason);
}
