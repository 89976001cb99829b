import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { BuildResult, Message } from 'esbuild';
import { type AddonPackage, addonPackages, packageOf, refusalOf } from './addons.ts';
import { BOUNDS, type LinkBounds, LinkerEnded, withinBounds } from './bounded-linker.ts';
import { standIns } from './builtins.ts';
import { LinkError } from './errors.ts';
import { refuseForeign } from './inputs.ts';
import type { Linked, LinkNote } from './linked.ts';
import { WRAPPER } from './script.ts';

/** How to link. */
export type LinkOptions = {
  /** Packages with native addons that are accepted. */
  readonly addons: readonly string[];
  /** Packages that are left out, as if they were not installed. */
  readonly without: readonly string[];
};

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

/** The folder whose package.json a program belongs to. */
function rootOf(program: string): string {
  const own = dirname(program);
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

/**
 * Links a program and all that it imports into one script, TypeScript included. Types are not checked, and V8 has not
 * seen the script yet.
 *
 * @param program Absolute path.
 * @param folder Where small files of ours may be kept.
 * @throws LinkError
 */
export function link(
  program: string,
  folder: string,
  { addons, without }: LinkOptions,
  bounds: LinkBounds = BOUNDS,
): Linkage {
  const root = rootOf(program);
  const alias = standIns(folder, [...addons, ...without]);
  const result = withinBounds(() => bundle(program, root, alias), bounds);
  const inputs = Object.keys(result.metafile?.inputs ?? {})
    // What esbuild makes up itself: our first line, data in URLs, and files that packages switch off.
    .filter((path) => !/^<|^\(disabled\):|<cloudabi>/.test(path))
    .map((path) => resolve(root, path))
    .filter((path) => dirname(path) !== folder);
  refuseForeign(inputs, program, root);
  refuseAddons(addonPackages(inputs), program, root);
  const find = (extension: string): Uint8Array =>
    result.outputFiles?.find(({ path }) => path.endsWith(extension))?.contents ?? new Uint8Array();
  const header = {
    name: relative(root, program),
    addons: [...addons],
    without: [...without],
    notes: result.warnings.flatMap(noteOf),
  };
  const script = Buffer.concat([Buffer.from(WRAPPER.head), find('.js'), Buffer.from(WRAPPER.tail)]);
  const linked: Linked = { header, script, map: find('.map'), code: new Uint8Array(0) };
  return { linked, inputs, root };
}

function bundle(program: string, root: string, alias: Record<string, string>): BuildResult {
  const { buildSync } = loadLinker();
  const path = `./${relative(root, program)}`;
  try {
    return buildSync({
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
      nodePaths: [],
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
  } catch (error) {
    if (error instanceof LinkerEnded)
      throw new LinkError('link_failed', `Cannot link '${program}': ${error.message}`);
    const errors = messagesOf(error);
    if (errors.length === 0) throw error;
    const lines = errors.map((message) => `${placeOf(message)}: ${message.text}`);
    throw new LinkError('link_failed', `Cannot link '${program}':\n${lines.join('\n')}`);
  }
}

/**
 * Loads esbuild here, only when something has to be linked: that takes longer than starting Node. It must not keep a
 * thread and a process of its own for next time, since this process may go into capability mode and never link again.
 */
function loadLinker(): typeof import('esbuild') {
  const before = process.env['ESBUILD_WORKER_THREADS'];
  process.env['ESBUILD_WORKER_THREADS'] = '0';
  try {
    return createRequire(import.meta.url)('esbuild');
  } finally {
    if (before === undefined) delete process.env['ESBUILD_WORKER_THREADS'];
    else process.env['ESBUILD_WORKER_THREADS'] = before;
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
