import { closeSync, constants, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { ElfError } from '../../elf/elf-error.ts';
import { isElf } from '../../elf/header.ts';
import { readImageFile } from '../../elf/image.ts';
import { hostPath, realPathOf } from '../../host/files/host-path.ts';
import { quote } from '../../resources/written.ts';
import { isScript, readScript, SCRIPT_HEAD } from '../linux/script.ts';

/** A file that the kernel would load, as the program sees it: its path on the host, or why it cannot be loaded. */
export type LoadedFile = { readonly host: string } | { readonly problem: string };

/** A reason why the kernel cannot start a file, and the file that it lacks. */
export type ProgramLack = { readonly reason: string; readonly path: string | undefined };

/** The kernel gives up after as many scripts that are interpreters of scripts (fs/exec.c). */
const MAX_SCRIPTS = 5;

/**
 * Says why execve(2) would fail for a file of the host that may be executed: it is of no known form, or names an interpreter
 * or a loader that the program does not have. `undefined` when it would not; libraries are looked for later, by the loader.
 *
 * @param find Finds the file that a path names for the program.
 */
export function programProblem(path: string, find: (path: string) => LoadedFile): ProgramLack | undefined {
  let here = path;
  for (let scripts = 0; scripts <= MAX_SCRIPTS; scripts++) {
    const head = headOf(here);
    if (isElf(head)) return loaderProblem(here, find);
    const interpreter = isScript(head) ? readScript(head) : undefined;
    if (interpreter === undefined)
      return {
        reason: `${quote(here)} is neither a Linux program nor a script that names its interpreter`,
        path: undefined,
      };
    const next = resolve(interpreter.path);
    const found = find(next);
    if ('problem' in found) return { reason: `its interpreter ${quote(next)} ${found.problem}`, path: next };
    here = found.host;
  }
  return { reason: `it is the last of more than ${MAX_SCRIPTS} scripts in a row`, path: undefined };
}

function loaderProblem(path: string, find: (path: string) => LoadedFile): ProgramLack | undefined {
  try {
    const { interpreter } = readImageFile(realPathOf(path)).image;
    if (interpreter === undefined) return undefined;
    const found = find(interpreter);
    if ('host' in found) return undefined;
    return { reason: `its loader ${quote(interpreter)} ${found.problem}`, path: interpreter };
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    return { reason: `the kernel cannot read it: ${error.message}`, path: undefined };
  }
}

function headOf(path: string): Uint8Array {
  const descriptor = openSync(hostPath(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const head = Buffer.alloc(SCRIPT_HEAD);
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
