import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LinkError } from './errors.ts';
import type { OwnFolders } from './own-folders.ts';

/** A message of the linker about an import that failed. */
type Failure = { readonly text: string; readonly location: { readonly file: string } | null };

/** The most files that a message names. */
const NAMED = 5;

/** The words of esbuild for an import that it has not found or may not read. */
const NOT_FOUND = /^(?:Could not resolve|Cannot read (?:file|directory)) "(.*?)"/s;

/**
 * Finds out which imports failed because they name foreign files: the linker does not see these. Whether it
 * is there is told to the user and to no program.
 *
 * @returns The error that says so; `undefined` when all of them failed for another reason.
 */
export function foreignImports(errors: readonly Failure[], own: OwnFolders): LinkError | undefined {
  const foreign = errors.flatMap((error) => {
    const name = NOT_FOUND.exec(error.text)?.[1];
    const from = error.location === null ? own.root : dirname(resolve(own.root, error.location.file));
    return name !== undefined && candidates(name, from, own).some((path) => isForeign(path, own))
      ? [name]
      : [];
  });
  return foreign.length === 0 ? undefined : refusal([...new Set(foreign)], own);
}

/**
 * Refuses a program that was linked with files of others, where nothing confines the linker and that was accepted.
 *
 * @param inputs Absolute paths of all linked files, as esbuild calls them.
 * @throws LinkError
 */
export function refuseForeign(inputs: readonly string[], own: OwnFolders): void {
  const foreign = inputs.filter((input) => {
    const path = placeOf(input) ?? placeOf(withoutQuery(input));
    return path === undefined || !own.has(path);
  });
  if (foreign.length > 0) throw refusal(foreign, own);
}

function refusal(foreign: readonly string[], { program, root }: OwnFolders): LinkError {
  const shown = foreign.slice(0, NAMED).map((path) => `'${path}'`);
  const more = foreign.length > NAMED ? ` and ${foreign.length - NAMED} more` : '';
  return new LinkError(
    'foreign_file',
    `Cannot link '${program}': it imports ${shown.join(', ')}${more}, which is not beneath '${root}' or in its ` +
      'node_modules; grant files that it reads with !file',
  );
}

/** Paths that an import can mean. */
function candidates(name: string, from: string, { modules }: OwnFolders): string[] {
  const names = [...new Set([name, withoutQuery(name)])];
  const isPath = /^\.{0,2}\//.test(name) || name === '.' || name === '..';
  return names.flatMap((each) =>
    isPath ? [resolve(from, each)] : modules.map((folder) => join(folder, each)),
  );
}

/** An import may have a query behind its path, as browsers take it. */
function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, '');
}

/** Tells whether something lies there, or could with an ending, that is not the program's own. */
function isForeign(path: string, own: OwnFolders): boolean {
  const place = placeOf(path) ?? placeOf(dirname(path));
  return place !== undefined && !own.has(place);
}

/** Finds the place of something; `undefined` when there is nothing. */
function placeOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
