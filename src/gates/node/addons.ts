import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LARGEST_MANIFEST, readSmallFile } from '../../host/files/small-file.ts';

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

/** Folders of a package deeper than this are not searched. */
export const DEPTH = 4;

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
      const file = machineCodeOf(owner.folder);
      if (file !== undefined) found.set(owner.folder, { ...owner, file });
    }
  }
  return [...found.values()];
}

/** The name of a package, which leads to no other folder. */
const PACKAGE = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

/** The machine code that a package loads, if its package.json says that it does. */
function machineCodeOf(folder: string): string | undefined {
  const manifest = readManifest(folder);
  const has = (key: string): boolean => Object.hasOwn(manifest, key);
  const names = (key: string): string[] => Object.keys(Object(manifest[key]));
  const loads =
    has('gypfile') ||
    has('napi') ||
    existsSync(join(folder, 'binding.gyp')) ||
    names('dependencies').some((name) => loaders.some((loader) => loader === name));
  const own = loads ? findMachineCode(folder, DEPTH) : undefined;
  if (own !== undefined) return own;
  // Machine code for one system each, of which those that fit are installed beside the package.
  const beside = folder.slice(0, folder.lastIndexOf(`node_modules${sep}`) + 'node_modules'.length);
  for (const name of names('optionalDependencies').filter((each) => PACKAGE.test(each))) {
    const file =
      findMachineCode(join(beside, name), DEPTH) ??
      findMachineCode(join(folder, 'node_modules', name), DEPTH);
    if (file !== undefined && isPrebuilt(name)) return file;
  }
  return undefined;
}

/** Tells whether a package's name says that it holds machine code for this system alone. */
function isPrebuilt(name: string): boolean {
  return name.includes(process.platform) && name.includes(process.arch);
}

function readManifest(folder: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(readSmallFile(join(folder, 'package.json'), LARGEST_MANIFEST).toString()));
  } catch {
    return {};
  }
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

/** Words the refusal of a package whose machine code was not granted. */
export function refusalOf({ name, folder, file }: AddonPackage, root: string): string {
  return (
    `package '${name}' (${relative(root, folder)}) has a native addon, ${relative(folder, file)}, whose machine code would ` +
    `be loaded before the walls are up: --addon ${name} (addons: ['${name}'] from TypeScript) accepts that, --no-addon ${name} (without) leaves the package out`
  );
}
