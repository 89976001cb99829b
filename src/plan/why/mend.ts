import { shellWord } from '../../text/shell-word.ts';
import type { Mend, PathAccess } from './use.ts';

/** Words that YAML takes as they are. */
const PLAIN = /^[A-Za-z0-9_/.@%+,=:-]+$/;

/** A text of YAML in one line. */
export function yamlWord(text: string): string {
  return PLAIN.test(text) && !/^[-@%,=.\d]|[,:]/.test(text) ? text : JSON.stringify(text);
}

/** A file or directory that is to be granted. */
export type MendedPath = {
  /** The path on the host. */
  readonly path: string;
  /** The path that the program is to see it at. */
  readonly at: string;
  readonly directory: boolean;
};

const options: Readonly<Record<PathAccess, string>> = {
  read: '--read-data',
  write: '--write-data',
  exec: '--read',
};

const rights: Readonly<Record<PathAccess, string>> = {
  read: '[read]',
  write: '[read, write, create, remove]',
  exec: '[read, execute]',
};

/** The smallest grant of a path to a Linux program: the right to start it is there only where that is asked for. */
export function grantPath(access: PathAccess, { path, at, directory }: MendedPath): Mend {
  const value = path === at ? path : `${path}:${at}`;
  const key = directory ? 'directories' : 'files';
  const given = !directory && access === 'write' ? '[read, write]' : rights[access];
  return {
    option: `${options[access]} ${shellWord(value)}`,
    yaml: `${key}: { ${yamlWord(at)}: !file { path: ${yamlWord(path)}, rights: ${given} } }`,
  };
}

/** A directory that a program which our kernel serves opens files in. */
export function grantServed(access: PathAccess, directory: string): Mend {
  const given =
    access === 'read' ? 'read' : access === 'write' ? '[read, write, create, remove]' : '[read, execute]';
  const word = yamlWord(directory);
  return {
    option:
      access === 'exec' ? undefined : `${access === 'write' ? '--write' : '--read'} ${shellWord(directory)}`,
    yaml: `directories: { ${word}: !file { path: ${word}, rights: ${given} } }`,
  };
}
