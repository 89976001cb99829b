/** Reasons for refusing an encoding. Stable: programs may compare these. */
export type ArgdataErrorCode =
  | 'truncated-length'
  | 'overlong-length'
  | 'truncated-subfield'
  | 'unknown-type'
  | 'bad-bool'
  | 'bad-fd'
  | 'bad-float'
  | 'bad-int'
  | 'bad-timestamp'
  | 'missing-nul'
  | 'bad-utf8'
  | 'surrogate'
  | 'odd-map'
  | 'duplicate-key'
  | 'too-deep'
  | 'too-large'
  | 'wrong-type';

/** Bytes that are not argdata, or argdata of another type than was asked for (`wrong-type`). */
export class ArgdataError extends Error {
  override readonly name = 'ArgdataError';
  readonly code: ArgdataErrorCode;
  /** The place in the buffer, in bytes from its start. */
  readonly offset: number;
  /** The message without the offset. */
  readonly reason: string;

  constructor(code: ArgdataErrorCode, offset: number, reason: string) {
    super(`Cannot read argdata at byte ${offset}: ${reason}`);
    this.code = code;
    this.offset = offset;
    this.reason = reason;
  }
}

/** Reasons for which a JavaScript value has no encoding. */
export type ArgdataValueErrorCode =
  | 'surrogate'
  | 'duplicate-key'
  | 'too-deep'
  | 'too-large'
  | 'not-argdata'
  | 'bad-index';

/** A JavaScript value that argdata cannot hold. */
export class ArgdataValueError extends TypeError {
  override readonly name = 'ArgdataValueError';
  readonly code: ArgdataValueErrorCode;

  constructor(code: ArgdataValueErrorCode, reason: string) {
    super(`Cannot make argdata: ${reason}`);
    this.code = code;
  }
}
