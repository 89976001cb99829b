// Compiles programs of tests/programs/elf to CloudABI executables.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The reason why there are no executables here; undefined where they can be made. */
export const noExecutables: string | undefined =
  process.arch !== 'x64'
    ? 'executables are for x86-64'
    : spawnSync('clang', ['--version']).status === 0 && spawnSync('ld.lld', ['--version']).status === 0
      ? undefined
      : 'no clang and lld here';

const FLAGS = [
  '--target=x86_64-unknown-cloudabi',
  ...['-O2', '-Wall', '-Wextra', '-Werror', '-fPIE', '-ffreestanding', '-fno-sanitize=safe-stack'],
  ...['-fasynchronous-unwind-tables', '-mno-tls-direct-seg-refs', '-Isdk/c/include', '-Isdk/native'],
];

const folder = mkdtempSync(join(tmpdir(), 'executables-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const made = new Map<string, string>();

function run(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

function compile(source: string, flags: readonly string[]): string {
  const key = [source, ...flags].join(' ');
  const known = made.get(key);
  if (known !== undefined) return known;
  const object = join(folder, `${made.size}.o`);
  run('clang', [...FLAGS, ...flags, '-c', source, '-o', object]);
  made.set(key, object);
  return object;
}

/**
 * Makes an executable of a program in tests/programs/elf.
 *
 * @param values Macros.
 * @returns Its path.
 */
export function executable(name: string, values: Readonly<Record<string, number>> = {}): string {
  const start = readdirSync('sdk/native')
    .filter((file) => file.endsWith('.c'))
    .map((file) => compile(join('sdk/native', file), []));
  const flags = Object.entries(values).map(([macro, value]) => `-D${macro}=${value}`);
  const object = compile(`tests/programs/elf/${name}.c`, flags);
  const path = object.replace(/\.o$/, '');
  run('ld.lld', ['-static', '-pie', '--no-dynamic-linker', '-e', '_start', '-o', path, object, ...start]);
  return path;
}
