import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isElf } from '../../../elf/header.ts';
import { hostPath, realPathOf, textOf } from '../../../host/files/host-path.ts';
import { look, reasonOf } from '../../../resources/file-kind.ts';
import { quote } from '../../../resources/written.ts';
import { ProgramError } from '../../program-error.ts';
import { chainOf } from '../chain.ts';
import { isScript } from '../script.ts';

/** Bytes by which a script or an ELF file is known. */
const HEAD = 4;

/**
 * Finds the files that a list has to name so that some programs can be started: each program with its interpreter, its loader
 * and its libraries; of a directory, all scripts, programs and libraries beneath it.
 *
 * @returns Absolute paths without symbolic links, sorted.
 * @throws ProgramError for a path with nothing that can be started.
 */
export function findExecutables(paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const stats = look(resolve(path));
    if (stats === undefined)
      throw new ProgramError('program_not_found', `Cannot list ${quote(path)}: no such file`);
    if (typeof stats === 'string')
      throw new ProgramError('not_a_program', `Cannot list ${quote(path)}: ${stats}`);
    const real = realPathOf(resolve(path));
    if (stats.isDirectory()) addBeneath(real, found);
    else for (const file of withNeeds(real, path)) found.add(file);
  }
  return [...found].sort();
}

function withNeeds(path: string, shown: string): readonly string[] {
  const head = headOf(path);
  if (!isElf(head) && !isScript(head))
    throw new ProgramError(
      'not_a_program',
      `Cannot list ${quote(shown)}: it is neither a script nor an ELF file`,
    );
  try {
    const environment = new Map([['PATH', process.env['PATH'] ?? '']]);
    const { links } = chainOf(path, shown, { environment, libraryPath: [] });
    return links.flatMap((link) => [realPathOf(link.path), ...(link.libraries?.files.keys() ?? [])]);
  } catch (error) {
    // A library is listed alone, as is a program of another machine.
    if (error instanceof ProgramError) return [path];
    throw error;
  }
}

function addBeneath(directory: string, found: Set<string>): void {
  for (const entry of readdirSync(hostPath(directory), { withFileTypes: true, encoding: 'buffer' })) {
    const path = join(directory, textOf(entry.name));
    if (entry.isDirectory()) addBeneath(path, found);
    else if (entry.isFile()) {
      const head = headOf(path);
      if (isElf(head) || (isScript(head) && isExecutable(path))) found.add(path);
    }
  }
}

const EXECUTE = 0o111;

function isExecutable(path: string): boolean {
  const stats = look(path);
  return typeof stats === 'object' && (stats.mode & EXECUTE) !== 0;
}

function headOf(path: string): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(hostPath(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw new ProgramError('not_a_program', `Cannot read ${quote(path)}: ${reasonOf(error)}`);
  }
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD, 0));
  } catch (error) {
    throw new ProgramError('not_a_program', `Cannot read ${quote(path)}: ${reasonOf(error)}`);
  } finally {
    closeSync(descriptor);
  }
}
