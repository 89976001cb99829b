import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { quote } from '../../resources/written.ts';
import { SYSTEM_DIRECTORIES } from './base.ts';
import type { Ungranted } from './ungranted-error.ts';

/*
 * Programs that are installed for one user or one project are often only the door to others: without the rest, another
 * program than the one that was meant would run, or this one would fail with a message about something else.
 */

/** Names of the interpreter that scripts of a virtual environment name. */
const PYTHON = /^(?:python|pypy)/;

/** A directory that a program needs, and the part of it that is enough. */
export type Belonging = Ungranted & { readonly needed: string };

/** A program that starts others by the name under which it is called, and where it keeps them. */
type Proxy = {
  readonly name: string;
  /**
   * A variable that names the place, where it is without it, beneath the user's home, and the part of it that the door
   * itself needs.
   */
  readonly places: readonly (readonly [variable: string, fallback: string, part?: string])[];
};

const proxies: readonly Proxy[] = [
  {
    name: 'rustup',
    places: [
      ['RUSTUP_HOME', '.rustup'],
      ['CARGO_HOME', '.cargo', 'bin'],
    ],
  },
  { name: 'volta-shim', places: [['VOLTA_HOME', '.volta']] },
  { name: 'mise', places: [['MISE_DATA_DIR', '.local/share/mise']] },
];

/**
 * Finds the directories that a program of a virtual environment or of a version manager needs besides its file.
 *
 * @param path Absolute path by which the program is started, symbolic links not followed.
 * @param real The same without symbolic links.
 * @param isScript True if it is no image: a script that is found through a link is mostly one file of a package.
 * @param environment Variables that the program gets.
 */
export function belongingsOf(
  path: string,
  real: string,
  isScript: boolean,
  environment: ReadonlyMap<string, string>,
): readonly Belonging[] {
  const folder = dirname(path);
  const root = dirname(folder);
  const called = quote(path);
  const needing = (
    at: string,
    problem: string,
    variables: readonly string[] = [],
    needed = at,
  ): Belonging[] => [{ path: at, needed, problem, directory: true, variables }];
  if (PYTHON.test(basename(path)) && existsSync(join(root, 'pyvenv.cfg')))
    return needing(root, `is the virtual environment of ${called} and is not granted`);
  // pyenv, rbenv, nodenv, asdf and their like.
  if (basename(folder) === 'shims' && !isOfSystem(path))
    return needing(root, `holds the files that ${called} chooses from and is not granted`);
  // The folder of a package, and for its own links that of all packages.
  if (isScript && folder !== dirname(real) && !isOfSystem(real))
    return needing(
      basename(folder) === '.bin' ? root : folderOfProgram(real),
      `holds the files that ${called} leads to and is not granted`,
    );
  const proxy = proxies.find(({ name }) => name === basename(real) && name !== basename(path));
  return (proxy?.places ?? []).flatMap(([variable, fallback, part = '.']) => {
    const at = process.env[variable] ?? join(homedir(), fallback);
    if (!existsSync(at)) return [];
    const variables = [...(process.env[variable] === undefined ? ['HOME'] : [variable])];
    return needing(
      at,
      `holds the files that ${called} starts and is not granted`,
      variables.filter((name) => !environment.has(name)),
      join(at, part),
    );
  });
}

function isOfSystem(path: string): boolean {
  return SYSTEM_DIRECTORIES.some((directory) => isBeneath(path, directory));
}

/** The folder that a program lies in with all that belongs to it. */
export function folderOfProgram(real: string): string {
  const folder = dirname(real);
  return /^(?:s?bin|libexec)$/.test(basename(folder)) ? dirname(folder) : folder;
}
