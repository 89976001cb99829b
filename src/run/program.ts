import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { linkCached } from '../gates/node/cache.ts';
import { unpackLinked } from '../gates/node/linked.ts';
import { LinuxErrno } from '../host/errno.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import type { PlannedProgram, ProgramKind } from './plan-types.ts';

/** Why a program cannot be run: the CLI ends with status 127 or 126. */
export type ProgramErrorCode = 'program_not_found' | 'not_a_program';

/** The program cannot be run. Nothing has been opened. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly code: ProgramErrorCode;

  constructor(code: ProgramErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Larger files are no programs we can run; in bytes. */
const MAX_PROGRAM = 2 ** 30;

/** What runs today, for messages. */
const SUPPORTED =
  'supported are WebAssembly modules (.wasm) and programs in TypeScript or JavaScript (.ts, .js)';

/** Names of files in TypeScript and JavaScript. */
const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/;

/** What is known about programs in TypeScript and JavaScript besides their files. */
export type ReadOptions = {
  /** Packages with native addons that are accepted. */
  readonly addons?: readonly string[];
  /** Packages that are left out, as if they were not installed. */
  readonly without?: readonly string[];
};

/** What the first bytes of a file say about programs that cannot be run, and why. */
const refused: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0x7f, 0x45, 0x4c, 0x46], what: 'a native executable (ELF)' },
  { magic: [0x23, 0x21], what: 'a script (#!)' },
  { magic: [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00], what: 'a WebAssembly component, not a module' },
];

const wasmMagic: readonly number[] = [0x00, 0x61, 0x73, 0x6d];

/**
 * Reads a program and recognizes its kind: TypeScript and JavaScript by the ending of the name, others by their first
 * bytes.
 *
 * @throws ProgramError
 * @throws LinkError when a program in TypeScript or JavaScript cannot be linked.
 */
export function readProgram(path: string, options: ReadOptions = {}): PlannedProgram {
  const absolute = resolve(path);
  const descriptor = openProgram(absolute, path);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (stats.isDirectory())
      throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: is a directory`);
    if (!stats.isFile()) throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: is no file`);
    if (stats.size > BigInt(MAX_PROGRAM)) {
      const reason = `it has ${stats.size} bytes, more than the ${MAX_PROGRAM} allowed`;
      throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reason}`);
    }
    const script = SCRIPT.test(path);
    const bytes = script
      ? linkCached(absolute, { addons: options.addons ?? [], without: options.without ?? [] })
      : readFileSync(descriptor);
    const kind = script ? 'node' : recognize(bytes, path);
    return {
      path: absolute,
      kind,
      bytes,
      notes: script ? unpackLinked(bytes).header.notes : [],
      device: stats.dev,
      inode: stats.ino,
      size: stats.size,
      changed: stats.ctimeNs,
    };
  } finally {
    closeSync(descriptor);
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
  const reason = known === undefined ? 'its first bytes are of no kind of program' : `it is ${known.what}`;
  throw new ProgramError('not_a_program', `Cannot run ${quote(path)}: ${reason}; ${SUPPORTED}`);
}
