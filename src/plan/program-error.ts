/** Reasons for which a program cannot be run: the CLI ends with status 127 or 126. */
export type ProgramErrorCode = 'program_not_found' | 'not_a_program';

/** The program cannot be run. Nothing has been opened. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly code: ProgramErrorCode;

  constructor(code: ProgramErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
