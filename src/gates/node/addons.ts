import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A package that brings machine code. */
export type AddonPackage = { readonly name: string; readonly folder: string; readonly file: string };

/** Packages that find and load machine code for others. */
const loaders = [
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'node-pre-gyp',
  '@mapbox/node-pre-gyp',
  'prebuild-install',
  'napi-macros',
  '@neon-rs/load',
] as const;

/** The folder of the package that a path lies in, and its name; `undefined` outside node_modules. */
export function packageOf(path: string): { readonly name: string; readonly folder: string } | undefined {
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules');
  const first = parts[at + 1];
  if (at < 0 || first === undefined) return undefined;
  const end = at + (first.startsWith('@') ? 3 : 2);
  return { name: parts.slice(at + 1, end).join('/'), folder: parts.slice(0, end).join(sep) };
}

/** Folders deeper than this are not searched for machine code. */
const DEPTH = 4;

/**
 * The packages among linked files that bring machine code: those that import a `.node` file, and those that say in
 * their package.json that they load one.
 *
 * @param inputs Absolute paths.
 */
export function addonPackages(inputs: readonly string[]): AddonPackage[] {
  const found = new Map<string, AddonPackage>();
  const seen = new Set<string>();
  for (const path of inputs) {
    const owner = packageOf(path);
    if (path.endsWith('.node')) {
      const { name, folder } = owner ?? { name: path, folder: path };
      found.set(folder, { name, folder, file: path });
    } else if (owner !== undefined && !seen.has(owner.folder)) {
      seen.add(owner.folder);
      const file = loadsMachineCode(owner.folder) ? findMachineCode(owner.folder, DEPTH) : undefined;
      if (file !== undefined) found.set(owner.folder, { ...owner, file });
    }
  }
  return [...found.values()];
}

function loadsMachineCode(folder: string): boolean {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return false;
  }
  if (typeof manifest !== 'object' || manifest === null) return false;
  if ('gypfile' in manifest && manifest.gypfile === true) return true;
  if ('napi' in manifest || existsSync(join(folder, 'binding.gyp'))) return true;
  const dependencies = 'dependencies' in manifest ? manifest.dependencies : undefined;
  const names = typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
  return names.some((name) => loaders.some((loader) => loader === name));
}

/** A `.node` file in a package or in the packages beside it that its name begins, as prebuilt ones are. */
function findMachineCode(folder: string, depth: number): string | undefined {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
  const file = entries.find((entry) => entry.isFile() && entry.name.endsWith('.node'));
  if (file !== undefined) return join(folder, file.name);
  if (depth === 0) return undefined;
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === 'node_modules') continue;
    const deeper = findMachineCode(join(folder, entry.name), depth - 1);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** What is said of a package whose machine code was not granted. */
export function refusalOf({ name, folder, file }: AddonPackage, root: string): string {
  return (
    `package '${name}' (${relative(root, folder)}) has a native addon, ${relative(folder, file)}, whose machine code would ` +
    `be loaded before the walls are up: --addon ${name} accepts that, --no-addon ${name} leaves the package out`
  );
}
