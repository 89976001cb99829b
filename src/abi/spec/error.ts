/** A place in a text: both numbers count from 1, the column in UTF-16 code units. */
export interface SpecPosition {
  readonly line: number;
  readonly column: number;
}

/** A mistake in a specification text; the message ends in `(line:column)`. */
export class SpecError extends Error {
  override readonly name: string = 'SpecError';
  /** Stable identifier of this class of errors. */
  readonly code: 'abi_spec' = 'abi_spec';
  /** The place of the mistake. */
  readonly position: SpecPosition;

  constructor(message: string, position: SpecPosition) {
    super(`${message} (${position.line}:${position.column})`);
    this.position = { line: position.line, column: position.column };
  }
}
