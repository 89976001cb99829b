/** A name of the C library that needs authority that was not granted, and what to write instead. */
export interface Ambient {
  /** The function or variable. */
  readonly name: string;
  /**
   * Its declaration in C, compatible with the C library's, in types that need no header. Conditions on
   * arguments stand in `when`.
   */
  readonly declaration: string;
  /** The words of the compiler after the name: the replacement, in ASCII. */
  readonly instead: string;
  /** For a function that is refused with some arguments only: the condition on its parameters. */
  readonly when?: string;
}

/** Names that share the reason they are refused for. */
export interface AmbientFamily {
  /** The thing that the program would take without a grant; a heading of the documentation. */
  readonly title: string;
  readonly names: readonly Ambient[];
}

/** Types of C as the declarations of the table write them, which include no header. */
export const FILE: string = 'struct _IO_FILE';
export const DIR: string = 'struct _DIR';
export const SIZE: string = '__SIZE_TYPE__';
export const VA: string = '__builtin_va_list';

/** A name that is refused however it is used. */
export function row(name: string, declaration: string, instead: string): Ambient {
  return { name, declaration, instead };
}

/** A function that takes a directory, and with `AT_FDCWD` (-2 in wasi-libc) the current one. */
export function at(name: string, declaration: string, when = 'directory == -2'): Ambient {
  const instead = 'there is no current directory: use a directory descriptor that the program was given';
  return { name, declaration, instead, when };
}
