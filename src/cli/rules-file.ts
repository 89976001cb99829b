import { appendFileSync, existsSync } from 'node:fs';
import { reasonOf } from '../resources/file-kind.ts';
import type { KeepRule } from './always.ts';
import { readTextFile } from './document.ts';

/** More than any such file has, in bytes. */
const LONGEST = 1024 * 1024;

/**
 * Reads the rules of a file with one rule of `--net` a line; empty lines and those that begin with `#` say nothing. A file
 * that does not exist has none.
 *
 * @throws UsageError when it cannot be read.
 */
export function readRules(file: string): readonly string[] {
  return textIn(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function textIn(file: string): string {
  return existsSync(file) ? readTextFile(file, LONGEST) : '';
}

/** Makes the function that adds rules of hosts at the end of such a file. */
export function keepInRules(file: string): KeepRule {
  return ({ kind, rule }) => {
    if (kind !== 'connection') return { failed: `${file} holds rules of hosts alone` };
    try {
      const text = textIn(file);
      appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${rule}\n`, { mode: 0o600 });
      return { kept: `${rule} was added to ${file}` };
    } catch (error) {
      return { failed: `Cannot add ${rule} to ${file}: ${reasonOf(error)}` };
    }
  };
}
