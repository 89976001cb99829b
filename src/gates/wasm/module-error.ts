/** A file that cannot be run as a WebAssembly program. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly code:
    | 'malformed_module'
    | 'unknown_import'
    | 'unknown_instruction'
    | 'missing_export'
    | 'memory_limit';

  constructor(code: ModuleError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
