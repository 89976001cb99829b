import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target.ts';

/** The inputs a search of a target begins with: those made by hand, and those that once broke its promise. */
export function readSeeds({ name }: Target): Uint8Array[] {
  const folder = join('fuzz', 'seeds', name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))));
}
