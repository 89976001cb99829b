import { builtinModules } from 'node:module';

/** Modules of ours that programs may import; the gate supplies them. */
export const OWN_MODULES = ['cloudabi/program', 'cloudabi/services'] as const;

/** Modules of Node that have no name without `node:`. */
const PREFIXED = ['node:sea', 'node:sqlite', 'node:test', 'node:test/reporters'];

/**
 * Makes modules that stand for unlinked ones: each asks the gate for its module. A linker that finds them in the
 * place of Node's modules leaves no import behind. They are texts in URLs, so that no file has to be kept for them.
 *
 * @param names Packages besides Node's modules and ours.
 * @returns The URL of each module by its name.
 */
export function standIns(names: readonly string[]): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const name of new Set([...builtinModules, ...PREFIXED, ...OWN_MODULES, ...names])) {
    const text = `module.exports = __cloudabi.require(${JSON.stringify(name)});`;
    const url = `data:text/javascript,${encodeURIComponent(text)}`;
    urls[name] = url;
    if (builtinModules.includes(name)) urls[`node:${name}`] = url;
  }
  return urls;
}
