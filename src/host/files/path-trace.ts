import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MAXSYMLINKS } from '../../linux/limits.ts';
import { hostPath, textOf } from './host-path.ts';

/** The way from a path to its target. */
export type Trace = {
  /** The path of the thing itself, without symbolic links. */
  readonly real: string;
  /** Every symbolic link on the way: its path, whose directories are real, and its target. */
  readonly links: ReadonlyMap<string, string>;
};

/**
 * Follows a path link by link, so that the same names can be made elsewhere.
 *
 * @param path Absolute.
 * @param look Reads a link, as `linkTarget` does.
 * @returns `undefined` when the path does not exist, cannot be read or has too many links.
 */
export function tracePath(path: string, look: typeof linkTarget = linkTarget): Trace | undefined {
  const links = new Map<string, string>();
  const rest = stepsOf(path).reverse();
  let real = '/';
  let followed = 0;
  for (let step = rest.pop(); step !== undefined; step = rest.pop()) {
    if (step === '..') {
      real = dirname(real);
      continue;
    }
    const here = join(real, step);
    const target = look(here);
    if (target === undefined) return undefined;
    if (target === '') {
      real = here;
      continue;
    }
    if (++followed > MAXSYMLINKS) return undefined;
    links.set(here, target);
    if (target.startsWith('/')) real = '/';
    rest.push(...stepsOf(target).reverse());
  }
  return { real, links };
}

function stepsOf(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}

/** Reads a symbolic link of the host; an empty text for anything else; `undefined` for nothing. */
export function linkTarget(path: string): string | undefined {
  try {
    const name = hostPath(path);
    const stats = lstatSync(name, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    return stats.isSymbolicLink() ? textOf(readlinkSync(name, { encoding: 'buffer' })) : '';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
