/** Something of Node's that needs what a program does not have. */
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
 * @param name Of a module of Node, without `node:`.
 */
export function guarded(name: string, exports: unknown): unknown {
  const guard = guards.get(name);
  return guard === undefined ? exports : Object.assign(Object(exports), guard);
}

/**
 * Takes `process.dlopen` away. A file of machine code cannot be opened behind the walls, but the host's loader hands out
 * once more what it has loaded already, by the path alone: the library by which our own code makes system calls.
 *
 * Precondition: granted addons are loaded. No wall either: what such calls reach is up to the host.
 */
export function withholdAddons(): void {
  const value = refusing('process.dlopen()', 'an addon, which is granted by --addon and loaded at the start');
  Object.defineProperty(process, 'dlopen', { value, configurable: false, writable: false });
}
