import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { LinkError } from './errors.ts';

/** Modules of ours that programs may import; the gate supplies them. */
export const OWN_MODULES = ['cloudabi/program'] as const;

/** Modules of Node that have no name without `node:`. */
const PREFIXED = ['node:sea', 'node:sqlite', 'node:test', 'node:test/reporters'];

/**
 * Small files that stand for what is not linked: each asks the gate for its module. A linker that finds them in the
 * place of Node's modules leaves no import behind.
 *
 * @param folder Where the files are kept; made when missing.
 * @param names Packages besides Node's modules and ours.
 * @returns By name of the module, the path of its file.
 * @throws LinkError when they cannot be written.
 */
export function standIns(folder: string, names: readonly string[]): Record<string, string> {
  try {
    return writeStandIns(folder, names);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LinkError('link_failed', `Cannot link programs: nothing can be kept in '${folder}': ${reason}`);
  }
}

function writeStandIns(folder: string, names: readonly string[]): Record<string, string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths: Record<string, string> = {};
  for (const name of new Set([...builtinModules, ...PREFIXED, ...OWN_MODULES, ...names])) {
    const path = join(folder, `${encodeURIComponent(name)}.cjs`);
    keep(path, `module.exports = __cloudabi.require(${JSON.stringify(name)});\n`);
    paths[name] = path;
    if (builtinModules.includes(name)) paths[`node:${name}`] = path;
  }
  return paths;
}

function keep(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // Not there yet.
  }
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}
