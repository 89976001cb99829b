import { closeSync, openSync, readSync } from 'node:fs';
import { hostPath } from '../../host/files/host-path.ts';

/** The bytes of a script that the kernel looks at (BINPRM_BUF_SIZE). */
const HEAD = 256;

/** Finds the interpreter that the kernel starts for a script (execve(2)); none for other files. */
export function readInterpreters(path: string): readonly string[] {
  const head = readHead(path);
  const [, interpreter] = /^#![ \t]*([^ \t\n]+)/.exec(head) ?? [];
  return interpreter?.startsWith('/') ? [interpreter] : [];
}

function readHead(path: string): string {
  try {
    const descriptor = openSync(hostPath(path), 'r');
    try {
      const head = Buffer.alloc(HEAD);
      return head.toString('latin1', 0, readSync(descriptor, head, 0, HEAD, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // One that cannot be read is no script for its user.
    return '';
  }
}
