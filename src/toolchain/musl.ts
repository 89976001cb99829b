import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cached, keepNamed } from './cache.ts';
import { ToolchainError } from './errors.ts';
import { SDK } from './library.ts';
import { MemoryDirectory } from './memory-files.ts';
import { allTypes, callNames, MUSL_ARCHIVE, MUSL_DIGEST, MUSL_FOLDER, muslSources } from './musl-sources.ts';
import { NATIVE, type NativeLibrary } from './native-library.ts';
import { packObjects, unpackObjects } from './object-bundle.ts';
import { runTool, type ToolOptions } from './run-tool.ts';
import { unpackTar } from './tar.ts';

/** Says which library a source is compiled for. */
const FOR_MUSL = '-D__CLOUDABI_MUSL__';

const OWN = join(NATIVE, 'musl');

/** Sources of the program library that need nothing but the C library. */
const PROGRAM_SOURCES: readonly string[] = [
  'accept_loop',
  'argument',
  'connect',
  'directory',
  'exec',
  'getpid',
];

/** A compiler, and the options that every source gets. */
export type MuslCompiler = {
  readonly program: string;
  readonly version: string;
  readonly code: readonly string[];
};

/**
 * Prepares the C library that is made of musl's sources and of ours, which lead its calls to CloudABI's.
 *
 * @param archive Path of Debian's source archive.
 * @param folder A folder for its headers and objects.
 * @throws ToolchainError when the archive is another one.
 */
export function muslLibrary(
  archive: string,
  folder: string,
  compiler: MuslCompiler,
  options: ToolOptions,
): NativeLibrary {
  const root = unpack(archive, folder);
  const made = join(folder, 'made');
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');
  mkdirSync(join(made, 'bits'), { recursive: true });
  const types = ['arch/x86_64/bits/alltypes.h.in', 'include/alltypes.h.in'].map(text);
  writeFileSync(join(made, 'bits/alltypes.h'), allTypes(types));
  writeFileSync(join(made, 'bits/syscall.h'), callNames(text('arch/x86_64/bits/syscall.h.in')));
  const bits = [made, join(root, 'arch/x86_64'), join(root, 'arch/generic')];
  const headers = [join(OWN, 'include'), join(SDK, 'include'), join(root, 'include'), ...bits];
  return {
    flags: [FOR_MUSL, ...headers.flatMap((one) => ['-isystem', one])],
    objects: () => objectsOf(root, folder, bits, headers, compiler, options),
  };
}

/** Writes the files of the archive that are needed into a folder. */
function unpack(archive: string, folder: string): string {
  const bytes = readArchive(archive);
  const tar = join(folder, 'musl.tar');
  writeFileSync(tar, gunzipSync(bytes));
  const root = unpackTar(tar).entries.get(MUSL_FOLDER);
  if (!(root instanceof MemoryDirectory))
    throw new ToolchainError('toolchain_usage', `The archive '${archive}' has no folder ${MUSL_FOLDER}`);
  const place = (directory: MemoryDirectory, at: string): void => {
    mkdirSync(at, { recursive: true });
    for (const [name, entry] of directory.entries) {
      if (entry instanceof MemoryDirectory) place(entry, join(at, name));
      else writeFileSync(join(at, name), entry.content);
    }
  };
  for (const part of ['arch', 'include', 'src']) {
    const directory = root.entries.get(part);
    if (directory instanceof MemoryDirectory) place(directory, join(folder, MUSL_FOLDER, part));
  }
  return join(folder, MUSL_FOLDER);
}

function readArchive(archive: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(archive);
  } catch (cause) {
    throw new ToolchainError('toolchain_file', `Cannot read '${archive}', which --libc names`, { cause });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== MUSL_DIGEST)
    throw new ToolchainError(
      'toolchain_usage',
      `The file '${archive}' is not the ${MUSL_ARCHIVE} of Debian 12, which --libc wants`,
    );
  return bytes;
}

/** Compiles the library, or takes what was compiled before; returns its object files. */
function objectsOf(
  root: string,
  folder: string,
  bits: readonly string[],
  headers: readonly string[],
  { program, version, code }: MuslCompiler,
  options: ToolOptions,
): readonly string[] {
  const musl = muslSources((part) => readdirSync(join(root, part))).map((path) => join(root, path));
  const inOwn = (part: string): string[] =>
    readdirSync(part)
      .filter((name) => name.endsWith('.c'))
      .toSorted()
      .map((name) => join(part, name));
  const own = inOwn(OWN);
  const others = [
    ...inOwn(NATIVE),
    ...['memory.c', 'program.c', 'threads.c'].map((name) => join(NATIVE, 'libc', name)),
    ...inOwn(join(SDK, 'src/argdata')),
    ...PROGRAM_SOURCES.map((name) => join(SDK, 'src/program', `${name}.c`)),
  ];
  const digest = createHash('sha256').update(
    [version, ...code, MUSL_DIGEST, ...musl.map((path) => basename(path))].join('\n'),
  );
  for (const path of [...own, ...others, ...filesIn(OWN), ...filesIn(join(SDK, 'include'))])
    digest.update(`\n${path.slice(NATIVE.length)}\n`).update(readFileSync(path));
  const key = `native-musl-${digest.digest('hex')}`;
  const known = cached(key);
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  if (known !== undefined) {
    for (const [name, bytes] of unpackObjects(known)) writeFileSync(join(objects, name), bytes);
    return readdirSync(objects).map((name) => join(objects, name));
  }
  const inside = [
    ...[join(OWN, 'arch'), join(OWN, 'include'), ...bits.slice(1), ...bits.slice(0, 1)],
    ...['src/include', 'src/internal', 'include'].map((part) => join(root, part)),
  ].flatMap((one) => ['-I', one]);
  const compile = (flags: readonly string[], sources: readonly string[]): void => {
    const argv = [...code, ...flags, '-Os', '-c', ...sources];
    const status = runTool(program, argv, false, { ...options, cwd: objects });
    if (status !== 0) throw new ToolchainError('toolchain_broken', 'Cannot build the library of musl');
  };
  const c = musl.filter((path) => path.endsWith('.c'));
  const assembly = musl.filter((path) => path.endsWith('.s'));
  compile(['-std=c99', '-D_XOPEN_SOURCE=700', '-ffreestanding', '-w', ...inside], c);
  // An object of assembly takes the place of that of the same function in C.
  compile(['-w'], assembly);
  const sdk = ['-isystem', join(SDK, 'include'), `-I${NATIVE}`];
  compile(['-std=gnu11', '-D_GNU_SOURCE', '-DCLOUDABI_MUSL', '-ffreestanding', '-w', ...inside, ...sdk], own);
  const search = headers.flatMap((one) => ['-isystem', one]);
  compile(
    ['-std=gnu11', '-D_GNU_SOURCE', '-DCLOUDABI_MUSL', '-ffreestanding', '-w', ...search, `-I${NATIVE}`],
    others,
  );
  const names = readdirSync(objects);
  keepNamed(key, packObjects(new Map(names.map((name) => [name, readFileSync(join(objects, name))]))));
  return names.map((name) => join(objects, name));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
