import { readFileSync } from 'node:fs';
import { UsageError } from './options.ts';

/** Options whose files Node reads before it starts a script, wherever they stand in front of a `--`. */
const VARIABLES = /^(--env-file(?:-if-exists)?)(?:=|$)/;

/** Options of Node 23.10 and later that it looks for among all its arguments, also behind a `--`. */
const SETTINGS = /^(--experimental-(?:default-)?config-file)(?:=|$)/;

/** The first word of a command whose words begin with a colon each. */
const MARK = ':';

let marked = false;

/**
 * Takes the colons from the words of this command. The shell that starts Node by the name of a command puts them there where
 * a word could be an option of Node's (scripts/build.js). Must come before all else that reads them.
 */
export function takeMarks(): void {
  marked = process.argv[2] === MARK;
  if (marked) process.argv.splice(2, Infinity, ...process.argv.slice(3).map(unmarked));
}

/** A word as it was given, of one in the list of the host. */
export function unmarked(word: string): string {
  return marked ? word.slice(MARK.length) : word;
}

/**
 * Makes sure that Node has taken no word of this command for an option of its own: its file mostly comes with a project, and
 * names code that Node loads. Our executables start Node with a `--` in front of the script and with marks; a command that
 * names Node itself may not.
 *
 * @throws UsageError
 */
export function checkWordsOfNode(): void {
  if (marked) return;
  const words = process.argv.slice(2);
  const end = words.indexOf('--');
  const variables = find(end < 0 ? words : words.slice(0, end), VARIABLES);
  if (variables !== undefined && !hasDashes())
    throw new UsageError(
      `Node, which runs cloudabi, has read the file of ${variables} itself; start cloudabi by its name, or as: node -- ${process.argv[1]}`,
    );
  const settings = find(words, SETTINGS);
  if (settings !== undefined)
    throw new UsageError(
      `Node, which runs cloudabi, has read the file of ${settings} itself; start cloudabi by its name`,
    );
}

function find(words: readonly string[], pattern: RegExp): string | undefined {
  return words.map((word) => pattern.exec(word)?.[1]).find((name) => name !== undefined);
}

/** Tells whether Node was given a `--` in front of the script; no where the host does not show it. */
function hasDashes(): boolean {
  try {
    const all = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
    // The script is the second of our arguments.
    return all[all.length - process.argv.length] === '--';
  } catch {
    return false;
  }
}
