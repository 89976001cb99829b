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

/** The error for a file that is no module. */
export function malformed(what: string): ModuleError {
  return new ModuleError('malformed_module', `The file is no valid WebAssembly module: ${what}`);
}
