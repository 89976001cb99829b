import {
  chmodSync,
  closeSync,
  constants,
  futimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { BackingFolder, HostFailure } from '../encryption/backing.ts';
import { DecryptedTree } from '../encryption/decrypted-tree.ts';
import { IntegrityError } from '../encryption/page-cipher.ts';
import { lockNow } from '../host/files/file-lock.ts';
import { bytesOf, hostPath, textOf } from '../host/files/host-path.ts';
import { STDOUT } from '../host/files/standard-streams.ts';
import { isTerminal } from '../host/files/terminal.ts';
import { errnoMeaning } from '../linux/errno.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { ResourceError } from '../resources/mistake.ts';
import { quote } from '../resources/written.ts';
import { directoryKey } from '../run/linux/directory-key.ts';
import { printable } from '../text/printable.ts';
import { print, printError, printLine } from './output.ts';

/** Options of `cloudabi decrypt`. */
export type DecryptOptions = {
  /** The file with the key. */
  readonly key: string;
  /** A new directory for the decrypted files; standard output for one file without it. */
  readonly output: string | undefined;
  /** True to read everything and write nothing. */
  readonly check: boolean;
};

/** The longest path in a message. */
const LONGEST = 1000;

/**
 * Decrypts an encrypted directory, or some of its files.
 *
 * @param paths Relative to the directory; all of it without any.
 * @returns The exit status.
 * @throws ResourceError
 */
export function decryptDirectory(
  directory: string,
  paths: readonly string[],
  options: DecryptOptions,
): number {
  const descriptor = openDirectory(directory);
  try {
    if (!lockNow(descriptor, 'shared'))
      throw new ResourceError(
        `A program that may write ${quote(directory)} runs; wait for its end`,
        undefined,
      );
    const key = directoryKey({
      descriptor,
      path: directory,
      from: { kind: 'file', path: options.key },
      makes: false,
      position: undefined,
      place: '',
    });
    const decryption = new Decryption(new DecryptedTree(new BackingFolder(descriptor), key), directory);
    const wanted = paths.length === 0 ? [''] : paths.map((path) => bytesOf(trimmed(path)).toString('latin1'));
    return decryption.run(wanted, options);
  } finally {
    closeSync(descriptor);
  }
}

function openDirectory(directory: string): number {
  try {
    return openSync(hostPath(directory), constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    const code = error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0;
    throw new ResourceError(`Cannot open ${quote(directory)}: ${errnoMeaning(code)}`, undefined);
  }
}

function trimmed(path: string): string {
  return path.replace(/^(?:\.?\/+)+/, '').replace(/(?:\/+\.?)+$/, '');
}

class Decryption {
  readonly #tree: DecryptedTree;
  readonly #directory: string;
  #damaged = 0;
  #files = 0;

  constructor(tree: DecryptedTree, directory: string) {
    this.#tree = tree;
    this.#directory = directory;
  }

  run(wanted: readonly string[], { output, check }: DecryptOptions): number {
    if (check) {
      for (const path of wanted) this.#each(path, undefined);
      printLine(
        `${this.#files} files are authentic${this.#damaged > 0 ? `, ${this.#damaged} are not` : ''}.`,
      );
    } else if (output !== undefined) {
      makeEmpty(output);
      for (const path of wanted) this.#each(path, path === '' ? output : join(output, nameOf(path)));
    } else this.#print(wanted);
    return this.#damaged > 0 ? ExitStatus.resource : 0;
  }

  #print(wanted: readonly string[]): void {
    const [path, ...more] = wanted;
    if (path === undefined || path === '' || more.length > 0)
      throw new ResourceError('Name one file to print, or a new directory for all with --output', undefined);
    const terminal = isTerminal(STDOUT);
    this.#try(path, () =>
      this.#tree.read(path, (bytes) => {
        if (terminal) print(Buffer.from(bytes).toString());
        else writeAll(STDOUT, bytes);
      }),
    );
  }

  /** Decrypts a path and all beneath it. */
  #each(path: string, to: string | undefined): void {
    this.#try(path, () => {
      const entry = this.#tree.entry(path);
      switch (entry.kind) {
        case 'directory':
          if (to !== undefined && path !== '') mkdirSync(hostPath(to), 0o700);
          for (const within of this.#tree.list(path)) this.#each(within, to && join(to, nameOf(within)));
          if (to !== undefined && path !== '') chmodSync(hostPath(to), entry.mode);
          return;
        case 'link':
          if (to !== undefined) symlinkSync(entry.target, hostPath(to));
          return;
        case 'file':
          if (to === undefined) this.#tree.read(path, () => undefined);
          else this.#write(path, to, entry.mode, entry.modified);
          this.#files++;
          return;
        case 'other':
          return;
      }
    });
  }

  #write(path: string, to: string, mode: number, modified: Date): void {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const file = openSync(hostPath(to), flags, 0o600);
    try {
      this.#tree.read(path, (bytes) => writeAll(file, bytes));
      futimesSync(file, modified, modified);
    } finally {
      closeSync(file);
    }
    chmodSync(hostPath(to), mode & ~(constants.S_IFMT | 0o6000));
  }

  /** Goes on behind a file that cannot be decrypted. */
  #try(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof IntegrityError || error instanceof HostFailure)) throw error;
      this.#damaged++;
      const shown = printable(Buffer.from(join(this.#directory, path), 'latin1').toString(), LONGEST);
      const reason = error instanceof HostFailure ? errnoMeaning(error.errno) : 'it is damaged';
      printError(`Cannot decrypt '${shown}': ${reason}`);
    }
  }
}

function makeEmpty(directory: string): void {
  mkdirSync(hostPath(resolve(directory)), { recursive: true, mode: 0o700 });
  if (readdirSync(hostPath(directory)).length > 0)
    throw new ResourceError(`${quote(directory)} is not empty; name a new directory`, undefined);
}

/** The last name of a path, as hostPath takes it. */
function nameOf(path: string): string {
  return textOf(Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1'));
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
