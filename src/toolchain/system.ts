import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { ToolchainError } from './errors.ts';

/** The oldest version of clang that the headers and the library are tested with. */
const OLDEST = 14;

/** Names of wasm32 with WASI preview 1: since wasi-libc of 2024, and before. */
const TARGETS = ['wasm32-wasip1', 'wasm32-wasi'] as const;

/** A compiler that the machine has, with all that is needed to make programs for WASI. */
export interface SystemClang {
  /** The program, by name or path. */
  readonly program: string;
  /** The version that it prints, and its place. */
  readonly version: string;
  /** The target that its C library is installed for. */
  readonly target: (typeof TARGETS)[number];
  /**
   * The folder of its C library's headers; those of the C++ library are in `c++/v1` there. Undefined where they are not
   * installed beside the library; then the compiler looks by itself.
   */
  readonly include: string | undefined;
}

/**
 * Finds a compiler of the machine's and checks that it can make programs.
 *
 * @param program its name, looked for in `PATH`, or its path
 * @param cxx whether the C++ library is needed
 * @throws ToolchainError `toolchain_missing` for the first part that is not there, with the Debian packages
 *   that it is in
 */
export function findSystemClang(program: string, cxx: boolean): SystemClang {
  const ask = (...arguments_: string[]): string => {
    const { error, status, stdout } = spawnSync(program, arguments_, { encoding: 'utf8' });
    if (error !== undefined)
      throw missing(`there is no program '${program}'`, 'clang, lld, wasi-libc and libclang-rt-dev-wasm32');
    return status === 0 ? stdout.trim() : '';
  };
  const version = ask('--version');
  const major = Number(/clang version (\d+)\./.exec(version)?.[1] ?? Number.NaN);
  if (!(major >= OLDEST)) {
    const found = Number.isNaN(major) ? 'is no clang' : `is clang ${major}`;
    throw missing(`'${program}' ${found}, and ${OLDEST} or later is wanted`, 'clang');
  }
  if (!/^\s*wasm32\s/m.test(ask('--print-targets')))
    throw missing(`'${program}' is built without the target wasm32`, `clang-${major}`);
  if (!isProgram(ask('--print-prog-name=wasm-ld')))
    throw missing("there is no linker 'wasm-ld'", major === OLDEST ? 'lld' : `lld-${major}`);
  const find = (target: string, file: string): string =>
    ask(`--target=${target}`, `--print-file-name=${file}`);
  const has = (target: string, file: string): boolean => isAbsolute(find(target, file));
  const target = TARGETS.find((target) => has(target, 'crt1-command.o'));
  if (target === undefined) throw missing('there is no C library for wasm32', 'wasi-libc');
  if (!existsSync(ask(`--target=${target}`, '--print-libgcc-file-name')))
    throw missing(
      `'${program}' has no support library for wasm32`,
      `libclang-rt-${major}-dev-wasm32 (on other systems, libclang_rt.builtins for WASI)`,
    );
  if (cxx && !(has(target, 'libc++.a') && has(target, 'libc++abi.a')))
    throw missing(
      'there is no C++ library for wasm32',
      `libc++-${major}-dev-wasm32 and libc++abi-${major}-dev-wasm32`,
    );
  const include = join(dirname(find(target, 'crt1-command.o')), '../../include', target);
  return { program, version, target, include: existsSync(include) ? include : undefined };
}

/** Gives the path of a library of the compiler's; its bare name if there is none. */
export function findLibrary({ program, target }: SystemClang, name: string): string {
  const argv = [`--target=${target}`, `--print-file-name=${name}`];
  return spawnSync(program, argv, { encoding: 'utf8' }).stdout.trim();
}

function missing(what: string, packages: string): ToolchainError {
  return new ToolchainError(
    'toolchain_missing',
    `Cannot compile with --system: ${what}; Debian has it in ${packages}`,
  );
}

/** Tells whether a program that clang names can be run: it gives the bare name of one that is not beside itself. */
function isProgram(name: string): boolean {
  if (isAbsolute(name)) return existsSync(name);
  const { PATH = '' } = process.env;
  return name !== '' && PATH.split(delimiter).some((directory) => existsSync(join(directory, name)));
}

/**
 * The options that name the headers of the system's libraries. Debian's clang would look in `/usr/include` too,
 * whose headers are those of another C library.
 */
export function headerFlags({ include }: SystemClang, cxx: boolean): string[] {
  if (include === undefined) return [];
  // In the order that clang has by itself: C++, the compiler's own, C.
  return ['-nostdlibinc', ...(cxx ? ['-isystem', join(include, 'c++/v1')] : []), '-idirafter', include];
}
