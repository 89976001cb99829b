import { closeSync, fstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isBeneath } from '../../host/files/beneath.ts';
import { LARGEST_MANIFEST, readSmallFile } from '../../host/files/small-file.ts';
import { LinkError } from './errors.ts';
import { type Held, holdFolder, holdInPlace } from './held-folder.ts';

/** Folders of packages beyond these are not found; a store of packages can have thousands. */
const MOST_FOLDERS = 5_000;

/** Settings of the TypeScript compiler that packages of a workspace share. */
const SETTINGS = /^tsconfig[\w.-]*\.json$/;

/**
 * The folders that belong to a program, held open. Nothing else is read for it: linking a program, loading its addons
 * and explaining it go by this.
 *
 * - the folder of its package, or its own if no package.json is in it or above;
 * - `node_modules` there and in the folders above;
 * - each `node_modules` elsewhere that one of these has links into, as package managers with a store make them;
 * - packages beside it to which such a `node_modules` has a link of the package's name, as workspaces have;
 * - the settings of the TypeScript compiler in a folder above that has a `node_modules`.
 *
 * The place of a file counts, not its name: links are followed first. What is held cannot be exchanged any more.
 */
export class OwnFolders {
  /** The folder of the program's package, without symbolic links. */
  readonly root: string;
  /** The program's file, in its folder without symbolic links. */
  readonly program: string;
  /** The places of its packages: the folders of packages, and packages beside it; the outermost alone. */
  readonly packages: readonly string[];
  /** Symbolic links called `node_modules` on the way: their paths, and where they lead. */
  readonly links: readonly (readonly [path: string, target: string])[];
  /** Every `node_modules` in which Node would look for the program's packages, nearest first. */
  readonly modules: readonly string[];
  /** Folders that are the program's own with all that is in them, and single files; the outermost alone. */
  readonly held: readonly Held[];
  readonly #beginnings: readonly string[];

  /**
   * @param program Absolute path.
   * @throws LinkError when its folder is not there.
   */
  constructor(program: string) {
    const found: Held[] = [];
    try {
      const place = holdFolder(dirname(program));
      if (place === undefined)
        throw new LinkError('link_failed', `Cannot link '${program}': its folder is gone`);
      found.push(place);
      this.program = join(place.path, basename(program));
      const root = rootFrom(place.path);
      const above = root === place.path ? place : holdInPlace(root);
      if (above === undefined)
        throw new LinkError('link_failed', `Cannot link '${program}': '${root}' is gone`);
      if (above !== place) found.push(above);
      this.root = root;
      const workspaces = workspacesAbove(place.path);
      found.push(...workspaces.map(({ modules }) => modules));
      this.modules = workspaces.map(({ modules }) => modules.path);
      this.links = workspaces.flatMap(({ folder, modules }) => {
        const path = join(folder, 'node_modules');
        return path === modules.path ? [] : [[path, modules.path] as const];
      });
      const linked = linkedFrom(workspaces);
      found.push(...linked);
      const packages = [...this.modules, ...linked.map(({ path }) => path)];
      this.packages = packages.filter(
        (path) => !packages.some((other) => other !== path && isBeneath(path, other)),
      );
      found.push(...workspaces.flatMap(({ folder }) => (isBeneath(folder, root) ? [] : settingsIn(folder))));
      this.held = outermost(found);
      this.#beginnings = this.held.map(({ path }) => path);
    } catch (error) {
      for (const { descriptor } of found) closeSync(descriptor);
      throw error;
    }
  }

  /** Tells whether something belongs to the program. Precondition: the path has no symbolic links. */
  has(path: string): boolean {
    return this.#beginnings.some((beginning) => isBeneath(path, beginning));
  }

  close(): void {
    for (const { descriptor } of this.held) closeSync(descriptor);
  }
}

/** Those that lie in no other, parents before children; the others are closed. */
function outermost(found: readonly Held[]): Held[] {
  const outer: Held[] = [];
  for (const held of found.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (outer.some(({ path }) => isBeneath(held.path, path))) closeSync(held.descriptor);
    else outer.push(held);
  }
  return outer;
}

function* foldersFrom(folder: string): Iterable<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

/** The folder whose package.json a program in a folder belongs to. */
function rootFrom(own: string): string {
  for (const folder of foldersFrom(own)) {
    if (statSync(join(folder, 'package.json'), { throwIfNoEntry: false })?.isFile()) return folder;
  }
  return own;
}

/** A folder that has a `node_modules`. */
type Workspace = { readonly folder: string; readonly modules: Held };

function workspacesAbove(place: string): Workspace[] {
  const found: Workspace[] = [];
  for (const folder of foldersFrom(place)) {
    if (basename(folder) === 'node_modules') continue;
    const modules = holdFolder(join(folder, 'node_modules'));
    if (modules === undefined) continue;
    // A link of that name may lead to another one, but not to just any folder.
    if (basename(modules.path) === 'node_modules') found.push({ folder, modules });
    else closeSync(modules.descriptor);
  }
  return found;
}

/** Finds the targets of links in the folders of packages, and of links in these targets. */
function linkedFrom(workspaces: readonly Workspace[]): Held[] {
  const found = new Map<string, Held>();
  const known = workspaces.map(({ modules }) => modules.path);
  const own = (path: string): boolean => known.some((folder) => isBeneath(path, folder));
  const queue: { readonly path: string; readonly workspace: string | undefined }[] = workspaces.map(
    ({ folder, modules }) => ({ path: modules.path, workspace: folder }),
  );
  for (const { path, workspace } of queue) {
    for (const link of linksOf(path)) {
      const target = targetOf(link.path, own);
      if (target === undefined || found.size >= MOST_FOLDERS) continue;
      const store = [dirname(target), dirname(dirname(target))].find((at) => basename(at) === 'node_modules');
      const beside = workspace !== undefined && isBeneath(target, workspace) && nameOf(target) === link.name;
      const wanted = store ?? (beside ? target : undefined);
      if (wanted === undefined || own(wanted) || found.has(wanted)) continue;
      const held = holdInPlace(wanted);
      if (held === undefined) continue;
      found.set(wanted, held);
      if (store !== undefined) queue.push({ path: store, workspace: undefined });
    }
  }
  return [...found.values()];
}

/** The symbolic links to packages in a `node_modules`, by the names of the packages. */
function linksOf(modules: string): { readonly name: string; readonly path: string }[] {
  const entries = entriesOf(modules);
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  const scopes = entries.filter(({ name }) => name.startsWith('@')).map(({ name }) => name);
  const inScopes = scopes.flatMap((scope) =>
    entriesOf(join(modules, scope))
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => `${scope}/${name}`),
  );
  return [...links, ...inScopes].map((name) => ({ name, path: join(modules, name) }));
}

function entriesOf(folder: string): import('node:fs').Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Follows a link, unless it says itself that it leads into one of the program's own folders. */
function targetOf(link: string, own: (path: string) => boolean): string | undefined {
  try {
    if (own(resolve(dirname(link), readlinkSync(link)))) return undefined;
    return realpathSync.native(link);
  } catch {
    return undefined;
  }
}

/** The name in a folder's package.json; `undefined` for a folder that is no package. */
function nameOf(folder: string): string | undefined {
  try {
    const { name }: { name?: unknown } = Object(
      JSON.parse(readSmallFile(join(folder, 'package.json'), LARGEST_MANIFEST).toString()),
    );
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function settingsIn(folder: string): Held[] {
  const names = entriesOf(folder).filter((entry) => entry.isFile() && SETTINGS.test(entry.name));
  return names.flatMap(({ name }) => {
    const held = holdInPlace(join(folder, name), 0);
    if (held === undefined) return [];
    if (fstatSync(held.descriptor).isFile()) return [held];
    closeSync(held.descriptor);
    return [];
  });
}
