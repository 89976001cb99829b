import { type Category, categories } from './category.ts';

/** The rights on a grant that open a category; `any` is every grant, `none` that no grant opens it. */
export type Opener = 'any' | 'read' | 'write' | 'execute' | 'none';

/** A category, for people. */
export type CategoryRow = {
  /** The access, as the end of "it may …". */
  readonly meaning: string;
  /** The rights on a grant that open it beneath the grant. */
  readonly openedBy: Opener;
  /** The mechanism that holds it without rules. */
  readonly wall: string;
  /** True if rules can be about it; otherwise the way to grant or withhold it. */
  readonly rules: true | string;
};

const MOUNTS = 'mount namespace';
const READ_ONLY = 'read-only mount, Landlock';
const NETWORK = 'network namespace, Landlock';

/** All categories. docs/categories.md comes out of this table. */
export const categoryTable: Readonly<Record<Category, CategoryRow>> = {
  walk: {
    meaning: 'pass through a directory to what lies beneath',
    openedBy: 'any',
    wall: MOUNTS,
    rules: true,
  },
  list: {
    meaning: 'find the name in a listing of its directory',
    openedBy: 'any',
    wall: MOUNTS,
    rules: true,
  },
  stat: {
    meaning: 'learn that the path exists, its type, size, owner, times, attributes and the target of a link',
    openedBy: 'any',
    wall: MOUNTS,
    rules: true,
  },
  read: { meaning: 'open a file to read it', openedBy: 'read', wall: `${MOUNTS}, Landlock`, rules: true },
  write: { meaning: 'open a file to write it', openedBy: 'write', wall: READ_ONLY, rules: true },
  exec: { meaning: 'start a program', openedBy: 'execute', wall: 'noexec mount, Landlock', rules: true },
  ioctl: {
    meaning: 'make a request of a device or file system',
    openedBy: 'any',
    wall: 'seccomp, by the number of the request; Landlock',
    rules: "a rule names requests and no path: 'deny ioctl TIOCSTI'",
  },
  create: { meaning: 'make a regular file', openedBy: 'write', wall: READ_ONLY, rules: true },
  delete: { meaning: 'remove a name that is no directory', openedBy: 'write', wall: READ_ONLY, rules: true },
  rename: {
    meaning: 'move a name, or put another in its place',
    openedBy: 'write',
    wall: `${READ_ONLY}, pins`,
    rules: true,
  },
  link: { meaning: 'give a file another name', openedBy: 'write', wall: READ_ONLY, rules: true },
  symlink: { meaning: 'make a symbolic link', openedBy: 'write', wall: READ_ONLY, rules: true },
  truncate: { meaning: 'cut or extend a file', openedBy: 'write', wall: READ_ONLY, rules: true },
  chdir: { meaning: 'make a directory the working directory', openedBy: 'any', wall: MOUNTS, rules: true },
  readdir: {
    meaning: 'open a directory for listing',
    openedBy: 'read',
    wall: `${MOUNTS}, Landlock`,
    rules: true,
  },
  mkdir: { meaning: 'make a directory', openedBy: 'write', wall: READ_ONLY, rules: true },
  rmdir: { meaning: 'remove a directory', openedBy: 'write', wall: READ_ONLY, rules: true },
  mkfifo: { meaning: 'make a pipe with a name', openedBy: 'write', wall: READ_ONLY, rules: true },
  mknod: {
    meaning: 'make a device, a socket or a file by mknod(2)',
    openedBy: 'write',
    wall: `${READ_ONLY}; devices: nodev mount`,
    rules: true,
  },
  tmpfile: {
    meaning: 'make a file without a name (O_TMPFILE)',
    openedBy: 'write',
    wall: READ_ONLY,
    rules: true,
  },
  chown: { meaning: 'give a file another owner', openedBy: 'write', wall: 'read-only mount', rules: true },
  chgrp: { meaning: 'give a file another group', openedBy: 'write', wall: 'read-only mount', rules: true },
  chmod: { meaning: 'change the mode of a file', openedBy: 'write', wall: 'read-only mount', rules: true },
  chattr: { meaning: 'change extended attributes', openedBy: 'write', wall: 'read-only mount', rules: true },
  utime: { meaning: 'change the times of a file', openedBy: 'write', wall: 'read-only mount', rules: true },
  chroot: {
    meaning: 'make a directory the root',
    openedBy: 'none',
    wall: 'seccomp, no capabilities',
    rules: "no program can, unless '--allow-calls user_namespaces' lets it in namespaces of its own",
  },
  watch: { meaning: 'be told of changes (inotify)', openedBy: 'any', wall: MOUNTS, rules: true },
  mount: {
    meaning: 'mount or unmount a file system',
    openedBy: 'none',
    wall: 'seccomp, no capabilities',
    rules: "no program can, unless '--allow-calls namespaces' lets it in namespaces of its own",
  },
  'net/bind': {
    meaning: 'listen at an address',
    openedBy: 'none',
    wall: NETWORK,
    rules: "granted with '--bind', '--publish' and '--listen'; a rule names no path: 'deny net/bind *'",
  },
  'net/connect': {
    meaning: 'connect to an address or a UNIX socket',
    openedBy: 'none',
    wall: `${NETWORK}; broker of the launcher`,
    rules:
      "granted with '--net' and '--socket'; a rule about it names sockets, alone: 'deny net/connect 10.0.0.0/8:*'",
  },
  'net/send': {
    meaning: 'send a datagram to an address',
    openedBy: 'none',
    wall: `${NETWORK}, seccomp`,
    rules: "granted with '--net' and withheld with '--net-except'",
  },
};

/** The categories that rules can be about. */
export const ruledCategories: readonly Category[] = categories.filter(
  (category) => categoryTable[category].rules === true,
);

/** Lists the categories that rights on a grant open beneath it. */
export function categoriesOpenedBy(rights: readonly ('read' | 'write' | 'execute')[]): readonly Category[] {
  return ruledCategories.filter((category) => {
    const { openedBy } = categoryTable[category];
    return openedBy === 'any' || rights.some((right) => right === openedBy);
  });
}
