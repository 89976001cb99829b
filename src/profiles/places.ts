import { isBeneath } from '../host/files/beneath.ts';
import { userHome, xdgFolder } from '../host/files/user-folders.ts';
import { repositoryOf } from './repository.ts';

/** A place of this user or this start that a profile names without knowing its path. */
export type ProfilePlace = {
  /** Its name: `home` for `${home}`. */
  readonly name: string;
  /** The place, for people. */
  readonly meaning: string;
  /**
   * Finds its path.
   *
   * @param project The directory of the document, or of the command line.
   * @returns An absolute path, or why there is none.
   */
  readonly find: (project: string) => { readonly path: string } | { readonly problem: string };
};

/** A path at which there is nothing, and where nothing can be made. */
export const NOWHERE = '/proc/none';

/** All placeholders, in the order of the documentation. */
export const profilePlaces: readonly ProfilePlace[] = [
  { name: 'project', meaning: 'the directory that the program works on', find: projectPlace },
  {
    name: 'repository',
    meaning: 'the repository of the project, where that is a linked working tree of git; elsewhere nothing',
    find: (project) => ({ path: repositoryOf(project) ?? NOWHERE }),
  },
  { name: 'home', meaning: "the user's home directory (HOME)", find: () => there(userHome()) },
  xdg('config', 'XDG_CONFIG_HOME', '.config', 'configuration of programs'),
  xdg('cache', 'XDG_CACHE_HOME', '.cache', 'files that programs can make again'),
  xdg('data', 'XDG_DATA_HOME', '.local/share', 'files that programs keep'),
];

/** A place of the XDG Base Directory Specification. */
function xdg(name: string, variable: string, fallback: string, meaning: string): ProfilePlace {
  return {
    name,
    meaning: `${meaning} (${variable}, or ~/${fallback})`,
    find: () => there(xdgFolder(variable, fallback)),
  };
}

function there(path: string | undefined): { readonly path: string } | { readonly problem: string } {
  return path === undefined ? { problem: 'HOME names no directory of this user' } : { path };
}

/** A project is written to as a whole: it is never all that the user has. */
function projectPlace(project: string): { readonly path: string } | { readonly problem: string } {
  const home = userHome();
  const all = project === '/' || (home !== undefined && isBeneath(home, project));
  if (!all) return { path: project };
  return {
    problem: `'${project}' holds all of a user's files and is no project; start in a directory of it`,
  };
}
