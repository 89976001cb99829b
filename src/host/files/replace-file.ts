import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Puts a content in the place of a file's, or makes the file, so that a reader meets the old or the new one.
 *
 * @param mode The permission bits of the new one.
 * @throws Error of Node; the file is as it was then.
 */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(beside, content, { mode, flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
