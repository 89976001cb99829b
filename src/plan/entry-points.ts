import { fileURLToPath } from 'node:url';

/** Scripts with which Node processes and threads are started. */
export type EntryPoint =
  | 'cloudabi-run'
  | 'wasm-process'
  | 'node-process'
  | 'elf-process'
  | 'host-probe'
  | 'watch-end'
  | 'request-process'
  | 'service-process'
  | 'encryption-process'
  | 'observing-thread';

/**
 * Finds the path of an entry point, without `.js`. The same from a file of the library and from a bundled command,
 * because this file is as deep in dist/ as those.
 */
export function entryPoint(name: EntryPoint): string {
  return fileURLToPath(new URL(`../bin/${name}`, import.meta.url));
}
