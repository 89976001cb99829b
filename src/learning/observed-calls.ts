import type { SystemCall } from '../linux/system-calls.ts';

/** The effect of a call on a path. `open` depends on the flags of the call. */
export type Effect =
  | 'open'
  | 'look'
  | 'read'
  /** The change of an existing file: its content, its mode, its times. */
  | 'change'
  /** A new name in the directory of the path. */
  | 'make'
  /** A new name that takes the place of an old one. */
  | 'replace'
  /** The end of a name in it. */
  | 'remove'
  | 'execute'
  | 'enter';

/** A path among the arguments of a call, by their numbers (0 to 5). */
export type PathArgument = {
  readonly effect: Effect;
  readonly path: number;
  /** The descriptor of the directory where a relative path begins; the working directory when left out. */
  readonly at?: number;
};

/** A call that names paths. */
export type ObservedCall = {
  readonly paths: readonly PathArgument[];
  /** The argument with the flags of open(2). */
  readonly openFlags?: number;
  /** The argument with `AT_…` flags, among which may be AT_SYMLINK_NOFOLLOW. */
  readonly atFlags?: number;
  /** True if a link at the end of the path is not followed. */
  readonly noFollow?: true;
};

const one = (effect: Effect, more: Omit<ObservedCall, 'paths'> = {}): ObservedCall => ({
  paths: [{ effect, path: 0 }],
  ...more,
});
const at = (effect: Effect, more: Omit<ObservedCall, 'paths'> = {}): ObservedCall => ({
  paths: [{ effect, at: 0, path: 1 }],
  ...more,
});

const look = one('look');
const change = one('change');
const noFollow = { noFollow: true } as const;

/** The calls that name paths, on all architectures, and the use of each path. */
export const observedCalls: Readonly<Partial<Record<SystemCall, ObservedCall>>> = {
  open: one('open', { openFlags: 1 }),
  openat: at('open', { openFlags: 2 }),
  creat: one('open'),
  access: look,
  stat: look,
  lstat: one('look', noFollow),
  newfstatat: at('look', { atFlags: 3 }),
  statx: at('look', { atFlags: 2 }),
  faccessat: at('look'),
  faccessat2: at('look', { atFlags: 3 }),
  readlink: one('look', noFollow),
  readlinkat: at('look', noFollow),
  statfs: look,
  getxattr: look,
  lgetxattr: one('look', noFollow),
  listxattr: look,
  llistxattr: one('look', noFollow),
  inotify_add_watch: { paths: [{ effect: 'look', path: 1 }] },
  chdir: one('enter'),
  execve: one('execute'),
  execveat: at('execute', { atFlags: 4 }),
  truncate: change,
  chmod: change,
  fchmodat: at('change'),
  fchmodat2: at('change', { atFlags: 3 }),
  chown: change,
  lchown: one('change', noFollow),
  fchownat: at('change', { atFlags: 4 }),
  utime: change,
  utimes: change,
  futimesat: at('change'),
  utimensat: at('change', { atFlags: 3 }),
  setxattr: change,
  lsetxattr: one('change', noFollow),
  removexattr: change,
  lremovexattr: one('change', noFollow),
  mkdir: one('make', noFollow),
  mkdirat: at('make', noFollow),
  mknod: one('make', noFollow),
  mknodat: at('make', noFollow),
  symlink: { paths: [{ effect: 'make', path: 1 }], noFollow: true },
  symlinkat: { paths: [{ effect: 'make', at: 1, path: 2 }], noFollow: true },
  link: {
    paths: [
      { effect: 'read', path: 0 },
      { effect: 'make', path: 1 },
    ],
    noFollow: true,
  },
  linkat: {
    paths: [
      { effect: 'read', at: 0, path: 1 },
      { effect: 'make', at: 2, path: 3 },
    ],
    noFollow: true,
  },
  unlink: one('remove', noFollow),
  unlinkat: at('remove', noFollow),
  rmdir: one('remove', noFollow),
  rename: {
    paths: [
      { effect: 'remove', path: 0 },
      { effect: 'replace', path: 1 },
    ],
    noFollow: true,
  },
  renameat: {
    paths: [
      { effect: 'remove', at: 0, path: 1 },
      { effect: 'replace', at: 2, path: 3 },
    ],
    noFollow: true,
  },
  renameat2: {
    paths: [
      { effect: 'remove', at: 0, path: 1 },
      { effect: 'replace', at: 2, path: 3 },
    ],
    noFollow: true,
  },
};

/** Calls with an address of a socket, and the arguments with its pointer and its length. */
export const addressCalls: Readonly<
  Partial<Record<SystemCall, { readonly address: number; readonly length: number }>>
> = {
  connect: { address: 1, length: 2 },
  bind: { address: 1, length: 2 },
  sendto: { address: 4, length: 5 },
};
