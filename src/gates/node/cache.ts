import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { cacheFolder } from '../../host/files/cache-folder.ts';
import type { Mechanism } from '../../walls/mechanisms.ts';
import { type Linkage, type LinkOptions, link } from './link.ts';
import { isWhole, packLinked, unpackLinked } from './linked.ts';
import { codeFor, scriptName } from './script.ts';

/** A file that a linked program was made of, as it was then. */
type Input = {
  readonly path: string;
  readonly size: number;
  readonly inode: number;
  readonly changed: number;
  readonly checksum: number;
};

/** A folder in which another file would change what an import means. */
type Folder = { readonly path: string; readonly names: string };

type Manifest = {
  /** What was linked, and how; the name of its file says so only in part. */
  readonly key: string;
  /** When linking began, in milliseconds since 1970. */
  readonly linked: number;
  readonly inputs: readonly Input[];
  readonly folders: readonly Folder[];
};

/** The format of what is kept; another one is not found. */
const VERSION = 2;

/** A file that has changed so shortly before it was read, in milliseconds, may have changed again unseen. */
const SETTLED = 100;

/**
 * Links a program, or finds what it was linked to before if nothing has changed since.
 *
 * @param program Absolute path.
 * @returns A linked program in one piece, see `unpackLinked`.
 * @throws LinkError
 */
export function linkCached(
  program: string,
  options: LinkOptions,
  accepted: readonly Mechanism[] = [],
): Uint8Array {
  const folder = cacheFolder();
  if (folder === undefined) return packLinked(link(program, options, accepted).linked);
  return linkKept(program, options, accepted, folder);
}

function linkKept(
  program: string,
  options: LinkOptions,
  accepted: readonly Mechanism[],
  folder: string,
): Uint8Array {
  const key = JSON.stringify([VERSION, program, options, process.version, process.arch]);
  const base = join(folder, 'linked', `${basename(program)}-${crc32(key).toString(16)}`);
  const kept = find(base, key);
  if (kept !== undefined) {
    if (unpackLinked(kept).code.length === 0) withoutCode.set(kept, base);
    return kept;
  }
  const started = Date.now();
  const linkage = link(program, options, accepted);
  const bytes = packLinked(linkage.linked);
  try {
    mkdirSync(dirname(base), { recursive: true, mode: 0o700 });
    put(`${base}.bin`, bytes);
    put(`${base}.json`, JSON.stringify(describe(linkage, key, started)));
    withoutCode.set(bytes, base);
  } catch {
    // Nothing can be kept: the next start links anew.
    rmSync(`${base}.json`, { force: true });
  }
  return bytes;
}

/** Where linked programs are kept that V8 has not compiled yet. */
const withoutCode = new WeakMap<Uint8Array, string>();

/**
 * Lets V8 compile a program that `linkCached` has just linked, for the next start. That takes as long as linking small
 * programs, so that it is better done while the program starts.
 */
export function keepCode(bytes: Uint8Array): void {
  const base = withoutCode.get(bytes);
  if (base === undefined) return;
  withoutCode.delete(bytes);
  const linked = unpackLinked(bytes);
  try {
    const code = codeFor(linked.script, scriptName(linked));
    put(`${base}.bin`, packLinked({ ...linked, code }));
  } catch {
    // It is compiled at each start.
  }
}

/** Writes a file so that others see all of it or nothing. */
function put(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, data, { mode: 0o600 });
  renameSync(temporary, path);
}

function describe({ inputs, root }: Linkage, key: string, started: number): Manifest {
  const configurations = ['package.json', 'tsconfig.json'].map((name) => join(root, name));
  const folders = new Set(inputs.flatMap((path) => foldersAbove(path, root)));
  return {
    key,
    linked: started,
    inputs: [...new Set([...inputs, ...configurations])].flatMap((path) => inputAt(path) ?? []),
    folders: [...folders].map((path) => ({ path, names: namesIn(path) })),
  };
}

/** The folders from a file's own up to that of the package it belongs to, or to the program's. */
function foldersAbove(path: string, root: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.push(folder);
    const end = folder === root || basename(dirname(folder)) === 'node_modules' || dirname(folder) === folder;
    if (end) return folders;
  }
}

function inputAt(path: string): Input | undefined {
  try {
    const { size, ino, ctimeMs } = statSync(path);
    return { path, size, inode: ino, changed: ctimeMs, checksum: crc32(readFileSync(path)) };
  } catch {
    return undefined;
  }
}

/** Names of files and folders that imports could mean. */
const RELEVANT = /\.([cm]?[jt]sx?|json|node|wasm)$|^[^.]+$/;

function namesIn(folder: string): string {
  try {
    return readdirSync(folder)
      .filter((name) => RELEVANT.test(name))
      .sort()
      .join('/');
  } catch {
    return '';
  }
}

function find(base: string, key: string): Uint8Array | undefined {
  try {
    const manifest: Manifest = JSON.parse(readFileSync(`${base}.json`, 'utf8'));
    if (manifest.key !== key || !isCurrent(manifest)) return undefined;
    const bytes = readFileSync(`${base}.bin`);
    return isWhole(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** A file whose times have not changed has not changed: its user cannot set the time of its last change back. */
function isCurrent({ linked, inputs, folders }: Manifest): boolean {
  const same = (input: Input): boolean => {
    const stats = statSync(input.path, { throwIfNoEntry: false });
    if (stats === undefined || stats.size !== input.size) return false;
    const settled = input.changed + SETTLED < linked;
    if (settled && stats.ctimeMs === input.changed && stats.ino === input.inode) return true;
    return crc32(readFileSync(input.path)) === input.checksum;
  };
  return inputs.every(same) && folders.every(({ path, names }) => namesIn(path) === names);
}
