import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Message, Metafile } from 'esbuild';
import type { Mechanism } from '../../walls/confinement.ts';
import { type AddonPackage, addonPackages, packageOf, refusalOf } from './addons.ts';
import { standIns } from './builtins.ts';
import { bundle, placeOf } from './bundle.ts';
import { LinkError } from './errors.ts';
import { refuseForeign } from './foreign.ts';
import { NOT_FOUND } from './left-out.ts';
import type { Linked, LinkNote } from './linked.ts';
import { BOUNDS, type LinkBounds } from './linker-bounds.ts';
import { withModules } from './module-objects.ts';
import { OwnFolders } from './own-folders.ts';
import { WRAPPER } from './script.ts';

/** Options of linking. */
export type LinkOptions = {
  /** Packages with native addons that are accepted. */
  readonly addons: readonly string[];
  /** Packages that are left out, as if they were not installed. */
  readonly without: readonly string[];
};

/** A linked program and its sources. */
export type Linkage = {
  readonly linked: Linked;
  /** Absolute paths of all files in it. */
  readonly inputs: readonly string[];
  /** The nearest folder above the program that has a package.json, else the program's own. */
  readonly root: string;
};

/**
 * Links a program and all that it imports into one script, TypeScript included. Types are not checked, and V8 has not
 * seen the script yet. Only files of the program are read for it.
 *
 * @param program Absolute path.
 * @param accepted Mechanisms that the host may lack; without all that could confine the linker, it reads all that its
 *   user may, and the files that it has read are judged afterwards.
 * @throws LinkError, MissingMechanismError
 */
export function linkProgram(
  program: string,
  options: LinkOptions,
  accepted: readonly Mechanism[] = [],
  bounds: LinkBounds = BOUNDS,
): Linkage {
  const own = new OwnFolders(program);
  try {
    return linkOwn(own, options, accepted, bounds);
  } finally {
    own.close();
  }
}

function linkOwn(
  own: OwnFolders,
  { addons, without }: LinkOptions,
  accepted: readonly Mechanism[],
  bounds: LinkBounds,
): Linkage {
  const { root, program } = own;
  const { result, confined, missing } = bundle(own, standIns([...addons, ...without]), bounds, accepted);
  const inputs = Object.keys(result.metafile?.inputs ?? {})
    // Esbuild's own inputs are left out: our first line, data in URLs, and files that packages switch off.
    .filter((path) => !MADE_UP.test(path))
    .map((path) => resolve(root, path));
  if (!confined) refuseForeign(inputs, own);
  refuseAddons(addonPackages(inputs), program, root);
  const find = (extension: string): Uint8Array =>
    result.outputFiles?.find(({ path }) => path.endsWith(extension))?.contents ?? new Uint8Array();
  const header = {
    name: relative(root, program),
    path: program,
    sources: [...new Set(inputs.map((path) => packageOf(path)?.folder ?? path))],
    addons: [...addons],
    packages: addons.length === 0 ? [] : [...own.packages],
    links: addons.length === 0 ? [] : [...own.links],
    without: [...without],
    notes: [...missing, ...result.warnings].flatMap(noteOf),
  };
  const script = Buffer.concat([
    Buffer.from(isStrict(result.metafile) ? WRAPPER.strictHead : WRAPPER.head),
    withModules(find('.js')),
    Buffer.from(WRAPPER.tail),
  ]);
  const linked: Linked = { header, script, map: find('.map'), code: new Uint8Array(0) };
  return { linked, inputs, root };
}

/** Files of esbuild's own, which are fine in either mode. */
const MADE_UP = /^<|^\(disabled\):|<cloudabi>/;

/** Files that hold a program, and those of them that are ES modules by their names. */
const CODE = /\.[cm]?[jt]sx?$/;
const MODULE = /\.m[jt]s$/;

/**
 * Tells whether all files of a program are ES modules, whose mode is strict. CommonJS may be in sloppy mode, and strict
 * and sloppy functions cannot be side by side in one: with a single file of CommonJS, all is sloppy.
 */
function isStrict(metafile: Metafile | undefined): boolean {
  return Object.entries(metafile?.inputs ?? {}).every(
    ([path, { format }]) => MADE_UP.test(path) || !CODE.test(path) || format === 'esm' || MODULE.test(path),
  );
}

/** Translates a warning of esbuild's for a program that cannot load anything later. */
function noteOf(message: Message): LinkNote[] {
  const { id, text, location } = message;
  const inPackage = location !== null && packageOf(location.file) !== undefined;
  const what: Record<string, string> = {
    'unsupported-dynamic-import': 'import() of a variable finds only modules of Node once the program runs',
    'unsupported-require-call': 'require() of a variable finds only modules of Node once the program runs',
    'indirect-require': 'require in a variable finds only modules of Node once the program runs',
  };
  const known = NOT_FOUND.test(text) ? `${text}: require() of it throws` : what[id];
  if (known === undefined && inPackage) return [];
  return [{ place: placeOf(message), message: known ?? text, inPackage }];
}

function refuseAddons(found: readonly AddonPackage[], program: string, root: string): void {
  if (found.length === 0) return;
  const reasons = found.map((addon) => refusalOf(addon, root));
  const shown = isAbsolute(program) ? program.split(sep).join('/') : program;
  throw new LinkError('native_addon', `Cannot run '${shown}': ${reasons.join('; ')}`);
}
