import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { LinkError } from './errors.ts';

/** How many files a message names. */
const NAMED = 5;

/** Links that lead further are not followed without an end. */
const MOST_FOLDERS = 10_000;

/**
 * Refuses a program that was linked with files of others. Linking reads with all that its user may do, so that what a
 * program imports would otherwise be read for it, whatever it was granted. A program's own are the files
 *
 * - beneath the folder of its package;
 * - beneath `node_modules` there or in a folder above;
 * - beneath a `node_modules` elsewhere that such a one has links into, as package managers with a store make them;
 * - of a package beside it to which such a `node_modules` has a link of the package's name, as workspaces have.
 *
 * Symbolic links are followed first: where a file lies counts, not how it is called.
 *
 * @param inputs Absolute paths of all linked files, as esbuild calls them.
 * @param root The folder of the program's package.
 * @throws LinkError
 */
export function refuseForeign(inputs: readonly string[], program: string, root: string): void {
  const own = new OwnFolders(root);
  const foreign = inputs.filter((input) => {
    const path = placeOf(input);
    return path === undefined || !own.hold(path);
  });
  if (foreign.length === 0) return;
  const shown = foreign.slice(0, NAMED).map((path) => `'${path}'`);
  const more = foreign.length > NAMED ? ` and ${foreign.length - NAMED} more` : '';
  throw new LinkError(
    'foreign_file',
    `Cannot link '${program}': it imports ${shown.join(', ')}${more}, which is not beneath '${root}' or in its ` +
      'node_modules; grant what it shall read with !file',
  );
}

/** Where a linked file lies; `undefined` when it cannot be told. */
function placeOf(input: string): string | undefined {
  // An import may have a query behind its path, as browsers take it.
  for (const path of [input, input.replace(/[?#].*$/s, '')]) {
    try {
      return realpathSync(path);
    } catch {
      // Not called so.
    }
  }
  return undefined;
}

class OwnFolders {
  /** Folders whose files are all the program's own, with a separator at their ends. */
  readonly #whole: readonly string[];
  /** Folders above the program that have a node_modules. */
  readonly #workspaces: { readonly folder: string; readonly packages: string }[] = [];
  readonly #known = new Map<string, boolean>();
  #elsewhere: readonly string[] | undefined;

  constructor(root: string) {
    const own = realpathSync(root);
    for (let folder = own; ; folder = dirname(folder)) {
      const packages = placeOf(join(folder, 'node_modules'));
      // A link of that name may lead to another one, but not to just any folder.
      if (packages !== undefined && basename(packages) === 'node_modules')
        this.#workspaces.push({ folder, packages });
      if (dirname(folder) === folder) break;
    }
    this.#whole = [own, ...this.#workspaces.map(({ packages }) => packages)].map(withEnd);
  }

  hold(path: string): boolean {
    const isIn = (folders: readonly string[]): boolean => folders.some((folder) => path.startsWith(folder));
    if (isIn(this.#whole) || this.#isOfWorkspace(dirname(path))) return true;
    this.#elsewhere ??= linkedFrom(this.#workspaces.map(({ packages }) => packages)).map(withEnd);
    return isIn(this.#elsewhere);
  }

  /** Whether a folder is, or lies in, a package that a workspace above the program has linked by its name. */
  #isOfWorkspace(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const name = nameOf(folder);
    const linked = name !== undefined && this.#workspaces.some((each) => hasLink(each, name, folder));
    const up = dirname(folder);
    const found = linked || (name === undefined && up !== folder && this.#isOfWorkspace(up));
    this.#known.set(folder, found);
    return found;
  }
}

/** Folders called `node_modules` that links in others lead into, those of these included. */
function linkedFrom(folders: readonly string[]): string[] {
  const found = new Set(folders);
  for (const folder of found) {
    const scopes = linksIn(folder).filter(({ name }) => name.startsWith('@'));
    const inner = scopes.flatMap(({ path }) => linksIn(path));
    for (const { path } of [...linksIn(folder), ...inner]) {
      const target = placeOf(path);
      if (target === undefined) continue;
      const above = [dirname(target), dirname(dirname(target))];
      const packages = above.find((each) => basename(each) === 'node_modules');
      if (packages !== undefined && found.size < MOST_FOLDERS) found.add(packages);
    }
  }
  return [...found];
}

/** Symbolic links in a folder, and folders of scopes. */
function linksIn(folder: string): { readonly name: string; readonly path: string }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink() || entry.name.startsWith('@'))
      .map(({ name }) => ({ name, path: join(folder, name) }));
  } catch {
    return [];
  }
}

const withEnd = (folder: string): string => (folder.endsWith(sep) ? folder : `${folder}${sep}`);

function hasLink(
  { folder, packages }: { readonly folder: string; readonly packages: string },
  name: string,
  target: string,
): boolean {
  return target.startsWith(withEnd(folder)) && placeOf(join(packages, name)) === target;
}

/** The name in a folder's package.json; `undefined` for a folder that is no package. */
function nameOf(folder: string): string | undefined {
  try {
    const { name }: { name?: unknown } = Object(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
