import { readSmallFile, UnsuitableFileError } from '../host/files/small-file.ts';
import { isSteeringVariable } from '../linux/steering-variables.ts';
import { isNothing, reasonOf } from './file-kind.ts';
import { quote } from './written.ts';

/** Bytes of the largest file of variables, and the most variables in one. */
const LARGEST = 2 ** 20;
const MOST_VARIABLES = 4096;

/** A variable of a file, and the line that it begins on. */
export type FileVariable = { readonly name: string; readonly value: string; readonly line: number };

/** Variables, or the mistakes of the file. */
export type EnvFile =
  | { readonly variables: readonly FileVariable[] }
  | { readonly problems: readonly string[] };

/**
 * Reads a file of variables.
 *
 * @param path Absolute.
 * @param shown Its path as it was written.
 */
export function readEnvFile(path: string, shown: string): EnvFile {
  let bytes: Uint8Array;
  try {
    bytes = readSmallFile(path, LARGEST);
  } catch (error) {
    const reason =
      error instanceof UnsuitableFileError
        ? `it is no regular file of at most ${LARGEST} bytes`
        : isNothing(error)
          ? 'no such file'
          : reasonOf(error);
    return { problems: [`Cannot read the variables of ${quote(shown)}: ${reason}`] };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problems: [`Cannot read the variables of ${quote(shown)}: it is not UTF-8`] };
  }
  return parseEnvFile(text, shown);
}

/** The start of a line: `NAME=`, or `export NAME=` as a shell has it. */
const START = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/;

/**
 * Reads variables as dotenv has them: `NAME=value` a line, `#` begins a comment at the start of a line or behind a blank,
 * `'…'` is as it is, `"…"` knows `\\n`, `\\r`, `\\t`, `\\"`, `\\$` and `\\\\`, and both may span lines. Nothing is expanded: `$` stands
 * for itself.
 *
 * @param shown The name of the file in messages.
 */
export function parseEnvFile(text: string, shown: string): EnvFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const found = new Map<string, FileVariable>();
  const problems: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^[ \t]*(?:#|$)/.test(line)) continue;
    const number = at + 1;
    const [head, name = ''] = START.exec(line) ?? [];
    const wrong = (reason: string): void => {
      problems.push(`${shown}:${number}: ${reason}`);
    };
    if (head === undefined) {
      // The line is not repeated: a file that is named in the place of one of variables may hold secrets.
      wrong('A line is NAME=value, a comment or nothing, and this one is not');
      continue;
    }
    const value = readValue(lines, at, line.slice(head.length));
    if (typeof value === 'string') {
      wrong(value);
      break;
    }
    at = value.last;
    if (value.text.includes('\0')) wrong(`Variable ${name} holds a NUL character`);
    else if (isSteeringVariable(name))
      wrong(
        `Variable ${name} steers which code programs run, load or trust, and a file may not set it; give it in 'environment' or with --env`,
      );
    else found.set(name, { name, value: value.text, line: number });
    if (found.size > MOST_VARIABLES) {
      wrong(`There are more than ${MOST_VARIABLES} variables`);
      break;
    }
  }
  return problems.length > 0 ? { problems } : { variables: [...found.values()] };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['$', '$'],
  ['\\', '\\'],
]);

/** Reads a value from the rest of its first line; returns it with its last line, or the mistake. */
function readValue(
  lines: readonly string[],
  first: number,
  rest: string,
): { readonly text: string; readonly last: number } | string {
  const quoted = rest.charAt(0);
  if (quoted !== '"' && quoted !== "'")
    return { text: rest.replace(/(?:^|[ \t])#.*$/, '').trim(), last: first };
  const parts: string[] = [];
  let last = first;
  let line = rest;
  for (let at = 1; ; at++) {
    if (at >= line.length) {
      const next = lines[++last];
      if (next === undefined) return 'A quote has no end';
      parts.push('\n');
      line = next;
      at = -1;
      continue;
    }
    const letter = line.charAt(at);
    if (letter === quoted) {
      if (/^[ \t]*(?:#.*)?$/.test(line.slice(at + 1))) return { text: parts.join(''), last };
      return 'Only a comment may follow the quote that ends a value';
    }
    if (letter !== '\\' || quoted === "'") {
      parts.push(letter);
      continue;
    }
    const escaped = line.charAt(++at);
    parts.push(ESCAPES.get(escaped) ?? `\\${escaped}`);
  }
}
