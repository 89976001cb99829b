/* The first line of a script: execve(2), "Interpreter scripts", and fs/binfmt_script.c of Linux. */

/** The kernel looks at no more of a file (BINPRM_BUF_SIZE), in bytes. */
export const SCRIPT_HEAD = 256;

/** The program that starts a script. */
export type Interpreter = {
  /** As it is written: a path, absolute unless the script is strange. */
  readonly path: string;
  /** All that follows it on the line, as one argument; `undefined` for nothing. */
  readonly argument: string | undefined;
};

/** Tells whether a file begins like a script. */
export function isScript(head: Uint8Array): boolean {
  return head[0] === 0x23 && head[1] === 0x21;
}

/**
 * Reads the first line of a script.
 *
 * @param head The first `SCRIPT_HEAD` bytes of the file, or all of a shorter one.
 * @returns `undefined` when the kernel would refuse it: no interpreter, or one whose name goes on behind `head`.
 */
export function readScript(head: Uint8Array): Interpreter | undefined {
  // A character for each byte, since the kernel counts bytes.
  const start = Buffer.from(head.subarray(0, SCRIPT_HEAD)).toString('latin1');
  // It looks for the end of the line no further than a NUL, of which there are many behind a short file.
  const [, line = '', end] = /^#!([^\n\0]*)([\n\0]?)/.exec(start) ?? [];
  const all = line.length === SCRIPT_HEAD - 2;
  if (all && !/[^ \t][ \t]/.test(line)) return undefined;
  // Without an end in sight, it needs the last byte for one; blanks in front of a NUL belong to the argument.
  const text =
    end === '\n' || line.length >= SCRIPT_HEAD - 3 ? withoutBlanks(line.slice(0, SCRIPT_HEAD - 3)) : line;
  const [, path, separator, argument = ''] = /^[ \t]*([^ \t]+)([ \t]+)?(.*)$/s.exec(text) ?? [];
  if (path === undefined) return undefined;
  return { path: fromBytes(path), argument: separator === undefined ? undefined : fromBytes(argument) };
}

function withoutBlanks(text: string): string {
  return text.replace(/[ \t]+$/, '');
}

function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
