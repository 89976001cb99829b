/** A file is no CloudABI executable that can run here. The message says what it is or has, without the path. */
export class ExecutableError extends Error {
  override readonly name = 'ExecutableError';
  readonly code = 'not_a_program';
}
