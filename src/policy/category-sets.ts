import { type Category, categories } from './category.ts';
import { ruledCategories } from './category-table.ts';

/** All accesses that change an object or make or remove a name. */
const change: readonly Category[] = [
  'write',
  'create',
  'delete',
  'rename',
  'link',
  'symlink',
  'truncate',
  'mkdir',
  'rmdir',
  'mkfifo',
  'mknod',
  'tmpfile',
  'chown',
  'chgrp',
  'chmod',
  'chattr',
  'utime',
];

/** Names for several categories at once. */
export const categorySets: ReadonlyMap<string, readonly Category[]> = new Map<string, readonly Category[]>([
  ['all', ruledCategories],
  ['change', change],
  ['attributes', ['chown', 'chgrp', 'chmod', 'chattr', 'utime']],
]);

/** The categories of a name, be it one of them or a set; `undefined` for a name that is unknown. */
export function categoriesNamed(name: string): readonly Category[] | undefined {
  const one = categories.find((category) => category === name);
  return one === undefined ? categorySets.get(name) : [one];
}

/** Every name that a rule may have in the place of categories. */
export const categoryNames: readonly string[] = [...ruledCategories, ...categorySets.keys()];
