import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WasmAdapter } from '../gates/wasm/start.ts';
import { quote } from '../resources/written.ts';
import { ProgramError } from './program.ts';

/**
 * The absolute path of an adapter.
 *
 * @throws ProgramError when there is no such file.
 */
export function locateAdapter(path: string): string {
  const absolute = resolve(path);
  if (!existsSync(absolute)) {
    throw new ProgramError('program_not_found', `Cannot load the adapter ${quote(path)}: no such file`);
  }
  return absolute;
}

/**
 * Loads an adapter: an ES module that exports `start` and may export `imports` (see `WasmAdapter`). What it does while
 * it is loaded is not confined; what it does afterwards is.
 *
 * @throws ProgramError when it cannot be loaded or is no adapter.
 */
export async function loadAdapter(path: string): Promise<WasmAdapter> {
  let module: object;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProgramError(
      'not_a_program',
      `Cannot load the adapter ${quote(path)}: ${reason.split('\n')[0]}`,
    );
  }
  if (!isAdapter(module)) {
    const wanted = "it must export a function 'start', and may export a function 'imports'";
    throw new ProgramError('not_a_program', `Cannot use the adapter ${quote(path)}: ${wanted}`);
  }
  return module;
}

function isAdapter(module: object): module is WasmAdapter {
  const starts = 'start' in module && typeof module.start === 'function';
  return starts && (!('imports' in module) || typeof module.imports === 'function');
}
