/** Errors before or around the compiler, as opposed to errors in the program it compiles. */
export type ToolchainErrorCode =
  /** The optional package `@yowasp/clang` is not installed. */
  | 'toolchain_missing'
  /** The command line asks for something `cloudabi cc` does not do, or lacks something. */
  | 'toolchain_usage'
  /** A file cannot be read or written. */
  | 'toolchain_file'
  /** The compiler itself failed: a crash, or the SDK's own sources did not compile. */
  | 'toolchain_broken';

/** A one-line error for the user; never about the program's own source, which the compiler reports itself. */
export class ToolchainError extends Error {
  readonly code: ToolchainErrorCode;

  constructor(code: ToolchainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolchainError';
    this.code = code;
  }
}
