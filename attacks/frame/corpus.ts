import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Group, isGroup } from './groups.ts';
import { type Header, HeaderError, languages, readHeader } from './header.ts';

/** The kinds of programs that attempts are made by; `config` are documents rather than programs. */
export const kinds = ['linux', 'node', 'wasm', 'elf', 'config'] as const;
export type Kind = (typeof kinds)[number];

/** One file of the corpus. */
export type Attempt = Header & {
  readonly kind: Kind;
  readonly group: Group;
  /** `kind/group-slug`, which is how it is called everywhere. */
  readonly name: string;
  /** Path of its file from the root of the project. */
  readonly path: string;
  /** The end of its name. */
  readonly language: string;
};

const CORPUS = 'attacks/corpus';

/** Files called `attempt` are what attempts of a language share. */
const SHARED = /^attempt\./;

/**
 * Reads all attempts, in the order of their names.
 *
 * @throws HeaderError for a file that is none, naming it.
 */
export function readCorpus(): readonly Attempt[] {
  return kinds.flatMap((kind) =>
    filesOf(kind)
      .toSorted()
      .map((file) => readAttempt(kind, file)),
  );
}

function filesOf(kind: Kind): string[] {
  try {
    return readdirSync(join(CORPUS, kind)).filter((name) => !SHARED.test(name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readAttempt(kind: Kind, file: string): Attempt {
  const path = join(CORPUS, kind, file);
  const [, slug = '', group = '', language = ''] = /^(([a-z]+)-[a-z0-9-]+)\.([a-z]+)$/.exec(file) ?? [];
  try {
    if (!languages.includes(language)) throw new HeaderError('The name is not group-words.language');
    if (!isGroup(group)) throw new HeaderError(`There is no group '${group}'`);
    const header = readHeader(readFileSync(path, 'utf8'), language);
    return { ...header, kind, group, name: `${kind}/${slug}`, path, language };
  } catch (error) {
    if (error instanceof HeaderError) throw new HeaderError(`${path}: ${error.message}`);
    throw error;
  }
}
