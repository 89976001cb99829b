import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { cached, keepNamed } from './cache.ts';
import { ToolchainError } from './errors.ts';

/** A source of ours, and the way to compile it with a compiler of this machine. */
export type OwnSource = {
  readonly program: string;
  /** The options that are not the source and the object. */
  readonly options: readonly string[];
  readonly source: string;
  /** The library that it belongs to, for messages. */
  readonly library: string;
};

/**
 * Writes an object file: as it was compiled before under the key, or compiled now.
 *
 * @throws ToolchainError `toolchain_broken` when the source does not compile.
 */
export function writeOwnObject(key: string, object: string, own: OwnSource): void {
  const known = cached(key);
  if (known !== undefined) {
    writeFileSync(object, known);
    return;
  }
  const { program, options, source, library } = own;
  const argv = [...options, '-c', source, '-o', object];
  const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  if (status !== 0)
    throw new ToolchainError(
      'toolchain_broken',
      `Cannot build '${basename(source)}' of ${library}: ${stderr}`,
    );
  keepNamed(key, readFileSync(object));
}
