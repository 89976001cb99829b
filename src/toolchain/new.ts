import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ToolchainError } from './errors.ts';
import { assemblyScriptProject } from './project-assemblyscript.ts';
import { cProject } from './project-c.ts';
import { typeScriptProject } from './project-typescript.ts';

/** The languages that `cloudabi new` knows. */
export const LANGUAGES = ['c', 'c++', 'assemblyscript', 'typescript'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** Tells whether a word names a language that a project can be made in. */
export function isLanguage(word: string): word is Language {
  return LANGUAGES.some((language) => language === word);
}

/**
 * Makes a small project in a directory of its own: a program, its grants, a test of it and a page.
 *
 * @param directory the directory to make; its last part becomes the program's name
 * @returns the files made, as paths that begin with `directory`
 * @throws ToolchainError `toolchain_usage` for a name that cannot be a file's; `toolchain_file` when the
 *   directory exists already or cannot be made. What exists is never overwritten.
 */
export function newProject(language: Language, directory: string): string[] {
  const name = basename(resolve(directory));
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new ToolchainError(
      'toolchain_usage',
      `Cannot name a project '${name}': wanted letters, digits, '.', '_' and '-'`,
    );
  const files = Object.entries(PROJECTS[language](name));
  try {
    mkdirSync(directory);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'EEXIST' ? 'it exists already' : String(code ?? error);
    throw new ToolchainError('toolchain_file', `Cannot make '${directory}': ${reason}`, { cause: error });
  }
  return files.map(([file, text]) => {
    const path = join(directory, file);
    writeFileSync(path, text, { flag: 'wx' });
    return path;
  });
}

/** The files of a new project by their names, for its name. */
const PROJECTS: Readonly<Record<Language, (name: string) => Record<string, string>>> = {
  c: (name) => cProject('c', name),
  'c++': (name) => cProject('c++', name),
  assemblyscript: assemblyScriptProject,
  typescript: typeScriptProject,
};
