import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { BuildResult, Message } from 'esbuild';
import { printable } from '../../text/printable.ts';
import { type Mechanism, MissingMechanismError } from '../../walls/confinement.ts';
import { type AddonPackage, addonPackages, packageOf, refusalOf } from './addons.ts';
import { standIns } from './builtins.ts';
import { LinkError } from './errors.ts';
import { foreignImports, refuseForeign } from './foreign.ts';
import type { Linked, LinkNote } from './linked.ts';
import { loadLinker, withLinkerIn } from './linker.ts';
import { BOUNDS, type LinkBounds, LinkerEnded } from './linker-bounds.ts';
import { ConfinementMissing } from './linker-world.ts';
import { OwnFolders } from './own-folders.ts';
import { WRAPPER } from './script.ts';

/** How to link. */
export type LinkOptions = {
  /** Packages with native addons that are accepted. */
  readonly addons: readonly string[];
  /** Packages that are left out, as if they were not installed. */
  readonly without: readonly string[];
};

/** Characters of a message that names paths. */
const LONGEST = 2 * 4096;

/** A linked program and what it was made of. */
export type Linkage = {
  readonly linked: Linked;
  /** Absolute paths of all files in it. */
  readonly inputs: readonly string[];
  /** The nearest folder above the program that has a package.json, else the program's own. */
  readonly root: string;
};

/** What files that are no programs become when they are imported. */
const assets = {
  text: ['.css', '.csv', '.html', '.md', '.sql', '.svg', '.txt', '.xml', '.yaml', '.yml'],
  binary: [
    '.bin',
    '.dat',
    '.gif',
    '.gz',
    '.ico',
    '.jpeg',
    '.jpg',
    '.otf',
    '.pdf',
    '.png',
    '.ttf',
    '.wasm',
    '.webp',
    '.woff',
    '.woff2',
    '.zip',
  ],
} as const;

const loader: Readonly<Record<string, 'text' | 'binary' | 'empty'>> = {
  ...Object.fromEntries(assets.text.map((extension) => [extension, 'text' as const])),
  ...Object.fromEntries(assets.binary.map((extension) => [extension, 'binary' as const])),
  '.node': 'empty',
};

/**
 * Links a program and all that it imports into one script, TypeScript included. Types are not checked, and V8 has not
 * seen the script yet. Only what belongs to the program is read for it.
 *
 * @param program Absolute path.
 * @param accepted Mechanisms that the host may lack; without all that could confine the linker, it reads all that its
 *   user may, and what it has read is judged afterwards.
 * @throws LinkError, MissingMechanismError
 */
export function link(
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
  const { result, confined } = bundle(own, standIns([...addons, ...without]), bounds, accepted);
  const inputs = Object.keys(result.metafile?.inputs ?? {})
    // What esbuild makes up itself: our first line, data in URLs, and files that packages switch off.
    .filter((path) => !/^<|^\(disabled\):|<cloudabi>/.test(path))
    .map((path) => resolve(root, path));
  if (!confined) refuseForeign(inputs, own);
  refuseAddons(addonPackages(inputs), program, root);
  const find = (extension: string): Uint8Array =>
    result.outputFiles?.find(({ path }) => path.endsWith(extension))?.contents ?? new Uint8Array();
  const header = {
    name: relative(root, program),
    path: program,
    addons: [...addons],
    packages: addons.length === 0 ? [] : [...own.packages],
    without: [...without],
    notes: result.warnings.flatMap(noteOf),
  };
  const script = Buffer.concat([Buffer.from(WRAPPER.head), find('.js'), Buffer.from(WRAPPER.tail)]);
  const linked: Linked = { header, script, map: find('.map'), code: new Uint8Array(0) };
  return { linked, inputs, root };
}

/** What esbuild has made, and whether it saw the program's own folders alone. */
type Bundle = { readonly result: BuildResult; readonly confined: boolean };

/** What confines the linker: one of them is enough. */
const CONFINING: readonly Mechanism[] = ['namespaces', 'landlock'];

function bundle(
  own: OwnFolders,
  alias: Record<string, string>,
  bounds: LinkBounds,
  accepted: readonly Mechanism[],
): Bundle {
  const { root, program } = own;
  const { buildSync } = loadLinker();
  const path = `./${relative(root, program)}`;
  const build = (): BuildResult =>
    buildSync({
      stdin: {
        contents: `import * as main from ${JSON.stringify(path)};\n__cloudabi.main(main);\n`,
        resolveDir: root,
        sourcefile: '<cloudabi>',
        loader: 'js',
      },
      absWorkingDir: root,
      outfile: join(root, 'linked.js'),
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      target: `node${process.versions.node}`,
      // The only form that may await at its top; nothing is left in it to import or to export.
      format: 'esm',
      // What cannot be linked asks the gate, whose answer says why not.
      supported: { 'dynamic-import': false },
      alias,
      loader,
      // Without namespaces, it cannot list the folders above in which it would find them.
      nodePaths: [...own.modules],
      define: {
        'import.meta.url': '__cloudabi.meta.url',
        'import.meta': '__cloudabi.meta',
      },
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'silent',
      logOverride: {
        'unsupported-dynamic-import': 'warning',
        'unsupported-require-call': 'warning',
        'indirect-require': 'warning',
      },
    });
  try {
    return inWorld(own, bounds, accepted, build);
  } catch (error) {
    if (error instanceof LinkerEnded)
      throw new LinkError('link_failed', printable(`Cannot link '${program}': ${error.message}`, LONGEST));
    const errors = messagesOf(error);
    if (errors.length === 0) throw error;
    const lines = errors.map((message) => printable(`${placeOf(message)}: ${message.text}`, LONGEST));
    throw (
      foreignImports(errors, own) ??
      new LinkError('link_failed', `Cannot link ${printable(`'${program}'`, LONGEST)}:\n${lines.join('\n')}`)
    );
  }
}

/** @throws MissingMechanismError when nothing can confine the linker and that was not accepted. */
function inWorld(
  own: OwnFolders,
  bounds: LinkBounds,
  accepted: readonly Mechanism[],
  build: () => BuildResult,
): Bundle {
  try {
    return { result: withLinkerIn(own, bounds, build), confined: true };
  } catch (error) {
    if (!(error instanceof ConfinementMissing)) throw error;
    const refused = CONFINING.find((mechanism) => !accepted.includes(mechanism));
    if (refused !== undefined)
      throw new MissingMechanismError(refused, 'programs are linked by a process that it holds');
    return { result: build(), confined: false };
  }
}

function messagesOf(error: unknown): readonly Message[] {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
}

function placeOf({ location }: Message): string {
  return location === null ? 'somewhere' : `${location.file}:${location.line}:${location.column + 1}`;
}

/** What esbuild's warnings mean for a program that cannot load anything later. */
function noteOf(message: Message): LinkNote[] {
  const { id, text, location } = message;
  const inPackage = location !== null && packageOf(location.file) !== undefined;
  const what: Record<string, string> = {
    'unsupported-dynamic-import': 'import() of a variable finds only modules of Node once the program runs',
    'unsupported-require-call': 'require() of a variable finds only modules of Node once the program runs',
    'indirect-require': 'require in a variable finds only modules of Node once the program runs',
  };
  const known = what[id];
  if (known === undefined && inPackage) return [];
  return [{ place: placeOf(message), message: known ?? text, inPackage }];
}

function refuseAddons(found: readonly AddonPackage[], program: string, root: string): void {
  if (found.length === 0) return;
  const reasons = found.map((addon) => refusalOf(addon, root));
  const shown = isAbsolute(program) ? program.split(sep).join('/') : program;
  throw new LinkError('native_addon', `Cannot run '${shown}': ${reasons.join('; ')}`);
}
