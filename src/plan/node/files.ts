import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LOADER_CACHE } from '../../elf/ld-cache.ts';
import { librariesOf } from '../../elf/libraries.ts';
import { cacheFolder } from '../../host/files/cache-folder.ts';
import { keep, readKept } from '../../host/files/kept.ts';
import { entryPoint } from '../entry-points.ts';

/** Bytes of a key in the name of a file. */
const LONGEST_NAME = 200;

/** The folder of our code in the world of a Node process. */
const OURS = '/cloudabi';

/** The script that such a process runs first. */
export const ENTRY: string = `${OURS}/node-process.js`;

/** The files that a process of Node's needs before it knows its program. Nothing of a program is among them. */
export type NodeFiles = {
  /** Node's own file, without symbolic links. */
  readonly node: string;
  /** Paths of the host, and where they lie in the world; libraries lie where they lie on the host. */
  readonly mounts: readonly {
    readonly path: string;
    readonly at: string;
    readonly type: 'file' | 'directory';
    readonly execute: boolean;
  }[];
  /** Symbolic links on the way to libraries. */
  readonly links: readonly (readonly [path: string, target: string])[];
};

/** The cached facts. */
type Kept = { readonly state: string; readonly files: NodeFiles };

/** The format of a cached file; another one is not found. */
const VERSION = 2;

/** The packages that our entry has its foreign function interface from; the second is for when the first is not there. */
const FOREIGN = [`@koromix/koffi-linux-${process.arch}`, 'koffi'] as const;

let known: Kept | undefined;

/**
 * Finds the files. Looking for libraries as the loader does costs more than the start of a small program, so what was
 * found is cached as long as neither Node nor the loader's cache nor one of the files has changed.
 *
 * @throws ElfError, Error of Node: this Node cannot be started in a world of its own.
 */
export function nodeFiles(): NodeFiles {
  if (known !== undefined && known.state === stateOf(known.files)) return known.files;
  const key = JSON.stringify([VERSION, process.execPath, import.meta.url]);
  const folder = cacheFolder();
  const path = folder && join(folder, `node-${encodeURIComponent(key).slice(-LONGEST_NAME)}.json`);
  known = path === undefined ? undefined : keptFiles(path, key);
  if (known !== undefined) return known.files;
  const files = findFiles();
  known = { state: stateOf(files), files };
  if (path !== undefined) keep(path, key, Buffer.from(JSON.stringify(known)));
  return files;
}

function findFiles(): NodeFiles {
  const { program, files, links, needsCache } = librariesOf(process.execPath);
  const libraries = [...files.keys(), ...(needsCache ? [LOADER_CACHE] : [])];
  const asIs = libraries.map((path) => ({ path, at: path, type: 'file', execute: true }) as const);
  const entry = entryPoint('node-process');
  const own = ['.js', '.bundle', '.cache']
    .filter((suffix) => existsSync(entry + suffix))
    .map(
      (suffix) =>
        ({
          path: entry + suffix,
          at: `${OURS}/node-process${suffix}`,
          type: 'file',
          execute: false,
        }) as const,
    );
  const foreign = FOREIGN.flatMap((name) => {
    const path = folderOf(name);
    return path === undefined
      ? []
      : [{ path, at: `${OURS}/node_modules/${name}`, type: 'directory', execute: true } as const];
  });
  return { node: program, mounts: [...asIs, ...own, ...foreign.slice(0, 1)], links: [...links] };
}

/** The folder of an installed package; `undefined` for none. */
function folderOf(name: string): string | undefined {
  const { resolve } = createRequire(import.meta.url);
  try {
    return dirname(resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Changes when any of the files does. */
function stateOf({ mounts }: NodeFiles): string {
  const paths = [LOADER_CACHE, ...mounts.map(({ path }) => path)];
  return paths
    .map((path) => {
      const { ino, size, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
      return [ino, size, ctimeMs].join();
    })
    .join(' ');
}

function keptFiles(path: string, key: string): Kept | undefined {
  const bytes = readKept(path, key);
  if (bytes === undefined) return undefined;
  const kept: Kept = JSON.parse(bytes.toString());
  return kept.state === stateOf(kept.files) ? kept : undefined;
}
