import { F_SETFL } from '../linux/fcntl.ts';
import { __O_TMPFILE, O_ACCMODE, O_CREAT, O_TRUNC } from '../linux/open-flags.ts';
import { callNumber, type SystemCall } from '../linux/system-calls.ts';
import { type Category, categoriesIn, categorySet } from '../policy/category.ts';
import { ruledCategories } from '../policy/category-table.ts';
import type { Rule } from '../policy/rule.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';

/** A call that the supervisor is told of, unless a test holds. */
export type NotifiedCall = { readonly call: SystemCall; readonly unless?: ArgumentTest };

/** The demands of rules on the supervisor. */
export type NotifiedDemands = {
  /** Categories that rules decide about otherwise than by allowing, as far as the action has an effect on them. */
  readonly categories: readonly Category[];
  /** Those of them that access(2) must know of, too. */
  readonly asked: readonly Category[];
  /** True if there are rules that let files be written at their end only. */
  readonly append: boolean;
};

/** Calls by the categories for which they are judged (src/host/supervisor/dispatch.h answers them). */
const rows: readonly (readonly [calls: string, categories: readonly Category[]])[] = [
  ['getdents64', ['list']],
  ['stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat statfs', ['stat']],
  ['getxattr lgetxattr listxattr llistxattr', ['stat']],
  // The second is never refused: its directory was judged when it was opened.
  ['chdir fchdir', ['chdir']],
  // The last one is made by a C library that starts: what has been executed is judged then.
  ['execve execveat set_tid_address', ['exec']],
  ['mkdir mkdirat', ['mkdir']],
  ['rmdir', ['rmdir']],
  ['mknod mknodat', ['mknod', 'mkfifo', 'create']],
  ['unlink', ['delete']],
  ['unlinkat', ['delete', 'rmdir']],
  ['symlink symlinkat', ['symlink']],
  ['truncate ftruncate', ['truncate']],
  ['chmod fchmod fchmodat fchmodat2', ['chmod']],
  ['chown lchown fchown fchownat', ['chown', 'chgrp']],
  ['utime utimes futimesat utimensat', ['utime']],
  ['setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr', ['chattr']],
  // They answer ENOSYS, and programs fall back to the others.
  ['setxattrat removexattrat file_setattr', ['chattr']],
  ['inotify_add_watch', ['watch']],
  ['connect', ['net/connect']],
  // A file must not leave the rules about its name, for any category, and a socket those about connections.
  ['rename renameat renameat2 link linkat', [...ruledCategories, 'net/connect']],
];

/** Categories for which all opens are judged, those that may change a file, and those with O_CREAT. */
const LOOKING: readonly Category[] = ['walk', 'read', 'readdir'];
const WRITING: readonly Category[] = ['write', 'truncate', 'tmpfile'];
const CHANGING: readonly Category[] = [...LOOKING, ...WRITING, 'create'];

/** Argument of each call that has the flags of open(2); those of openat2(2) lie in memory. */
const opens: readonly (readonly [call: SystemCall, flags: number | undefined])[] = [
  ['open', 1],
  ['openat', 2],
  ['openat2', undefined],
  ['creat', undefined],
];

function none(argument: number, mask: number): ArgumentTest {
  return { argument, is: 'masked', mask, value: 0 };
}

/** Lists the calls that the supervisor must be told of for rules about these categories. */
export function notifiedCalls({ categories, asked, append }: NotifiedDemands): readonly NotifiedCall[] {
  const any = (wanted: readonly Category[]): boolean => wanted.some((one) => categories.includes(one));
  const found = new Map<SystemCall, NotifiedCall>();
  if (any(CHANGING)) {
    for (const [call, flags] of opens) {
      const onlyChanges = flags !== undefined && !any(LOOKING);
      const bits = any(WRITING) ? O_ACCMODE | O_CREAT | O_TRUNC | __O_TMPFILE : O_CREAT;
      const harmless = none(flags ?? 0, bits);
      found.set(call, { call, ...(onlyChanges && { unless: harmless }) });
    }
  }
  for (const [calls, about] of rows) {
    if (!any(about)) continue;
    for (const call of calls.split(' ') as SystemCall[]) found.set(call, { call });
  }
  if (asked.length > 0)
    for (const call of ['access', 'faccessat', 'faccessat2'] as const) found.set(call, { call });
  if (append) {
    found.set('ftruncate', { call: 'ftruncate' });
    // Without O_APPEND, which is the program's to choose, it would write anywhere.
    found.set('fcntl', { call: 'fcntl', unless: { argument: 1, is: 'none of', values: [F_SETFL] } });
  }
  return [...found.values()].filter(({ call }) => callNumber(call) >= 0);
}

/** The categories of accesses that a rule for appending refuses or changes. */
const APPENDING: ReadonlySet<Category> = new Set([
  ...(['write', 'create', 'truncate', 'delete', 'rename', 'link', 'symlink'] as const),
  ...(['mkdir', 'rmdir', 'mkfifo', 'mknod', 'chmod', 'chown', 'chgrp', 'chattr', 'utime'] as const),
]);

/** The categories that access(2) asks about. */
const ASKED: ReadonlySet<Category> = new Set(['read', 'write', 'readdir', 'stat'] as const);

/** The categories that mounts over what is there leave to the supervisor: listings, and new names. */
const BESIDE_MOUNTS: readonly Category[] = [
  ...(['list', 'create', 'mkdir', 'mkfifo', 'mknod', 'symlink', 'link', 'rename'] as const),
];

/** The demands of rules about these categories, none of which is for appending. */
export function demandsOf(about: readonly Category[]): NotifiedDemands {
  return { categories: about, asked: about.filter((one) => ASKED.has(one)), append: false };
}

/** The demands of rules that are not known yet, besides those of some. */
export function everyDemand({ categories }: NotifiedDemands): NotifiedDemands {
  const all = categoriesIn(categorySet([...ruledCategories, ...categories]));
  return { ...demandsOf(all), append: true };
}

/**
 * Finds the demands of rules.
 *
 * @param guards True if programs that crash do not start for a while.
 */
export function notifiedDemands(rules: readonly Rule[], guards = false): NotifiedDemands {
  const judging = rules.filter(({ action, by }) => action.kind !== 'allow' && by === undefined);
  const mounted = rules.some(({ by }) => by === 'mounts') ? BESIDE_MOUNTS : [];
  const of = (appends: boolean): readonly Category[] =>
    judging.filter(({ action }) => (action.kind === 'append') === appends).flatMap((rule) => rule.categories);
  const others = categoriesIn(
    categorySet([...of(false), ...mounted, ...(guards ? (['exec'] as const) : [])]),
  );
  return {
    ...demandsOf(others),
    categories: categoriesIn(categorySet([...others, ...of(true).filter((one) => APPENDING.has(one))])),
    append: judging.some(({ action }) => action.kind === 'append'),
  };
}
