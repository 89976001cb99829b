/**
 * The part of esbuild's output (0.28) that makes the object `module` for a file in CommonJS, and what stands in its place:
 * the gate makes it, by the name of the file.
 */
const MADE = '(mod = { exports: {} }).exports';
const ASKED = '(mod = __cloudabi.module(__getOwnPropNames(cb)[0])).exports';

/** The helper that it is in. */
const HELPER = 'var __commonJS = ';

/** Lets the gate make the `module` of each file in CommonJS, so that the program's own can be told from others. */
export function withModules(script: Uint8Array): Buffer {
  const text = Buffer.from(script.buffer, script.byteOffset, script.byteLength);
  const helper = text.indexOf(HELPER);
  const at = helper < 0 ? -1 : text.indexOf(MADE, helper);
  if (at < 0) return text;
  return Buffer.concat([text.subarray(0, at), Buffer.from(ASKED), text.subarray(at + MADE.length)]);
}

/** The object that a file in CommonJS finds as `module`. */
export type ModuleObject = {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly loaded: boolean;
  readonly children: readonly ModuleObject[];
  readonly paths: readonly string[];
  /** Null for the program itself, which nothing has required. */
  readonly parent: ModuleObject | null | undefined;
};

/** Makes the objects `module` of a program. */
export class Modules {
  readonly #folder: string;
  readonly #program: string;
  #main: ModuleObject | undefined;

  /**
   * @param folder The folder in which the program believes to be.
   * @param program The name of its file.
   */
  constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** That of the program's own file, if that is in CommonJS and has begun. */
  get main(): ModuleObject | undefined {
    return this.#main;
  }

  /** The object for a file, by its name relative to the program's package. */
  make(name: string): ModuleObject {
    const isMain = name === this.#program && this.#main === undefined;
    const filename = `${this.#folder}/${name}`;
    const made: ModuleObject = {
      exports: {},
      id: isMain ? '.' : filename,
      filename,
      path: filename.slice(0, filename.lastIndexOf('/')),
      loaded: false,
      children: [],
      paths: [],
      parent: isMain ? null : this.#main,
    };
    if (isMain) this.#main = made;
    return made;
  }
}
