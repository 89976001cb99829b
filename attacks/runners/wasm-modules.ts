import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cc } from '../../src/toolchain/cc.ts';

const CORPUS = 'attacks/corpus/wasm';
const SDK = 'sdk/c';

/** Attempts compiled together: one compiler run each. Paths are from the root of the project. */
export type Modules = {
  /** Module of the attempts with one thread. */
  readonly single: string;
  /** Module of the attempts with several threads. */
  readonly threads: string;
  /** All that work without walls, compiled for this machine; `undefined` without a compiler. */
  readonly native: string | undefined;
};

type Source = { readonly name: string; readonly text: string };

/** Says whether an attempt has several threads. */
export function hasThreads(source: string): boolean {
  return source.includes('<pthread.h>');
}

/** Compiles all attempts in C, unless that was done for the same sources. */
export async function compileAttempts(): Promise<Modules> {
  const sources = readdirSync(CORPUS)
    .filter((name) => /^[a-z]+-.*\.c$/.test(name))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(CORPUS, name), 'utf8') }));
  const folder = join('build', 'attacks', digest());
  mkdirSync(folder, { recursive: true });
  const list = (file: string, chosen: readonly Source[]): string => {
    const path = join(folder, file);
    writeFileSync(path, sourceOf(chosen));
    return path;
  };
  const [single, threads, native] = ['single.wasm', 'threads.wasm', 'native'].map((name) =>
    join(folder, name),
  );
  if (single === undefined || threads === undefined || native === undefined)
    throw new TypeError('Three files are made');
  await compile(single, [
    list(
      'single.c',
      sources.filter(({ text }) => !hasThreads(text)),
    ),
    '-mreference-types',
  ]);
  await compile(threads, [
    list(
      'threads.c',
      sources.filter(({ text }) => hasThreads(text)),
    ),
    '-pthread',
  ]);
  const proven = sources.filter(({ text }) => /^\/\/ Unconfined: works/m.test(text));
  return { single, threads, native: compileNative(native, list('native.c', proven)) };
}

/** Returns a digest that changes with every input of the compilation. */
function digest(): string {
  const hash = createHash('sha256');
  for (const folder of [CORPUS, SDK])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.[ch]$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  hash.update(readFileSync('tests/programs/wasi/raw.h'));
  hash.update(readFileSync('node_modules/@yowasp/clang/package.json'));
  return hash.digest('hex').slice(0, 16);
}

/** One C file of many: in each, `attempt`, `twin` and what else it defines have names of their own. */
function sourceOf(sources: readonly Source[]): string {
  const slugOf = (name: string): string => name.replace(/\.c$/, '');
  const own = (word: string, name: string): string => `${word}_${slugOf(name).replaceAll('-', '_')}`;
  return [
    ...sources.flatMap(({ name, text }) => {
      const words = ['attempt', 'twin', ...definedIn(text)];
      return [
        ...words.map((word) => `#define ${word} ${own(word, name)}`),
        `#include "../../../${CORPUS}/${name}"`,
        ...words.map((word) => `#undef ${word}`),
      ];
    }),
    'struct attempt {',
    '  const char *name;',
    '  const char *(*attempt)(void);',
    '  const char *(*twin)(void);',
    '};',
    'const struct attempt attempts[] = {',
    ...sources.map(({ name }) => `  {"${slugOf(name)}", ${own('attempt', name)}, ${own('twin', name)}},`),
    '  {"", 0, 0},',
    '};',
    '',
  ].join('\n');
}

/** Names of static functions and variables; those in further declarators of a line count, too. */
function definedIn(text: string): string[] {
  const names = new Set<string>();
  for (const [line] of text.matchAll(/^(?:static .*|\} \w+;)$/gm)) {
    const [, first] = /^(?:static [^=([;]*?|\} )(\w+)(?=[ ]*[=([;,])/.exec(line) ?? [];
    if (first !== undefined) names.add(first);
    for (const [, next] of line.replace(/\{.*?\}|".*?"|\(.*?\)/g, '').matchAll(/, \*?(\w+)\b/g))
      if (next) names.add(next);
  }
  return [...names];
}

async function compile(output: string, argv: readonly string[]): Promise<void> {
  if (existsSync(output)) return;
  let messages = '';
  const stderr = (text: string): void => {
    messages += text;
  };
  // Written to the side first: a run that was stopped leaves nothing that looks whole.
  const made = `${output}.${process.pid}`;
  const status = await cc([...argv, `${CORPUS}/attempt.c`, '-Wall', '-Wextra', '-Werror', '-o', made], {
    stderr,
  });
  if (status !== 0) throw new TypeError(`The attempts in C do not compile:\n${messages}`);
  renameSync(made, output);
}

function compileNative(output: string, source: string): string | undefined {
  if (existsSync(output)) return output;
  const made = `${output}.${process.pid}`;
  const argv = ['-D_GNU_SOURCE', '-O1', '-pthread', '-o', made, source, `${CORPUS}/attempt.c`];
  const { status, stderr, error } = spawnSync('gcc', argv, { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new TypeError(`The attempts in C do not compile for this machine:\n${stderr}`);
  renameSync(made, output);
  return output;
}
