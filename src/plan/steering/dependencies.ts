import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SteeringPlace } from './place.ts';

/** The packages that a package says it needs (package.json of npm). */
type Needs = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};

/** Packages of which one is used on each kind of machine carry its name. */
const MACHINE = `${process.platform}-${process.arch}`;

/**
 * Lists the packages that a package needs, directly or not, as Node would find them: their folders, and the links by
 * which these are found. What is not installed but would be used is listed where it could be installed.
 *
 * @param root The package's folder, without symbolic links.
 */
export function dependencies(root: string): SteeringPlace[] {
  const places = new Map<string, SteeringPlace>();
  const waiting = [root];
  const seen = new Set(waiting);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of neededBy(folder)) {
      const what = `'${name}', which cloudabi needs`;
      const found = lookUp(folder, name);
      if (found === undefined) {
        const path = join(dirname(folder), name);
        if (name.includes(MACHINE)) places.set(path, { path, what, whenMissing: 'refuse' });
        continue;
      }
      const real = realpathSync(found);
      for (const path of [join(realpathSync(dirname(found)), basename(found)), real])
        places.set(path, { path, what });
      if (!seen.has(real)) {
        seen.add(real);
        waiting.push(real);
      }
    }
  }
  return [...places.values()];
}

function neededBy(folder: string): string[] {
  try {
    const needs: Needs = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { dependencies: always, optionalDependencies: optional, peerDependencies: peers } = needs;
    return [...new Set([always, optional, peers].flatMap((names) => Object.keys(names ?? {})))];
  } catch {
    return [];
  }
}

/** The folder of a package, or the link to it, in the nearest `node_modules` that has it. */
function lookUp(from: string, name: string): string | undefined {
  for (let here = from; here !== '/'; here = dirname(here)) {
    const path = join(here, 'node_modules', name);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return path;
  }
  return undefined;
}
