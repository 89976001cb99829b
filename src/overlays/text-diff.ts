import { closeSync, fstatSync, readSync } from 'node:fs';
import { openStrictly } from '../host/files/strict-lookup.ts';
import type { TreeChange } from './change.ts';
import { openUpperFile } from './compare-content.ts';

/** The largest file that is shown line by line, in bytes. */
const MOST_SHOWN = 1024 * 1024;

/** The most lines that may be added and removed together. */
const MOST_EDITS = 5000;

/** The two sides of a change as texts, or the reason why they are not. */
export type Sides =
  | { readonly kind: 'text'; readonly before: string; readonly after: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'large' }
  | { readonly kind: 'unreadable' };

/** Reads both sides of a change of a regular file. */
export function sidesOf(root: number, upper: string, { path, before, after }: TreeChange): Sides {
  const large = [before, after].some((state) => (state?.size ?? 0) > MOST_SHOWN);
  if (large) return { kind: 'large' };
  const old = before === undefined ? Buffer.alloc(0) : readThrough(openStrictly(root, path, 'file'));
  const fresh = after === undefined ? Buffer.alloc(0) : readThrough(openUpperFile(upper, path) ?? -1);
  if (old === undefined || fresh === undefined) return { kind: 'unreadable' };
  const texts = [old, fresh].map(textOf);
  const [one, other] = texts;
  if (one === undefined || other === undefined) return { kind: 'binary' };
  return { kind: 'text', before: one, after: other };
}

function readThrough(descriptor: number): Buffer | undefined {
  if (descriptor < 0) return undefined;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(stats.size, MOST_SHOWN));
    let at = 0;
    while (at < bytes.length) {
      const length = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (length === 0) break;
      at += length;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(descriptor);
  }
}

/** Text is UTF-8 without NUL. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Makes a diff in unified form, without its head.
 *
 * @returns `undefined` for texts that differ too much to be of use.
 */
export async function unifiedDiff(before: string, after: string): Promise<readonly string[] | undefined> {
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: MOST_EDITS });
  return patch?.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${rangeText(oldStart, oldLines)} +${rangeText(newStart, newLines)} @@`,
    ...lines,
  ]);
}

/** A range without lines lies behind the line before it. */
function rangeText(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}
