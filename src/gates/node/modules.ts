import { builtinModules, createRequire } from 'node:module';
import { LinkError } from './errors.ts';
import { guarded } from './guards.ts';
import { loadLazyCode } from './lazy-addons.ts';
import type { LinkedHeader } from './linked.ts';
import type { Modules } from './module-objects.ts';
import type { Later } from './script.ts';

/**
 * Loads the packages whose native addons were granted. Their code is not confined while it is loaded.
 *
 * @param program Absolute path of the program, from where packages are looked for.
 * @throws LinkError when one cannot be loaded.
 */
export function loadAddons(program: string, names: readonly string[]): Map<string, unknown> {
  const require = createRequire(program);
  return new Map(
    names.map((name) => {
      try {
        const loaded: unknown = require(name);
        loadLazyCode(require.resolve(name));
        return [name, loaded];
      } catch (error) {
        const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
        throw new LinkError('native_addon', `Cannot load the package '${name}' with its addon: ${reason}`);
      }
    }),
  );
}

/**
 * Makes the `require` of a linked program: it finds modules of Node, of ours and granted addons. Everything else was
 * linked, or cannot be found any more: programs that ask for a package to see whether it is there learn that it is not.
 */
export function requireFor(
  header: LinkedHeader,
  modules: ReadonlyMap<string, unknown>,
  objects: Modules,
  later: Later = () => undefined,
): (name: string) => unknown {
  const node = createRequire('/');
  const require = (name: string): unknown => {
    if (modules.has(name)) return modules.get(name);
    const plain = name.startsWith('node:') ? name.slice(5) : name;
    if (plain === 'module') return withCreateRequire(node(name), () => created);
    if (name.startsWith('node:') || builtinModules.includes(plain)) return guarded(plain, node(name));
    throw Object.assign(new Error(notFound(name, header)), { code: 'MODULE_NOT_FOUND' });
  };
  const find = (name: string): unknown => {
    const found = later(name);
    return found === undefined ? require(name) : found.exports;
  };
  const created = Object.assign(find, {
    main: undefined,
    cache: Object.create(null),
    resolve: (name: string): string => {
      find(name);
      return name;
    },
  });
  Object.defineProperty(require, 'main', { get: () => objects.main, enumerable: true });
  return Object.assign(require, {
    cache: Object.create(null),
    resolve: (name: string): string => {
      require(name);
      return name;
    },
  });
}

/** Node's module `module` with a `createRequire` that finds linked modules. */
function withCreateRequire(exports: object, createRequire: () => unknown): object {
  const made: object = new Proxy(exports, {
    get(target, key, receiver): unknown {
      if (key === 'createRequire') return createRequire;
      if (key === 'default' || key === 'Module') return made;
      return Reflect.get(target, key, receiver);
    },
  });
  return made;
}

function notFound(name: string, { notes, without }: LinkedHeader): string {
  if (without.includes(name))
    return `Cannot find module '${name}': it was left out by --no-addon (without, from TypeScript)`;
  const places = notes.map(({ place }) => place).slice(0, 3);
  const where = places.length > 0 ? ` (a variable is imported at ${places.join(', ')})` : '';
  return `Cannot find module '${name}': a program is linked before it starts, so that what it imports must be named there${where}`;
}
