import { parse } from 'yaml';

/** Beginnings of comment lines, by the end of a file's name. */
const COMMENTS: Readonly<Record<string, string>> = {
  c: '//',
  hex: '#',
  js: '//',
  mjs: '//',
  py: '#',
  sh: '#',
  ts: '//',
  wat: ';;',
  yaml: '#',
};

/** Result of the same file without walls: success proves that it is an attack. */
export type Unconfined =
  | { readonly works: true; readonly only: 'root' | undefined }
  | { readonly works: false; readonly reason: string };

/** The description in the first comment of an attempt. */
export type Header = {
  readonly route: string;
  readonly knownFrom: string;
  /** Text between the braces of a flow mapping of YAML; the runner of its kind knows the keys. Often empty. */
  readonly grants: string;
  /** The answers that are refusals: names of errors, or words. */
  readonly refused: readonly string[];
  readonly twin: string;
  readonly unconfined: Unconfined;
  /** Names or first words of the worlds it is tried in; `undefined` for all of its kind. */
  readonly worlds: readonly string[] | undefined;
  /** A rule of hosts that is granted when the program runs, and withdrawn when it makes the file `withdraw` in `WORK`. */
  readonly live: string | undefined;
  /** An accomplice outside of the walls; the runner of its kind knows the names. */
  readonly beside: string | undefined;
};

/** A header that cannot be read. */
export class HeaderError extends Error {
  readonly code = 'bad_header';
}

const REQUIRED = ['Route', 'Known from', 'Refused', 'Twin', 'Unconfined'] as const;
const OPTIONAL = ['Grants', 'Live', 'Worlds', 'Beside'] as const;

/** Languages that attempts can be written in, as ends of names. */
export const languages: readonly string[] = Object.keys(COMMENTS);

/**
 * Reads the comment block at the beginning of a file: lines `Key: value`, where a line that is indented by two more
 * spaces goes on with the one before. A first line `#!` is passed over.
 *
 * @throws HeaderError
 */
export function readHeader(text: string, language: string): Header {
  const values = new Map<string, string>();
  let last: string | undefined;
  for (const line of commentLines(text, language)) {
    if (last !== undefined && /^ {2}\S/.test(line)) {
      values.set(last, `${values.get(last)} ${line.trim()}`);
      continue;
    }
    const [, key, value] = /^([A-Z][a-z]+(?: [a-z]+)?): (\S.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new HeaderError(`'${line}' is not 'Key: value'`);
    if (![...REQUIRED, ...OPTIONAL].some((known) => known === key))
      throw new HeaderError(`'${key}' is not one of ${[...REQUIRED, ...OPTIONAL].join(', ')}`);
    if (values.has(key)) throw new HeaderError(`'${key}' is written twice`);
    values.set(key, value.trim());
    last = key;
  }
  const get = (key: (typeof REQUIRED)[number]): string => {
    const value = values.get(key);
    if (value === undefined) throw new HeaderError(`'${key}' is missing`);
    return value;
  };
  const worlds = values.get('Worlds');
  return {
    route: get('Route'),
    knownFrom: get('Known from'),
    grants: readGrants(values.get('Grants')),
    refused: readList('Refused', get('Refused')),
    twin: get('Twin'),
    unconfined: readUnconfined(get('Unconfined')),
    worlds: worlds === undefined ? undefined : readList('Worlds', worlds),
    live: values.get('Live'),
    beside: values.get('Beside'),
  };
}

function* commentLines(text: string, language: string): Generator<string> {
  const prefix = COMMENTS[language];
  if (prefix === undefined) throw new HeaderError(`'.${language}' is no language of attempts`);
  const lines = text.split('\n');
  if (lines[0]?.startsWith('#!')) lines.shift();
  for (const line of lines) {
    if (!line.startsWith(`${prefix} `)) return;
    yield line.slice(prefix.length + 1).trimEnd();
  }
}

function readList(key: string, text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.some((word) => !/^[\w-]+$/.test(word)))
    throw new HeaderError(`'${key}: ${text}' is not a list of words with commas between`);
  return words;
}

function readGrants(text: string | undefined): string {
  if (text === undefined) return '';
  const [, inner] = /^\{(.*)\}$/.exec(text) ?? [];
  const value: unknown = inner === undefined ? undefined : parse(text, { logLevel: 'silent' });
  if (inner === undefined || typeof value !== 'object' || value === null)
    throw new HeaderError(`'Grants: ${text}' is not a flow mapping of YAML`);
  return inner.trim();
}

function readUnconfined(text: string): Unconfined {
  if (text === 'works') return { works: true, only: undefined };
  if (text === 'works for root') return { works: true, only: 'root' };
  const [, reason] = /^cannot run: (\S.*)$/.exec(text) ?? [];
  if (reason === undefined)
    throw new HeaderError(`'Unconfined: ${text}' is not 'works', 'works for root' or 'cannot run: reason'`);
  return { works: false, reason };
}
