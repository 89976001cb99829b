import type { Category } from '../../policy/category.ts';
import type { NamedPath } from './observed-call.ts';

/** Categories of calls whose effect alone does not tell. */
const byCall: readonly (readonly [calls: RegExp, category: Category])[] = [
  [/^mkdir/, 'mkdir'],
  [/^mknod/, 'mknod'],
  [/^symlink/, 'symlink'],
  [/^link/, 'link'],
  [/^rename/, 'rename'],
  [/^rmdir$/, 'rmdir'],
  [/^(?:f?chmod)/, 'chmod'],
  [/chown/, 'chown'],
  [/^(?:utime|futimes)/, 'utime'],
  [/setxattr|removexattr/, 'chattr'],
  [/^truncate$/, 'truncate'],
  [/^inotify/, 'watch'],
];

const byEffect: Readonly<Record<NamedPath['effect'], Category>> = {
  look: 'stat',
  read: 'read',
  write: 'write',
  make: 'create',
  replace: 'rename',
  remove: 'delete',
  execute: 'exec',
  enter: 'chdir',
};

/** Names the category of a use of a path. */
export function categoryOf(call: string, effect: NamedPath['effect']): Category {
  return byCall.find(([calls]) => calls.test(call))?.[1] ?? byEffect[effect];
}
