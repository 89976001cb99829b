import { Script } from 'node:vm';
import type { Linked } from './linked.ts';

/** Names that a linked script finds in its scope besides JavaScript's own. */
const PARAMETERS = ['__cloudabi', 'require', 'module', 'exports', '__filename', '__dirname'] as const;

/** The folder in which a linked program believes to be: none. */
export const PROGRAM_DIRECTORY = '/program';

/** Finds a file that was linked for a function of `createRequire`, by the text that it is called with. */
export type Later = (name: string) => { readonly exports: unknown } | undefined;

/** The values that a linked script is called with. */
export type ScriptScope = {
  /** Returns the exports of a module of Node's, of ours or of an addon; `require(variable)` calls it, too. */
  readonly require: (name: string) => unknown;
  /** Makes the `module` of a file in CommonJS, by its name. */
  readonly module: (name: string) => object;
  /** Called with the exports of the program's own file, once it and all its imports have been evaluated. */
  readonly main: (exports: object) => void;
  /** Called with the function that finds files for `createRequire`. */
  readonly setLater?: (find: Later) => void;
  /** Stands for `import.meta` and `import()`. */
  readonly meta: object;
};

/** Hands over a function of the bundle (bundle.ts) before anything of it is evaluated. */
const LATER = ' __cloudabi.later = __cloudabiLater;';

/** The text around a bundle that makes it a function. The bundle begins on the line behind it. */
export const WRAPPER: {
  readonly head: string;
  /** For scripts that are all in strict mode, as ES modules are. */
  readonly strictHead: string;
  readonly tail: string;
  readonly lines: number;
} = {
  head: `(async function (${PARAMETERS.join(', ')}) {${LATER}\n`,
  strictHead: `(async function (${PARAMETERS.join(', ')}) { 'use strict';${LATER}\n`,
  tail: '\n})\n//# sourceMappingURL=cloudabi:',
  lines: 1,
};

function compile(script: Uint8Array, filename: string, code: Uint8Array): Script {
  return new Script(Buffer.from(script.buffer, script.byteOffset, script.byteLength).toString('latin1'), {
    filename,
    ...(code.length > 0 && { cachedData: Buffer.from(code) }),
  });
}

/** Lets V8 compile a script without running it. */
export function codeFor(script: Uint8Array, filename: string): Buffer {
  return compile(script, filename, Buffer.alloc(0)).createCachedData();
}

/** Gives V8's name for the script; stack traces name the original files instead. */
export function scriptName({ header }: Pick<Linked, 'header'>): string {
  return `cloudabi:${header.name}`;
}

/** Compiles a linked program. The result evaluates it, which may take as long as it awaits something at its top. */
export function compileLinked(linked: Linked): (scope: ScriptScope) => Promise<void> {
  const made: unknown = compile(linked.script, scriptName(linked), linked.code).runInThisContext();
  if (typeof made !== 'function') throw new TypeError('A linked program is no function');
  return async ({ require, module: make, main, meta, setLater = () => undefined }) => {
    const module = { exports: {} };
    const filename = `${PROGRAM_DIRECTORY}/${linked.header.name}`;
    const own = {
      require,
      module: make,
      main,
      meta,
      set later(find: Later) {
        setLater(find);
      },
    };
    await Reflect.apply(made, undefined, [own, require, module, module.exports, filename, PROGRAM_DIRECTORY]);
  };
}
