import { printable } from '../../text/printable.ts';
import type { ShownEntry } from './picked-directory.ts';

/** The object that a program asks a person for. */
export type WantedFile = {
  readonly kind: 'file' | 'directory';
  readonly access: 'read' | 'write';
  /** The program's own words, which may be untrue. */
  readonly reason: string;
};

/** A directory with its entries, as it is shown to a person. */
export type ShownDirectory = {
  readonly wanted: WantedFile;
  /** The way from the directory of the grant; empty for that itself. */
  readonly path: string;
  readonly entries: readonly ShownEntry[];
};

/** The answer of a person: an entry by name, this directory, the one above, or nothing at all. */
export type Choice = { readonly entry: string } | 'this' | 'up' | 'refuse';

/** The longest answer, in bytes. */
export const LONGEST_CHOICE = 4096;

/** The way in which a person is asked over a descriptor. */
export type ChooserFace = {
  readonly show: (shown: ShownDirectory) => string;
  /** Reads a line; `undefined` for one that is no answer, after which it asks again. */
  readonly read: (line: string, shown: ShownDirectory) => Choice | undefined;
  /** Told when the question is withdrawn. */
  readonly withdrawn: string;
};

/** The longest name or reason on a terminal, in characters. */
const LONGEST_SHOWN = 200;

/** A numbered list on a terminal. */
export const terminalFace: ChooserFace = {
  show: ({ wanted, path, entries }) => {
    const { kind, access, reason } = wanted;
    const what = `${kind === 'file' ? 'a file' : 'a directory'} to ${access}`;
    const words = reason === '' ? '' : ` It says: "${printable(reason, LONGEST_SHOWN)}"`;
    const lines = entries.map(
      ({ name, directory }, index) =>
        `  ${index + 1}) ${printable(name, LONGEST_SHOWN)}${directory ? '/' : ''}`,
    );
    const ways = [
      ...(path === '' ? [] : ['  u) the directory above']),
      ...(kind === 'directory' ? ['  t) this directory'] : []),
    ];
    return [
      '',
      `A program asks for ${what}.${words}`,
      `In ${path === '' ? 'the granted directory' : printable(path, LONGEST_SHOWN)}:`,
      ...lines,
      ...ways,
      'A number or letter; an empty line refuses: ',
    ].join('\n');
  },
  read: (line, { entries, path, wanted }) => {
    const answer = line.trim();
    if (answer === '') return 'refuse';
    if (answer === 'u' && path !== '') return 'up';
    if (answer === 't' && wanted.kind === 'directory') return 'this';
    const entry = /^[0-9]{1,4}$/.test(answer) ? entries[Number(answer) - 1] : undefined;
    return entry && { entry: entry.name };
  },
  withdrawn: '\nThe program has withdrawn its question.\n',
};

/** JSON lines, for a chooser in another process: a browser page, or an application that embeds programs. */
export const lineFace: ChooserFace = {
  show: (shown) => `${JSON.stringify(shown)}\n`,
  read: (line) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return undefined;
    }
    if (value === 'this' || value === 'up' || value === 'refuse') return value;
    const entry: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'entry') : undefined;
    return typeof entry === 'string' ? { entry } : undefined;
  },
  withdrawn: '"withdrawn"\n',
};
