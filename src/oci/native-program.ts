import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { close } from '../host/files/files.ts';
import { executableFile } from '../host/processes/small-program.ts';
import { architecture } from '../linux/architecture.ts';
import { ociProgram } from './native/code.ts';
import { OciError } from './oci-error.ts';

/** Commands that the native program does itself. */
export const nativeCommands: readonly string[] = ['state', 'start', 'kill', 'delete'];

/** Bytes that a path has in the program, its NUL included (log.h). */
const ROOM = 1024;

/** The places of paths in the program. */
const places = { node: '@cloudabi-node@', script: '@cloudabi-script@' } as const;

/**
 * The native program, which hands all other commands to this Node and a script.
 *
 * @param script The absolute path of `cloudabi-oci.js`.
 * @throws OciError for a path that is too long.
 */
export function nativeProgram(script: string): Uint8Array {
  const bytes = Buffer.from(ociProgram[architecture], 'base64');
  for (const [place, path] of [
    [places.node, process.execPath],
    [places.script, script],
  ] as const) {
    const text = Buffer.from(`${path}\0`);
    const at = bytes.indexOf(place);
    if (text.length > ROOM || at < 0) throw new OciError(`The path ${path} is longer than ${ROOM - 1} bytes`);
    bytes.set(text, at);
  }
  return bytes;
}

/**
 * Writes the native program to a file, at once.
 *
 * @throws Error of Node
 */
export function installProgram(path: string, script: string): void {
  const scratch = join(dirname(path), `.cloudabi-oci-${process.pid}`);
  writeFileSync(scratch, nativeProgram(script), { flag: 'wx', mode: 0o755 });
  chmodSync(scratch, 0o755);
  renameSync(scratch, path);
}

/** Runs the native program with these arguments and standard streams of ours; returns its exit status. */
export function runNative(argv: readonly string[], script: string): number {
  const file = executableFile('cloudabi-oci', [{ bytes: nativeProgram(script), at: 0 }]);
  try {
    const { status } = spawnSync(`/proc/self/fd/${file}`, argv, { stdio: 'inherit' });
    return status ?? 1;
  } finally {
    close(file);
  }
}
