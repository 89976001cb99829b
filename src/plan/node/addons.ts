import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unpackLinked } from '../../gates/node/linked.ts';
import type { NodePlan } from '../plan-types.ts';

/**
 * The folders that granted packages with native addons are loaded from: every `node_modules` that the program or one of
 * the packages would search. None for a program without any.
 */
export function addonFolders({ program }: Pick<NodePlan, 'program'>): readonly string[] {
  const { addons } = unpackLinked(program.bytes).header;
  if (addons.length === 0) return [];
  const { resolve } = createRequire(program.path);
  const folders = new Set(modulesAbove(program.path));
  for (const name of addons) {
    try {
      for (const folder of modulesAbove(realpathSync(resolve(name)))) folders.add(folder);
    } catch {
      // Loading it is going to say what is wrong.
    }
  }
  // One inside another is there already.
  const all = [...folders];
  return all.filter((folder) => !all.some((other) => folder.startsWith(`${other}/`)));
}

function modulesAbove(path: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules)) found.push(modules);
    if (dirname(folder) === folder) return found;
  }
}
