import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Tree } from './llvm.ts';

/** The directory of the compiler's file system under which files of the host appear, by absolute path. */
const HOST = '/@host';

/**
 * The files of the host that the compiler gets to see. Its file system lives in memory and is filled before
 * it starts, so headers are found by reading the sources for `#include` and `#embed`, without regard to
 * conditionals: a file too many does no harm.
 */
export class Stage {
  readonly #cwd: string;
  readonly #files: Tree = {};
  readonly #scanned = new Set<string>();

  /** @param cwd the directory that relative names start at */
  constructor(cwd: string) {
    this.#cwd = cwd;
    // The compiler refuses to start in a directory that is not there, though it may need nothing in it.
    makeDirectory(this.#files, this.workingDirectory);
  }

  /** The file system to hand to a tool. */
  get files(): Tree {
    return this.#files;
  }

  /** The compiler's working directory. */
  get workingDirectory(): string {
    return this.virtual('.');
  }

  /** The name of a host file in the compiler's file system. */
  virtual(path: string): string {
    return HOST + resolve(this.#cwd, path);
  }

  /** Turns the names in a tool's messages back into the user's: relative beneath the working directory. */
  hostNames(text: string): string {
    const beneath = this.#cwd === '/' ? `${HOST}/` : `${this.workingDirectory}/`;
    return text.replaceAll(beneath, '').replaceAll(`${HOST}/`, '/');
  }

  /** Adds a file with the given content. */
  add(path: string, bytes: Uint8Array): void {
    placeFile(this.#files, this.virtual(path), bytes);
  }

  /** Adds a file at an absolute path of the compiler's own file system, beside the host's files. */
  addOwn(path: string, bytes: Uint8Array): void {
    placeFile(this.#files, path, bytes);
  }

  /**
   * Adds a source file and its includes, as far as they exist: the compiler reports missing ones.
   *
   * @param path the source file
   * @param search the include directories, in the compiler's order
   */
  addSource(path: string, search: readonly string[]): void {
    const queue = [resolve(this.#cwd, path)];
    const directories = search.map((directory) => resolve(this.#cwd, directory));
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (this.#scanned.has(file)) continue;
      this.#scanned.add(file);
      const bytes = readIfFile(file);
      if (bytes === undefined) continue;
      this.add(file, this.#scan(file, bytes, directories, queue));
    }
  }

  /** Queues the files named in a source; returns its text with the names the file system cannot follow replaced. */
  #scan(file: string, bytes: Buffer, directories: readonly string[], queue: string[]): Uint8Array {
    const text = bytes.toString('latin1');
    const replaced = text.replace(INCLUDE, (line: string, start: string, open: string, raw: string) => {
      const name = Buffer.from(raw, 'latin1').toString('utf8');
      const found = [dirname(file), ...directories]
        .map((directory) => (isAbsolute(name) ? name : join(directory, name)))
        .filter(isFile);
      queue.push(...found);
      // The compiler's file system does not know `..`, and has host files under another root.
      const [first] = found;
      if (first === undefined || !/(^|\/)\.\.\/|^\//.test(name)) return line;
      const close = open === '<' ? '>' : '"';
      return `${start}${open}${Buffer.from(this.virtual(first)).toString('latin1')}${close}`;
    });
    return replaced === text ? bytes : Buffer.from(replaced, 'latin1');
  }
}

/** `#include "x"`, `#embed <x>`, and `#define NAME "x"`, which may become an include later. */
const INCLUDE =
  /(^[ \t]*#[ \t]*(?:include|include_next|import|embed|define[ \t]+\w+)[ \t]*)(["<])([^">\r\n]+)[">]/gm;

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readIfFile(path: string): Buffer | undefined {
  return isFile(path) ? readFileSync(path) : undefined;
}

/** Puts a file into a tree, and makes the directories above it. */
export function placeFile(root: Tree, path: string, bytes: Uint8Array): void {
  makeDirectory(root, dirname(path))[basename(path)] = bytes;
}

/** Returns the directory at a path, and makes its missing parts. */
function makeDirectory(root: Tree, path: string): Tree {
  let directory = root;
  for (const name of path.split('/').filter((name) => name !== '' && name !== '.')) {
    const next = directory[name];
    if (typeof next === 'object' && !(next instanceof Uint8Array)) {
      directory = next;
    } else {
      const made: Tree = {};
      directory[name] = made;
      directory = made;
    }
  }
  return directory;
}
