import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';
import { resolve } from 'node:path';
import { OsAbi } from '../elf/header.ts';
import { linkCached } from '../gates/node/cache.ts';
import { unpackLinked } from '../gates/node/linked.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { reasonOf } from '../resources/file-kind.ts';
import type { ProgramFile } from '../resources/resource.ts';
import { quote } from '../resources/written.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { DEFAULT_PATH, findProgram } from './linux/find-program.ts';
import type { PlannedProgram, ProgramKind } from './plan-types.ts';
import { ProgramError } from './program-error.ts';
import { isNamedAsScript } from './script-name.ts';

/** Larger files are no programs we can run; in bytes. */
const MAX_PROGRAM = 2 ** 30;

/** Kinds of program that run today, for messages. */
const SUPPORTED =
  'supported are WebAssembly modules (.wasm), programs in TypeScript or JavaScript (.ts, .js), CloudABI executables and Linux programs (ELF, #!)';

const wasmMagic: readonly number[] = [0x00, 0x61, 0x73, 0x6d];
const elfMagic: readonly number[] = [0x7f, 0x45, 0x4c, 0x46];
const scriptMagic: readonly number[] = [0x23, 0x21];

/** Options for programs in TypeScript and JavaScript. */
export type ReadOptions = {
  /** Packages with native addons that are accepted. */
  readonly addons?: readonly string[];
  /** Packages that are left out, as if they were not installed. */
  readonly without?: readonly string[];
  /** True if it may start threads. */
  readonly threads?: boolean;
  /** Mechanisms of the host that may be missing while it is linked. */
  readonly accept?: readonly Mechanism[];
};

/** First bytes of programs that cannot be run, and the reasons. */
const refused: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00], what: 'a WebAssembly component, not a module' },
];

/** The place of the OS ABI in the header of an ELF file. */
const OS_ABI = 7;

/** As many bytes tell the kinds apart: the header of an ELF file, up to its OS ABI. */
const HEAD = 16;

/** Names that are searched in the working directory first, because no Linux program is called so. */
const ownSuffix = /\.(?:wasm|[cm]?[jt]s|[jt]sx)$/;

/**
 * The absolute path of a program. A name without a slash is looked up in PATH, as shells do; what PATH does not have
 * is a file in the working directory.
 */
function locate(name: string): { readonly absolute: string; readonly searched: boolean } {
  if (name.includes('/') || ownSuffix.test(name)) return { absolute: resolve(name), searched: false };
  const found = findProgram(name, process.env['PATH'] ?? DEFAULT_PATH);
  return { absolute: found ?? resolve(name), searched: found === undefined };
}

/**
 * Reads a program and recognizes its kind: TypeScript and JavaScript by the ending of the name, others by their first
 * bytes. Of a Linux program it reads no more than these: the host's kernel is going to read the rest.
 *
 * @throws ProgramError
 * @throws LinkError when a program in TypeScript or JavaScript cannot be linked.
 */
export function readProgram(path: string, options: ReadOptions = {}): PlannedProgram {
  const { absolute, searched } = locate(path);
  const descriptor = openProgram(absolute, path);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    checkIsFile(stats, path);
    if (stats.size > BigInt(MAX_PROGRAM)) {
      const reason = `it has ${stats.size} bytes, more than the ${MAX_PROGRAM} allowed`;
      throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reason}`);
    }
    const kind = kindOf(descriptor, path);
    if (kind === 'linux' && searched) {
      const reason = `no program in PATH has this name; write ${quote(`./${path}`)} for the one in this directory`;
      throw new ProgramError('program_not_found', `Cannot run ${quote(path)}: ${reason}`);
    }
    const file: ProgramFile = {
      path: absolute,
      device: stats.dev,
      inode: stats.ino,
      size: stats.size,
      changed: stats.ctimeNs,
    };
    return readAs(kind, descriptor, file, options);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The kind of a program, as `plan` is going to see it.
 *
 * @throws ProgramError
 */
export function programKind(path: string): ProgramKind {
  const descriptor = openProgram(locate(path).absolute, path);
  try {
    checkIsFile(fstatSync(descriptor), path);
    return kindOf(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

function checkIsFile(stats: Stats | BigIntStats, path: string): void {
  if (stats.isFile()) return;
  const reason = stats.isDirectory() ? 'is a directory' : 'is no file';
  throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reason}`);
}

function kindOf(descriptor: number, path: string): ProgramKind {
  if (isNamedAsScript(path)) return 'node';
  const head = Buffer.alloc(HEAD);
  let length: number;
  try {
    length = readSync(descriptor, head, 0, HEAD, 0);
  } catch (error) {
    throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reasonOf(error)}`);
  }
  return recognize(head.subarray(0, length), path);
}

function readAs(
  kind: ProgramKind,
  descriptor: number,
  file: ProgramFile,
  { addons = [], without = [], threads = false, accept = [] }: ReadOptions,
): PlannedProgram {
  switch (kind) {
    case 'wasm':
    case 'elf':
      return { ...file, kind, bytes: readFileSync(descriptor) };
    case 'node': {
      const bytes = linkCached(file.path, { addons, without }, accept);
      return { ...file, kind, bytes, notes: unpackLinked(bytes).header.notes, threads };
    }
    case 'linux':
      return { ...file, kind };
  }
}

function openProgram(absolute: string, path: string): number {
  try {
    return openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
    const missing = errno === -LinuxErrno.ENOENT || errno === -LinuxErrno.ENOTDIR;
    const code = missing ? 'program_not_found' : 'not_a_program';
    throw new ProgramError(code, `Cannot run ${quote(path)}: ${reasonOf(error)}`);
  }
}

function recognize(bytes: Uint8Array, path: string): ProgramKind {
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  const known = refused.find(({ magic }) => startsWith(magic));
  if (known === undefined && startsWith(wasmMagic)) return 'wasm';
  if (startsWith(elfMagic) && bytes[OS_ABI] === OsAbi.cloudabi) return 'elf';
  if (known === undefined && (startsWith(elfMagic) || startsWith(scriptMagic))) return 'linux';
  const reason = known === undefined ? 'its first bytes are of no kind of program' : `it is ${known.what}`;
  throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reason}; ${SUPPORTED}`);
}
