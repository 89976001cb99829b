/** Reasons for which something about capability mode could not be done; `code` is stable. */
export type CapsicumErrorCode =
  /** The host lacks seccomp, Landlock or mseal. */
  | 'missing_mechanism'
  /** A second call of `enter()` asks for more than the first one left. */
  | 'already_entered'
  /** An option or argument cannot be used. */
  | 'bad_option'
  /** Too many descriptors are limited for one filter. */
  | 'too_many_limits'
  /** Something about this process would make capability mode worthless, such as an io_uring that the kernel polls. */
  | 'unsafe_process';

/** A mistake in the use of this module, or a host that cannot do it. Nothing has changed when it is thrown. */
export class CapsicumError extends Error {
  override readonly name = 'CapsicumError';
  readonly code: CapsicumErrorCode;

  constructor(code: CapsicumErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Something that Node does lazily was not done before `enter()`, and cannot be done now. */
export class NotPreparedError extends Error {
  override readonly name = 'NotPreparedError';
  readonly code = 'ERR_NOT_PREPARED';
  /** The call that would have made it work, such as `prepare({ system: true }) before enter()`. */
  readonly helper: string;

  constructor(what: string, helper: string, options?: ErrorOptions) {
    super(`${what} is not available in capability mode without ${helper}`, options);
    this.helper = helper;
  }
}
