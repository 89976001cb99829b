/** The kinds of access that rules tell apart, in the order of their numbers in a table. */
export const categories = [
  'walk',
  'list',
  'stat',
  'read',
  'write',
  'exec',
  'ioctl',
  'create',
  'delete',
  'rename',
  'link',
  'symlink',
  'truncate',
  'chdir',
  'readdir',
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
  'chroot',
  'watch',
  'mount',
  'net/bind',
  'net/connect',
  'net/send',
] as const;

/** The name of a kind of access. */
export type Category = (typeof categories)[number];

/** A set of categories: the bit of each is its place in `categories`. There are at most 64. */
export type CategorySet = bigint & { readonly __brand: 'CategorySet' };

/** The number of a category in a table. */
export function categoryNumber(category: Category): number {
  return categories.indexOf(category);
}

const bits: ReadonlyMap<Category, bigint> = new Map(
  categories.map((name, number) => [name, 1n << BigInt(number)]),
);

/** Makes a set of categories. */
export function categorySet(members: Iterable<Category>): CategorySet {
  let set = 0n;
  for (const member of members) set |= bits.get(member) ?? 0n;
  return set as CategorySet;
}

/** Lists the members of a set in the order of their numbers. */
export function categoriesIn(set: CategorySet): readonly Category[] {
  return categories.filter((_, number) => ((set >> BigInt(number)) & 1n) === 1n);
}

/** All categories. */
export const EVERY_CATEGORY: CategorySet = categorySet(categories);
