import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WasmAdapter } from '../../gates/wasm/start.ts';

/** An adapter that is not there or is none. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code: 'adapter_not_found' | 'not_an_adapter';

  constructor(code: AdapterError['code'], path: string, reason: string) {
    super(`Cannot use ${JSON.stringify(path)} as an adapter: ${reason}`);
    this.code = code;
  }
}

/**
 * The absolute path of an adapter.
 *
 * @throws AdapterError when there is no such file.
 */
export function locateAdapter(path: string): string {
  const absolute = resolve(path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) throw new AdapterError('adapter_not_found', path, 'no such file');
  // Node would wait for a writer at a pipe with a name.
  if (!stats.isFile()) throw new AdapterError('not_an_adapter', path, 'it is not a regular file');
  return absolute;
}

/**
 * Loads an adapter: an ES module that exports `start` and may export `imports` (see `WasmAdapter`). What it does while
 * it is loaded is not confined; what it does afterwards is.
 *
 * @param path Absolute.
 * @throws AdapterError when it cannot be loaded or is no adapter.
 */
export async function loadAdapter(path: string): Promise<WasmAdapter> {
  let module: object;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new AdapterError('not_an_adapter', path, reason);
  }
  if (isAdapter(module)) return module;
  const wanted = "it must export a function 'start', and may export a function 'imports'";
  throw new AdapterError('not_an_adapter', path, wanted);
}

function isAdapter(module: object): module is WasmAdapter {
  const starts = 'start' in module && typeof module.start === 'function';
  return starts && (!('imports' in module) || typeof module.imports === 'function');
}
