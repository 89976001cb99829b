import { posix } from 'node:path';
import { LOADER_CACHE } from '../../elf/ld-cache.ts';
import { tracePath } from '../../host/files/path-trace.ts';
import { type RegularFile, withRegularFile } from '../../host/files/regular-file.ts';
import type { FileResource } from '../../resources/file.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import { quote } from '../../resources/written.ts';
import { mountOfFile } from './base.ts';
import { belongingsOf, folderOfProgram } from './belongings.ts';
import type { ChainLink, ProgramChain } from './chain.ts';
import { type GrantedPath, ImpliedPlaces, isShared } from './implied.ts';
import type { Reason } from './planned.ts';
import { isSeen } from './search-path.ts';
import type { PlannedTree } from './tree.ts';
import type { Ungranted } from './ungranted-error.ts';

/** The facts that were found while the files of a program were put into its world. */
export type ProgramFiles = {
  /** The files that it needs and that have to be granted, each once. */
  readonly ungranted: readonly Ungranted[];
  /** The expected failure, for people. */
  readonly warnings: readonly string[];
};

/**
 * Puts the files that the kernel and the loader open before the program's first instruction into its world, as far as
 * they may enter without a grant.
 *
 * @param program Absolute path of the program as it was named.
 * @param environment LD_ORIGIN_PATH is added to it where the loader needs that.
 */
export function putProgram(
  chain: ProgramChain,
  program: string,
  tree: PlannedTree,
  granted: readonly GrantedPath[],
  environment: Map<string, string>,
): ProgramFiles {
  const putting = new Putting(tree, new ImpliedPlaces(program, granted));
  for (const [index, link] of chain.links.entries()) putting.put(link, index === 0, environment);
  return putting;
}

/**
 * Says which files of a chain a program without a base has to be granted.
 *
 * @param program Absolute path of the program as it was named.
 */
export function ungrantedOf(
  chain: ProgramChain,
  program: string,
  tree: PlannedTree,
  granted: readonly GrantedPath[],
): readonly Ungranted[] {
  const places = new ImpliedPlaces(program, granted);
  return chain.links.flatMap(({ file: { path } }) => {
    const problem = tree.find(path)?.host === path ? undefined : places.problemOfFile(path);
    return problem === undefined ? [] : [ungrantedFile(path, problem)];
  });
}

/** A program that is a link to elsewhere mostly needs the files beside its target. */
function ungrantedProgram(path: string, problem: string): Ungranted {
  const folder = folderOfProgram(path);
  return isShared(folder)
    ? ungrantedFile(path, problem)
    : { path: folder, problem: `holds the program and ${problem}`, directory: true, variables: [] };
}

function ungrantedFile(path: string, problem: string): Ungranted {
  return { path, problem, directory: false, variables: [] };
}

/** The grants with which files can be executed, by where they lie on the host. */
export function grantedPaths(
  directories: Iterable<FileResource>,
  files: Iterable<FileResource>,
  held: HeldFiles,
): readonly GrantedPath[] {
  const pathsOf = (resources: Iterable<FileResource>, directory: boolean): GrantedPath[] =>
    [...resources].flatMap(({ absolute, rights }) => {
      const found = rights.presets.includes('execute') ? held.find(absolute) : undefined;
      return found instanceof HeldFile ? [{ path: found.real, directory }] : [];
    });
  return [...pathsOf(directories, true), ...pathsOf(files, false)];
}

class Putting implements ProgramFiles {
  readonly #tree: PlannedTree;
  readonly #places: ImpliedPlaces;
  readonly #ungranted = new Map<string, Ungranted>();
  readonly warnings: string[] = [];

  constructor(tree: PlannedTree, places: ImpliedPlaces) {
    this.#tree = tree;
    this.#places = places;
  }

  get ungranted(): readonly Ungranted[] {
    return [...this.#ungranted.values()];
  }

  /** @param named The user named it, and so the links on the way to it. */
  put({ path, file, links, libraries }: ChainLink, named: boolean, environment: Map<string, string>): void {
    for (const [at, target] of links) this.#putLink(at, target, named);
    for (const needed of libraries?.files.values() ?? [file])
      this.#putFile(needed, needed.path === file.path ? 'program' : 'library', named);
    for (const belonging of belongingsOf(path, file.path, libraries === undefined, environment))
      if (!isSeen(this.#tree, belonging.needed) || this.#isMade(belonging.needed)) this.#need(belonging);
    if (libraries === undefined) return;
    if (libraries.needsCache) this.#putCache();
    if (libraries.needsOrigin && this.#tree.get('/proc') === undefined && !environment.has('LD_ORIGIN_PATH'))
      environment.set('LD_ORIGIN_PATH', posix.dirname(libraries.program));
    for (const { name, neededBy } of libraries.missing)
      this.warnings.push(
        `${quote(neededBy)} needs ${quote(name)}, which is not found: the program is not going to start`,
      );
  }

  #putLink(path: string, target: string, named: boolean): void {
    const covering = this.#tree.covering(path);
    // A granted directory has its links in it, or something else in their place.
    if (covering?.kind === 'mount' || this.#tree.get(path) !== undefined) return;
    const problem = named ? undefined : this.#places.problemOfLink(path);
    if (problem === undefined) this.#tree.put({ kind: 'symlink', at: path, target, ...becauseOf('library') });
    else this.#need(ungrantedFile(path, problem));
  }

  #need(ungranted: Ungranted): void {
    this.#ungranted.set(ungranted.path, ungranted);
  }

  /** Says whether a directory is there only because of entries beneath it. */
  #isMade(path: string): boolean {
    return this.#tree.find(path)?.host === undefined;
  }

  #putFile(file: RegularFile, why: 'program' | 'library', named: boolean): void {
    const { path } = file;
    const place = this.#tree.find(path);
    if (place?.host === path) return;
    const problem = this.#places.problemOfFile(path);
    const nowhere = place === undefined ? this.#tree.noPlaceFor(path, false) : undefined;
    if (problem !== undefined)
      this.#need(named && why === 'program' ? ungrantedProgram(path, problem) : ungrantedFile(path, problem));
    else if (place !== undefined || nowhere !== undefined)
      this.warnings.push(
        `The ${why} ${quote(path)} is covered by the grant at ${quote(this.#tree.covering(path)?.at ?? path)}`,
      );
    else this.#tree.put({ ...mountOfFile(file), ...becauseOf(why) });
  }

  /** The cache lies in a directory of the system for every program. */
  #putCache(): void {
    const real = tracePath(LOADER_CACHE)?.real;
    if (real !== LOADER_CACHE || this.#tree.find(real) !== undefined) return;
    this.#tree.put({
      ...mountOfFile(withRegularFile(real, (_, file) => file)),
      ...becauseOf('library'),
    });
  }
}

function becauseOf(why: 'program' | 'library'): Reason {
  return { why, position: undefined };
}
