import type { Value } from './argdata.ts';
import { type Output, type Shape, type StandardSchema, validate } from './standard.ts';

/** A program: the schema of its tree, and its function. */
export class Program {
  /**
   * Runs it, here and now, with a value that stands for its argdata.
   *
   * @throws ArgumentError for another value than the program wants.
   * @throws Any error of the program.
   */
  readonly run: (argdata: unknown) => Promise<void>;

  constructor(run: (argdata: unknown) => Promise<void>) {
    this.run = run;
    Object.freeze(this);
  }
}

let declared: Program | undefined;

/** The program that was declared last in this process. */
export function declaredProgram(): Program | undefined {
  return declared;
}

/**
 * Declares a program. It begins when it is started with `cloudabi-run` or `launch`; nothing happens where the
 * file is merely imported, as tests do.
 *
 * The process ends when there is nothing left to wait for, as usual in Node.
 *
 * @example
 * ```ts
 * import { directory, listener, program } from 'cloudabi/program';
 *
 * export default program({ schema: { site: directory(), socket: listener() } }, async ({ site, socket }) => {
 *   createServer(async (request, response) => response.end(await site.read('index.html'))).listen(socket);
 * });
 * ```
 */
export function program(run: (argdata: Value) => unknown): Program;
/**
 * The same for a program with a schema.
 *
 * @param options `schema` is a schema of any library, or an object with a schema for each key.
 */
export function program<Wanted extends StandardSchema | Shape>(
  options: { readonly schema: Wanted },
  run: (config: Output<Wanted>) => unknown,
): Program;
export function program(
  first: ((argdata: never) => unknown) | { readonly schema: StandardSchema | Shape },
  second?: (config: never) => unknown,
): Program {
  const run = typeof first === 'function' ? first : second;
  if (typeof run !== 'function') throw new TypeError('A program needs a function to run');
  declared = new Program(async (argdata) => {
    const config = typeof first === 'function' ? argdata : await validate(first.schema, argdata);
    await Reflect.apply(run, undefined, [config]);
  });
  return declared;
}
