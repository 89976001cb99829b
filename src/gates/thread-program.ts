import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The program of the threads that a process starts once it is in capability mode: nothing can be loaded from a file
 * then, so that all of it is read before and handed over.
 */
export type ThreadProgram = {
  /** Name and text of the bundle, and V8's cached code of it. */
  readonly name: string;
  readonly text: string;
  readonly cache: Uint8Array | undefined;
  /** The file of koffi's native part, under the very name by which it is loaded already: loading it again opens nothing. */
  readonly native: string;
};

const bundle = fileURLToPath(new URL('../bin/wasm-thread.bundle', import.meta.url));

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Reads the program of threads.
 *
 * @throws Error when this installation lacks it.
 */
export function readThreadProgram(): ThreadProgram {
  const native = /\/.*\/koffi\.node$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0];
  if (native === undefined) throw new Error('The native part of koffi is not loaded under its usual name');
  return {
    name: bundle,
    text: readFileSync(bundle, 'latin1'),
    cache: readIfThere(bundle.replace(/bundle$/, 'cache')),
    native,
  };
}

/**
 * The code with which a new thread begins: it takes the place of the small file that runs a bundle (scripts/build.js).
 * `require` gives Node's own modules, which are part of its executable, and koffi as it is loaded already.
 */
export const THREAD_LOADER = `'use strict';
const { workerData } = require('node:worker_threads');
const { Script } = require('node:vm');
const { name, text, cache, native } = workerData.program;
const load = (wanted) => {
  if (!wanted.includes('koffi')) return require(wanted);
  const loaded = { exports: {} };
  process.dlopen(loaded, native);
  return loaded.exports;
};
const script = new Script(text, { filename: name, cachedData: cache });
script.runInThisContext()({}, load, { exports: {} }, name, '/', 'file:///', undefined);
`;
