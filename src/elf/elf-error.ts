/** Faults of a file that should be an ELF image. */
export type ElfErrorCode = 'not_elf' | 'truncated' | 'malformed' | 'foreign' | 'too_large';

/** A file is no ELF image, or none that this host could load. The message describes the mistake, without the path. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
  readonly code: ElfErrorCode;

  constructor(code: ElfErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
