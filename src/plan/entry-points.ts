import { fileURLToPath } from 'node:url';

/** What processes of Node's are started with. */
export type EntryPoint = 'wasm-process' | 'node-process' | 'host-probe' | 'watch-end';

/**
 * Where an entry point lies, without `.js`. The same from a file of the library and from a bundled command, because
 * this file is as deep in dist/ as those.
 */
export function entryPoint(name: EntryPoint): string {
  return fileURLToPath(new URL(`../bin/${name}`, import.meta.url));
}
