import { join, relative } from 'node:path';
import type { BuildOptions, BuildResult, Message } from 'esbuild';
import { printable } from '../../text/printable.ts';
import { type Mechanism, MissingMechanismError } from '../../walls/confinement.ts';
import { loader } from './assets.ts';
import { type CreatedRequires, createdRequires, laterFunction } from './created-requires.ts';
import { LinkError } from './errors.ts';
import { foreignImports } from './foreign.ts';
import { isLeftOut, needsSloppyMode, specifierOf } from './left-out.ts';
import { loadLinker, withLinkerIn } from './linker.ts';
import { type LinkBounds, LinkerEnded } from './linker-bounds.ts';
import { ConfinementMissing } from './linker-world.ts';
import type { OwnFolders } from './own-folders.ts';

/** A bundle that esbuild has made of a program. */
export type Bundle = {
  readonly result: BuildResult;
  /** True when esbuild saw the program's own folders alone. */
  readonly confined: boolean;
  /** Messages of esbuild about files that are not there, and are only asked for once the program runs. */
  readonly missing: readonly Message[];
};

/** A way to bundle a program. */
type Way = {
  readonly format: 'esm' | 'cjs';
  readonly missing: readonly Message[];
  readonly requires: CreatedRequires;
};

/** Mechanisms that confine the linker: one of them is enough. */
const CONFINING: readonly Mechanism[] = ['namespaces', 'landlock'];

/** Characters of a message that names paths. */
const LONGEST = 2 * 4096;

/** Programs are bundled again no more often than this. */
const MOST_TRIES = 4;

/**
 * Makes one script of a program. CommonJS can ask for files that are not there, and be written in the sloppy mode of
 * JavaScript; esbuild finds out at the end, and then is told.
 *
 * @param alias Modules that stand for others, by the names of these.
 * @param accepted Mechanisms that the host may lack.
 * @throws LinkError, MissingMechanismError
 */
export function bundle(
  own: OwnFolders,
  alias: Readonly<Record<string, string>>,
  bounds: LinkBounds,
  accepted: readonly Mechanism[],
): Bundle {
  // Only modules of this form may await at their top; nothing is left in it to import or to export.
  let way: Way = { format: 'esm', missing: [], requires: new Map() };
  for (let tries = 1; ; tries++) {
    try {
      const { buildSync } = loadLinker();
      const build = (): BuildResult => buildSync(optionsFor(own, alias, way));
      const made = { ...inWorld(own, bounds, accepted, build), missing: way.missing };
      const requires = made.result.metafile && createdRequires(made.result.metafile, own);
      if (requires === undefined || requires.size <= way.requires.size || tries >= MOST_TRIES) return made;
      way = { ...way, requires };
    } catch (error) {
      const errors = messagesOf(error);
      const next = tries < MOST_TRIES ? otherWay(way, errors, own) : undefined;
      if (next === undefined) throw inWords(error, errors, own);
      way = next;
    }
  }
}

function optionsFor(own: OwnFolders, alias: Readonly<Record<string, string>>, way: Way): BuildOptions {
  const { root, program } = own;
  return {
    stdin: {
      contents: `${laterFunction(way.requires)}import * as main from ${JSON.stringify(`./${relative(root, program)}`)};\n__cloudabi.main(main, __cloudabiLater);\n`,
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
    format: way.format,
    // Imports that cannot be linked ask the gate, whose answer says why not.
    supported: { 'dynamic-import': false },
    external: way.missing.map(specifierOf),
    alias,
    loader,
    // Without namespaces, it cannot list the folders above in which it would find them.
    nodePaths: [...own.modules],
    define: {
      'import.meta.url': '__cloudabi.meta.url',
      'import.meta': '__cloudabi.meta',
    },
    // Functions and classes of files that are joined may have one name; they keep it as they know it.
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    logOverride: {
      'unsupported-dynamic-import': 'warning',
      'unsupported-require-call': 'warning',
      'indirect-require': 'warning',
    },
  };
}

/** @throws MissingMechanismError when nothing can confine the linker and that was not accepted. */
function inWorld(
  own: OwnFolders,
  bounds: LinkBounds,
  accepted: readonly Mechanism[],
  build: () => BuildResult,
): Pick<Bundle, 'result' | 'confined'> {
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

/** Finds another way for a program that could not be bundled; `undefined` when nothing would help. */
function otherWay(way: Way, errors: readonly Message[], own: OwnFolders): Way | undefined {
  const missing = errors.filter(isLeftOut);
  const sloppy = errors.filter(needsSloppyMode);
  if (errors.length === 0 || missing.length + sloppy.length < errors.length) return undefined;
  if (foreignImports(errors, own) !== undefined) return undefined;
  return { ...way, format: sloppy.length > 0 ? 'cjs' : way.format, missing: [...way.missing, ...missing] };
}

function inWords(error: unknown, errors: readonly Message[], own: OwnFolders): unknown {
  const program = printable(`'${own.program}'`, LONGEST);
  if (error instanceof LinkerEnded)
    return new LinkError('link_failed', `Cannot link ${program}: ${printable(error.message, LONGEST)}`);
  if (errors.length === 0) return error;
  const lines = errors.map((message) => printable(`${placeOf(message)}: ${message.text}`, LONGEST));
  return (
    foreignImports(errors, own) ??
    new LinkError('link_failed', `Cannot link ${program}:\n${lines.join('\n')}`)
  );
}

function messagesOf(error: unknown): readonly Message[] {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
}

/** Gives the place that a message of esbuild's is about: `server.ts:12:5`. */
export function placeOf({ location }: Message): string {
  return location === null ? 'somewhere' : `${location.file}:${location.line}:${location.column + 1}`;
}
