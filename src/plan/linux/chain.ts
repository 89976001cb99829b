import { readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ElfError } from '../../elf/elf-error.ts';
import { isElf } from '../../elf/header.ts';
import { type Libraries, librariesOf } from '../../elf/libraries.ts';
import { type Trace, tracePath } from '../../host/files/path-trace.ts';
import { IrregularFileError, type RegularFile, withRegularFile } from '../../host/files/regular-file.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { quote } from '../../resources/written.ts';
import { ProgramError } from '../program-error.ts';
import { checkImage } from './check-image.ts';
import { readEnvLine } from './env-line.ts';
import { findProgram, isExecutable } from './find-program.ts';
import { isScript, readScript, SCRIPT_HEAD } from './script.ts';

/** A file that takes part in starting a program, as it was read. */
export type ChainLink = {
  /** Absolute. */
  readonly path: string;
  readonly file: RegularFile;
  /** The files that it needs, itself among them; `undefined` for a script, which needs itself alone. */
  readonly libraries: Libraries | undefined;
  /** The symbolic links on the way to it. */
  readonly links: Trace['links'];
};

/** The way of the kernel from a file to machine code. */
export type ProgramChain = {
  /** The program itself, the interpreter of each script, and the program that env starts. */
  readonly links: readonly ChainLink[];
  /** The image that the kernel loads, absolute. */
  readonly image: string;
  /** That image as it was read. */
  readonly imageFile: RegularFile;
  /** The loader that this image names; `undefined` for a static one. */
  readonly interpreter: string | undefined;
  /** True if env looks for a program in PATH. */
  readonly searches: boolean;
  /** The words that the kernel puts in front of the program's arguments, the program's path included. */
  readonly arguments: readonly string[];
};

/** The facts that a chain depends on besides its files. */
export type ChainContext = {
  /** Variables of the program; env looks into PATH. */
  readonly environment: ReadonlyMap<string, string>;
  /** Directories of its LD_LIBRARY_PATH. */
  readonly libraryPath: readonly string[];
};

/** The kernel gives up after as many scripts that are interpreters of scripts. */
const MAX_SCRIPTS = 5;

/** The program whose argument in a first line is a program; only the host's own is believed to be it. */
const ENV = '/usr/bin/env';

/**
 * Follows `#!` lines to the ELF image that runs in the end, and notes the program that the host's env(1) is going to start.
 *
 * @param program Absolute path.
 * @param shown The program as messages call it.
 * @throws ProgramError when it cannot be run.
 */
export function chainOf(program: string, shown: string, context: ChainContext): ProgramChain {
  return new Chain(shown, context).follow(program, true);
}

class Chain {
  readonly #shown: string;
  readonly #context: ChainContext;

  constructor(shown: string, context: ChainContext) {
    this.#shown = shown;
    this.#context = context;
  }

  /** @param env True if env is followed: not from a program that env starts. */
  follow(program: string, env: boolean): ProgramChain {
    const links: ChainLink[] = [];
    let before: string[] = [program];
    let path = program;
    // For when the interpreter of the script before turns out to be env.
    let started = (): readonly ChainLink[] => [];
    for (;;) {
      const here = path;
      const cannot = (reason: string): ProgramError => {
        const what = here === program ? 'it' : `its interpreter ${quote(here)}`;
        return new ProgramError('not_a_program', `Cannot run ${quote(this.#shown)}: ${what} ${reason}`);
      };
      const { head, link } = this.#read(path, cannot);
      links.push(link);
      if (link.libraries !== undefined) {
        const others = env && isEnv(link) ? started() : [];
        const { interpreter } = link.libraries.image;
        const searches = others.length > 0;
        links.push(...others);
        return { links, image: path, imageFile: link.file, interpreter, searches, arguments: before };
      }
      if (links.length > MAX_SCRIPTS)
        throw cannot(
          `is the ${links.length}th script in a row, more than the ${MAX_SCRIPTS} that Linux follows`,
        );
      const interpreter = readScript(head);
      if (interpreter === undefined) throw cannot('names no interpreter in its first line');
      const argument = interpreter.argument === undefined ? [] : [interpreter.argument];
      started = () => argument.flatMap((text) => this.#startedByEnv(text, cannot));
      before = [interpreter.path, ...argument, ...before];
      path = resolve(interpreter.path);
    }
  }

  #startedByEnv(argument: string, cannot: (reason: string) => ProgramError): readonly ChainLink[] {
    const line = readEnvLine(argument, this.#context.environment);
    if (line.kind === 'nothing') return [];
    if (line.kind === 'unknown')
      throw cannot(
        `starts ${quote(argument)} by env, of which is not known what it starts: it ${line.reason}`,
      );
    const { name, path } = line;
    const found = name.includes('/') ? resolve(name) : findProgram(name, path);
    if (found === undefined)
      throw cannot(`wants ${quote(name)}, which is in no directory of its PATH (${path})`);
    return new Chain(name, this.#context).follow(found, false).links;
  }

  #read(path: string, cannot: (reason: string) => ProgramError): { head: Uint8Array; link: ChainLink } {
    const trace = tracePath(path);
    if (trace === undefined) throw cannot('cannot be read: no such file');
    try {
      const { head, file } = withRegularFile(trace.real, (descriptor, opened) => {
        const bytes = Buffer.alloc(SCRIPT_HEAD);
        return { head: bytes.subarray(0, readSync(descriptor, bytes, 0, SCRIPT_HEAD, 0)), file: opened };
      });
      if (!isExecutable(trace.real))
        throw cannot('is not a file that may be executed (chmod +x, on a file system without noexec)');
      const { links } = trace;
      if (isScript(head)) return { head, link: { path, file, links, libraries: undefined } };
      if (!isElf(head)) throw cannot('is no kind of program');
      const libraries = librariesOf(path, { libraryPath: this.#context.libraryPath }, checkImage);
      // The file that was read as an image is the one that goes on, not that of the first look.
      const image = libraries.files.get(libraries.program) ?? file;
      return { head, link: { path, file: image, links: libraries.links, libraries } };
    } catch (error) {
      if (error instanceof ElfError || error instanceof IrregularFileError) throw cannot(error.message);
      if (error instanceof Error && 'syscall' in error) throw cannot(`cannot be read: ${reasonOf(error)}`);
      throw error;
    }
  }
}

/** Compares an interpreter with the host's env, which may be BusyBox under that name. */
function isEnv({ path, file }: ChainLink): boolean {
  if (basename(path) !== basename(ENV)) return false;
  const env = statSync(ENV, { bigint: true, throwIfNoEntry: false });
  return env?.dev === file.device && env.ino === file.inode;
}
