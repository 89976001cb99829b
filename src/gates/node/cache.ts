import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { cacheFolder } from '../../host/files/cache-folder.ts';
import { keep, readKept } from '../../host/files/kept.ts';
import { readSmallFile, readWithAttributes } from '../../host/files/small-file.ts';
import type { Mechanism } from '../../walls/mechanisms.ts';
import { type Linkage, type LinkOptions, linkProgram } from './link.ts';
import { packLinked, unpackLinked } from './linked.ts';
import { codeFor, scriptName } from './script.ts';

/** A file that a linked program was made of, as it was then. */
type Input = {
  readonly path: string;
  readonly size: number;
  readonly inode: number;
  readonly changed: number;
  readonly checksum: number;
};

/** A folder in which another file would change the meaning of an import. */
type Folder = { readonly path: string; readonly names: string };

/** The files and folders that must be as they were for a linked program to be used again. */
type Manifest = { readonly inputs: readonly Input[]; readonly folders: readonly Folder[] };

/** The format of a cached file; another one is not found. */
const VERSION = 8;

/**
 * Times of files are as coarse as the host's clock tick; one that has changed so shortly before linking began, in
 * milliseconds, may have changed again unseen.
 */
const TICK = 20;

/** Bytes of a linked file that is read to see whether it has changed; a larger one has. */
const LARGEST = 2 ** 28;

/**
 * Links a program, or finds the earlier result if nothing has changed since.
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
  if (folder === undefined) return packLinked(linkProgram(program, options, accepted).linked);
  return linkKept(program, options, accepted, folder);
}

function linkKept(
  program: string,
  options: LinkOptions,
  accepted: readonly Mechanism[],
  folder: string,
): Uint8Array {
  // A link on the way to the program may lead elsewhere than before.
  const place = realpathSync(dirname(program));
  const purpose = JSON.stringify([VERSION, place, program, options, process.version, process.arch]);
  const path = join(folder, 'linked', `${basename(program)}-${crc32(purpose).toString(16)}.bin`);
  const kept = find(path, purpose);
  if (kept !== undefined) {
    if (unpackLinked(kept.bytes).code.length === 0) withoutCode.set(kept.bytes, { ...kept, path, purpose });
    return kept.bytes;
  }
  const started = Date.now();
  const linkage = linkProgram(program, options, accepted);
  const bytes = packLinked(linkage.linked);
  const manifest = describe(linkage);
  if (manifest.inputs.every(({ changed }) => changed < started - TICK)) {
    keep(path, purpose, packKept(manifest, bytes));
    withoutCode.set(bytes, { manifest, path, purpose });
  }
  return bytes;
}

/** A cached program that V8 has not compiled yet. */
type WithoutCode = { readonly manifest: Manifest; readonly path: string; readonly purpose: string };

const withoutCode = new WeakMap<Uint8Array, WithoutCode>();

/**
 * Lets V8 compile a program that `linkCached` has just linked, for the next start. That takes as long as linking small
 * programs, so that it is better done while the program starts.
 */
export function keepCode(bytes: Uint8Array): void {
  const known = withoutCode.get(bytes);
  if (known === undefined) return;
  withoutCode.delete(bytes);
  const linked = unpackLinked(bytes);
  const code = codeFor(linked.script, scriptName(linked));
  keep(known.path, known.purpose, packKept(known.manifest, packLinked({ ...linked, code })));
}

/** Bytes in front of a cached program: the length of the manifest. */
const HEAD = 4;

function packKept(manifest: Manifest, bytes: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(manifest));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, bytes]);
}

/** Finds a linked program whose files are as they were. */
function find(
  path: string,
  purpose: string,
): { readonly manifest: Manifest; readonly bytes: Buffer } | undefined {
  const kept = readKept(path, purpose);
  if (kept === undefined) return undefined;
  const end = HEAD + kept.readUInt32LE(0);
  const manifest: Manifest = JSON.parse(kept.toString('utf8', HEAD, end));
  return isCurrent(manifest) ? { manifest, bytes: kept.subarray(end) } : undefined;
}

function describe({ inputs, root }: Linkage): Manifest {
  const configurations = ['package.json', 'tsconfig.json'].map((name) => join(root, name));
  const folders = new Set(inputs.flatMap((path) => foldersAbove(path, root)));
  return {
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
    const { bytes, attributes } = readWithAttributes(path, LARGEST);
    const { size, ino, ctimeMs } = attributes;
    return { path, size, inode: ino, changed: ctimeMs, checksum: crc32(bytes) };
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

/** A file whose times have not changed has not changed: its user cannot set the time of its last change back. */
function isCurrent({ inputs, folders }: Manifest): boolean {
  const same = (input: Input): boolean => {
    const stats = statSync(input.path, { throwIfNoEntry: false });
    if (stats === undefined || stats.size !== input.size) return false;
    if (stats.ctimeMs === input.changed && stats.ino === input.inode) return true;
    return crc32(readSmallFile(input.path, LARGEST)) === input.checksum;
  };
  try {
    return inputs.every(same) && folders.every(({ path, names }) => namesIn(path) === names);
  } catch {
    return false;
  }
}
