import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { OverlayError } from './overlay-error.ts';

/* Notes of an overlay, which lie beside its directories and say something about paths. */

/** Writes a note to disk; a crash leaves the old or the new one. */
export function writeNote(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/**
 * Reads a list of pairs: a path and a fact about it.
 *
 * @param read Reads the second of a pair; `undefined` for a mistake, which leaves the path out.
 * @returns An empty map where there is no note.
 * @throws OverlayError
 */
export function readPathNote<T>(
  file: string,
  read: (value: unknown) => T | undefined,
): ReadonlyMap<string, T> {
  let pairs: unknown;
  try {
    pairs = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new OverlayError(`Cannot read '${file}': ${String(error)}`);
  }
  if (!Array.isArray(pairs)) throw new OverlayError(`'${file}' is no list of paths`);
  const found = new Map<string, T>();
  for (const pair of pairs) {
    if (!Array.isArray(pair)) continue;
    const [path, value]: unknown[] = pair;
    const known = read(value);
    if (typeof path === 'string' && known !== undefined) found.set(path, known);
  }
  return found;
}
