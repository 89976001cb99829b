import { closeSync, constants, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { ElfError } from '../../elf/elf-error.ts';
import { isElf } from '../../elf/header.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { quote } from '../../resources/written.ts';
import { ProgramError } from '../program-error.ts';
import { checkImage } from './check-image.ts';
import { findProgram, isExecutable } from './find-program.ts';
import { isScript, programOfEnv, readScript, SCRIPT_HEAD } from './script.ts';

/** A file that takes part in starting a program. */
export type ChainLink = {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'script' | 'elf';
};

/** How the kernel gets from a file to machine code. */
export type ProgramChain = {
  /** The program itself, then the interpreter of each script; the last one is an ELF image. */
  readonly links: readonly ChainLink[];
  /** The image that the kernel loads, absolute. */
  readonly image: string;
  /** What the kernel puts in front of the program's arguments, the program's path included. */
  readonly arguments: readonly string[];
};

/** The kernel gives up after as many scripts that are interpreters of scripts. */
const MAX_SCRIPTS = 5;

/**
 * Follows `#!` lines to the ELF image that runs in the end, and notes what `/usr/bin/env` is going to start.
 *
 * @param program Absolute path.
 * @param shown The program as messages call it.
 * @param path Where env looks for programs.
 * @throws ProgramError when it cannot be run.
 */
export function chainOf(program: string, shown: string, path: string): ProgramChain {
  const links: ChainLink[] = [];
  const others: ChainLink[] = [];
  let before: string[] = [program];
  let file = program;
  for (;;) {
    const cannot = (reason: string): ProgramError =>
      notRunnable(shown, `${file === program ? 'it' : `its interpreter ${quote(file)}`} ${reason}`);
    const head = headOf(file, cannot);
    if (isElf(head)) {
      links.push({ path: file, kind: 'elf' });
      try {
        checkImage(file);
      } catch (error) {
        if (error instanceof ElfError) throw cannot(error.message);
        throw error;
      }
      return { links: [...links, ...others], image: file, arguments: before };
    }
    if (!isScript(head)) throw cannot('is no kind of program');
    links.push({ path: file, kind: 'script' });
    if (links.length > MAX_SCRIPTS)
      throw cannot(
        `is the ${links.length}th script in a row, more than the ${MAX_SCRIPTS} that Linux follows`,
      );
    const interpreter = readScript(head);
    if (interpreter === undefined) throw cannot('names no interpreter in its first line');
    const started = programOfEnv(interpreter);
    if (started !== undefined) others.push(...chainOfEnv(started, path, cannot));
    const argument = interpreter.argument === undefined ? [] : [interpreter.argument];
    before = [interpreter.path, ...argument, ...before];
    file = resolve(interpreter.path);
  }
}

function chainOfEnv(
  name: string,
  path: string,
  cannot: (reason: string) => ProgramError,
): readonly ChainLink[] {
  const found = name.includes('/') ? resolve(name) : findProgram(name, path);
  if (found === undefined)
    throw cannot(`wants ${quote(name)}, which is in no directory of its PATH (${path})`);
  const head = headOf(found, cannot);
  return isElf(head) ? [{ path: found, kind: 'elf' }] : chainOf(found, name, path).links;
}

function notRunnable(shown: string, reason: string): ProgramError {
  return new ProgramError('not_a_program', `Cannot run ${quote(shown)}: ${reason}`);
}

function headOf(file: string, cannot: (reason: string) => ProgramError): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw cannot(`cannot be read: ${reasonOf(error)}`);
  }
  try {
    if (!isExecutable(file))
      throw cannot('is not a file that may be executed (chmod +x, on a file system without noexec)');
    const head = Buffer.alloc(SCRIPT_HEAD);
    return head.subarray(0, readSync(descriptor, head, 0, SCRIPT_HEAD, 0));
  } finally {
    closeSync(descriptor);
  }
}
