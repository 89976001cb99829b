import { posix } from 'node:path';
import type { CallList, Slot } from '../host/processes/call-list.ts';
import { O_CLOEXEC, O_CREAT, O_WRONLY } from '../linux/open-flags.ts';

/* The steps that fill a directory in memory with files of known content. */

/** Files by their path beneath a directory. */
export type TextFiles = ReadonlyMap<string, string>;

/**
 * Adds the steps: directories where they are needed, and files that can be read.
 *
 * @param directories Further directories, which may be empty.
 */
export function addTextFiles(
  list: CallList,
  words: string,
  root: Slot,
  files: TextFiles,
  directories: readonly string[] = [],
): void {
  const made = new Set<string>(['.']);
  const make = (directory: string): void => {
    if (made.has(directory)) return;
    make(posix.dirname(directory));
    made.add(directory);
    list.call(words, 'mkdirat', [root, list.text(directory), 0o755]);
  };
  const file = list.slot('file');
  for (const [path, text] of files) {
    make(posix.dirname(path));
    const bytes = Buffer.from(text, 'latin1');
    createFile(list, words, root, path, file);
    list.call(words, 'write', [file, list.data(`content of ${path}`, [bytes]), bytes.length]);
    list.call(words, 'close', [file]);
  }
  for (const directory of directories) make(directory);
}

/** Adds the step that makes one file and opens it for writing; its descriptor is in `file` then. */
export function createFile(list: CallList, words: string, root: Slot, path: string, file: Slot): void {
  list.call(words, 'openat', [root, list.text(path), O_CREAT | O_WRONLY | O_CLOEXEC, 0o444], {
    result: file,
  });
}
