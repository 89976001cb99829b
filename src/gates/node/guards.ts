import { Script } from 'node:vm';

/** A feature of Node's that needs something that a program does not have. */
class GuardError extends Error {
  readonly code = 'ENOTCAPABLE';
}

function refusing(what: string, why: string): () => never {
  return () => {
    throw new GuardError(`ENOTCAPABLE: ${what} is not possible in capability mode: it needs ${why}`);
  };
}

const guards: ReadonlyMap<string, Readonly<Record<string, () => never>>> = new Map([
  ['inspector', { open: refusing('inspector.open()', 'a thread and a port') }],
  ['trace_events', { createTracing: refusing('createTracing()', 'a thread and a file') }],
]);

/**
 * Lets parts of Node that would end the process for want of a thread throw instead. No wall: a program that goes
 * around it ends itself.
 *
 * @param name The name of a module of Node, without `node:`.
 */
export function guarded(name: string, exports: unknown): unknown {
  if (name === 'worker_threads') return withTextWorkers(Object(exports));
  const guard = guards.get(name);
  return guard === undefined ? exports : Object.assign(Object(exports), guard);
}

/** Lets a worker say at once that it cannot be started from a file, which no program can find any more. */
function withTextWorkers(exports: Readonly<Record<string, unknown>>): object {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const refuse = refusing('a worker from a file', 'that file; start it from a text, with { eval: true }');
  class TextWorker extends Worker {
    constructor(...values: ConstructorParameters<typeof Worker>) {
      const [source, options] = values;
      if (options?.eval !== true && !String(source).startsWith('data:')) refuse();
      super(...values);
    }
  }
  Object.defineProperty(TextWorker, 'name', { value: 'Worker' });
  return { ...exports, Worker: TextWorker };
}

/** The name of an object in which bundlers say where the files of pino's transports are (its page on bundling). */
const TRANSPORT_FILES = '__bundlerPathsOverrides';

/**
 * Lets pino's transports be refused by their name: each starts a worker from a file. Pino asks for that file by an
 * object that bundlers define, before anything else. A program can put its own in that place.
 */
export function guardTransports(): void {
  const what = "pino's `transport`, or thread-stream,";
  const why = 'a worker from a file; write `pino(stream)` instead, such as `pino(pretty())` of pino-pretty';
  const refuse = refusing(what, why);
  const value = new Proxy(Object.create(null), {
    get: (_target, key) => (typeof key === 'string' ? refuse() : undefined),
  });
  Object.defineProperty(globalThis, TRANSPORT_FILES, { value, configurable: true, writable: true });
}

/** Options of `vm` for which Node starts a thread that watches. */
const WATCHED = ['timeout', 'breakOnSigint'] as const;

/**
 * Lets `vm` refuse options that need a watching thread, for want of which the process would end. Everything else of it works.
 */
export function guardContexts(): void {
  const refuse = refusing('vm with a timeout or breakOnSigint', 'a thread');
  for (const name of ['runInThisContext', 'runInContext', 'runInNewContext'] as const) {
    const run = Script.prototype[name];
    const guarded = function (this: Script, ...values: unknown[]): unknown {
      const options: unknown = values[name === 'runInThisContext' ? 0 : 1];
      if (WATCHED.some((each) => Boolean(Object(options)[each]))) refuse();
      return Reflect.apply(run, this, values);
    };
    Object.defineProperty(guarded, 'name', { value: name });
    Object.defineProperty(Script.prototype, name, { value: guarded, configurable: true, writable: true });
  }
}

/**
 * Takes `process.dlopen` away. A file of machine code cannot be opened behind the walls, but the host's loader hands out
 * once more an addon that it has loaded already, by the path alone: the library by which our own code makes system calls.
 *
 * Precondition: granted addons are loaded. No wall either: the host decides what such calls reach.
 */
export function withholdAddons(): void {
  const value = refusing(
    'process.dlopen()',
    'an addon, which is granted by --addon (addons, from TypeScript) and loaded at the start',
  );
  Object.defineProperty(process, 'dlopen', { value, configurable: false, writable: false });
}
