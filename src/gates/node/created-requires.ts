import { dirname, posix, relative, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { readSmallFile } from '../../host/files/small-file.ts';
import type { OwnFolders } from './own-folders.ts';

/** Names under which the module is imported that has `createRequire`. */
const HOME: readonly string[] = ['module', 'node:module'];

/** Bytes of a file that is looked through. */
const LARGEST = 2 ** 22;

const MADE = /\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:[\w$]+\.)?createRequire\s*\(/g;
const AT_ONCE = /\bcreateRequire\s*\([^()]*\)\s*\(\s*(['"])([^'"\n]+)\1\s*\)/g;

/** Texts that a program hands to functions of `createRequire`, and paths from its root or names that they stand for. */
export type CreatedRequires = ReadonlyMap<string, string>;

/**
 * Finds the modules that a program asks for by functions of `createRequire(import.meta.url)`, of which the linker knows nothing: by
 * looking for calls with a text. A text that stands for two files is left out, since all files of a program have one URL.
 */
export function createdRequires({ inputs }: Metafile, own: OwnFolders): CreatedRequires {
  const found = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [path, { imports }] of Object.entries(inputs)) {
    if (!imports.some(({ original }) => original !== undefined && HOME.includes(original))) continue;
    for (const text of textsIn(resolve(own.root, path))) {
      const isPath = text.startsWith('./') || text.startsWith('../');
      const target = isPath ? pathFrom(own.root, resolve(own.root, dirname(path), text)) : text;
      if ((found.get(text) ?? target) !== target) ambiguous.add(text);
      found.set(text, target);
    }
  }
  for (const text of ambiguous) found.delete(text);
  return found;
}

function textsIn(path: string): readonly string[] {
  let source: string;
  try {
    source = readSmallFile(path, LARGEST).toString();
  } catch {
    return [];
  }
  const atOnce = [...source.matchAll(AT_ONCE)].map(([, , text = '']) => text);
  const names = [...source.matchAll(MADE)].map(([, name = '']) => name.replaceAll('$', '\\$'));
  const later = names.flatMap((name) =>
    [...source.matchAll(new RegExp(`(?<![\\w$.])${name}\\s*\\(\\s*(['"])([^'"\\n]+)\\1\\s*\\)`, 'g'))].map(
      ([, , text = '']) => text,
    ),
  );
  return [...atOnce, ...later].filter((text) => !text.startsWith('node:'));
}

function pathFrom(root: string, path: string): string {
  return `./${posix.normalize(relative(root, path))}`;
}

/** The function of the script that returns the modules for these texts; its place is before all its callers. */
export function laterFunction(requires: CreatedRequires): string {
  const cases = [...requires].map(
    ([text, target]) =>
      `case ${JSON.stringify(text)}: return { exports: require(${JSON.stringify(target)}) };`,
  );
  return `function __cloudabiLater(name) { switch (name) { ${cases.join(' ')} } }\n`;
}
