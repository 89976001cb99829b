import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { DEPTH, packageOf } from './addons.ts';

/** The package by which many others load their machine code, some only when it is used for the first time. */
const LOADER = 'bindings';

/** Files of a package that are looked at. */
const MOST_FILES = 10_000;

/**
 * Loads the machine code of a package that would load it later, when no file can be found any more, and lets its loader
 * find it.
 *
 * @param main The path of the package's main file.
 */
export function loadLazyCode(main: string): void {
  const folder = packageOf(main)?.folder;
  if (folder === undefined) return;
  const files = [...filesIn(folder, DEPTH)];
  const folders = new Set(files.filter((path) => /\.[cm]?js$/.test(path)).map((path) => join(path, '..')));
  // Node remembers its results for a folder, so that each of them asks once.
  const found = [...folders].flatMap((each) => loaderFor(each));
  const [loader] = found;
  if (loader === undefined) return;
  const loaded = new Map<string, unknown>();
  for (const path of files.filter((each) => each.endsWith('.node'))) {
    const code = loadCode(path);
    if (code !== undefined) loaded.set(basename(path), code);
  }
  for (const path of new Set(found.map(({ path }) => path))) answerBefore(loader.require, path, loaded);
}

type Loader = { readonly require: NodeJS.Require; readonly path: string };

function loaderFor(folder: string): Loader[] {
  const require = createRequire(join(folder, 'index.js'));
  try {
    require(LOADER);
    return [{ require, path: require.resolve(LOADER) }];
  } catch {
    return [];
  }
}

/** Loads machine code; `undefined` for a file that is no addon. */
function loadCode(path: string): unknown {
  try {
    return createRequire(path)(path);
  } catch {
    return undefined;
  }
}

/** Lets a loader return modules that are loaded already before it looks for files. */
function answerBefore(require: NodeJS.Require, path: string, loaded: ReadonlyMap<string, unknown>): void {
  const module = require.cache[path];
  const load: unknown = module?.exports;
  if (module === undefined || typeof load !== 'function') return;
  const answer = (options: unknown): unknown => {
    const name = typeof options === 'string' ? options : Object(options).bindings;
    const known = loaded.get(`${basename(String(name ?? 'bindings'), '.node')}.node`);
    return known ?? Reflect.apply(load, undefined, [options]);
  };
  module.exports = Object.assign(answer, load);
}

function* filesIn(folder: string, depth: number, budget = { left: MOST_FILES }): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (budget.left-- <= 0) return;
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && depth > 0 && entry.name !== 'node_modules')
      yield* filesIn(path, depth - 1, budget);
  }
}
