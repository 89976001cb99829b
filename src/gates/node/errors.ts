/** Reasons for which a program in TypeScript or JavaScript cannot be linked. */
export type LinkErrorCode = 'link_failed' | 'native_addon' | 'foreign_file';

/** The program cannot be linked into one file. Nothing of it has run. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly code: LinkErrorCode;

  constructor(code: LinkErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
