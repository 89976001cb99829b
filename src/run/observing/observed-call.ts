import { readlinkSync } from 'node:fs';
import type { CallListener, Notification } from '../../host/notifications/listener.ts';
import type { TargetMemory } from '../../host/notifications/target-memory.ts';
import { type ObservedCall, observedCalls, type PathArgument } from '../../learning/observed-calls.ts';
import {
  __O_TMPFILE,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_ACCMODE,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TRUNC,
} from '../../linux/open-flags.ts';
import { callName, callNumber, isSystemCall, type SystemCall } from '../../linux/system-calls.ts';

/** A path that a call names. */
export type NamedPath = {
  /** Absolute; with `..` and links, as the program has written it. */
  readonly path: string;
  readonly effect: 'look' | 'read' | 'write' | 'make' | 'replace' | 'remove' | 'execute' | 'enter';
  /** True if the file is made where there is none. */
  readonly makes: boolean;
  /** True if a link at the end is not followed. */
  readonly noFollow: boolean;
};

/** Names of calls by number: looked up for each notification. */
const names = new Map<number, SystemCall>();

/** The name of a notified call. */
export function observedName(number: number): SystemCall | undefined {
  const known = names.get(number);
  if (known !== undefined) return known;
  const name = callName(number);
  if (name !== undefined) names.set(number, name);
  return name;
}

const rows = new Map<number, ObservedCall>(
  Object.entries(observedCalls).flatMap(([name, row]) =>
    isSystemCall(name) ? [[callNumber(name), row]] : [],
  ),
);

const CREAT = callNumber('creat');

/**
 * Calls by which a thread changes its working directory, or becomes another program, whose number may have belonged to
 * another thread before.
 */
const CHANGES: ReadonlySet<number> = new Set(
  (
    [
      'chdir',
      'fchdir',
      'execve',
      'execveat',
      'chroot',
      'setns',
      'unshare',
      'rename',
      'renameat',
      'renameat2',
    ] as const
  ).map((call) => callNumber(call)),
);

/** Reads the paths of notified calls out of the memory of their threads. */
export class PathReader {
  readonly #listener: CallListener;
  readonly #memory: TargetMemory;
  readonly #directories = new Map<number, string>();

  constructor(listener: CallListener, memory: TargetMemory) {
    this.#listener = listener;
    this.#memory = memory;
  }

  /** Reads the paths of a call; `unreadable` when the memory of its thread is not to be read. */
  read(notification: Notification): readonly NamedPath[] | 'unreadable' {
    const found = this.#read(notification);
    // It is another one when the call has been made, but the path of this one begins in it.
    if (CHANGES.has(notification.call)) this.#directories.clear();
    return found;
  }

  #read(notification: Notification): readonly NamedPath[] | 'unreadable' {
    const row = rows.get(notification.call);
    if (row === undefined) return [];
    const found: NamedPath[] = [];
    for (const argument of row.paths) {
      const address = this.#listener.argument(argument.path);
      if (address === 0) continue;
      const text = this.#memory.path(notification.thread, address);
      if (text === undefined) return 'unreadable';
      if (text === '') continue;
      const path = text.startsWith('/') ? text : this.#beneath(notification.thread, argument, text);
      if (path !== undefined) found.push(this.#use(path, argument, row, notification.call));
    }
    return found;
  }

  /** The working directory of a thread: the same until a directory is entered, and as long as no program starts. */
  #workingDirectory(thread: number): string | undefined {
    const known = this.#directories.get(thread);
    if (known !== undefined) return known;
    const directory = linkOf(`/proc/${thread}/cwd`);
    if (directory !== undefined) this.#directories.set(thread, directory);
    return directory;
  }

  #beneath(thread: number, { at }: PathArgument, text: string): string | undefined {
    const descriptor = at === undefined ? AT_FDCWD : this.#listener.int(at);
    const directory =
      descriptor === AT_FDCWD ? this.#workingDirectory(thread) : linkOf(`/proc/${thread}/fd/${descriptor}`);
    if (directory === undefined || !directory.startsWith('/')) return undefined;
    return directory === '/' ? `/${text}` : `${directory}/${text}`;
  }

  #use(path: string, { effect }: PathArgument, row: ObservedCall, call: number): NamedPath {
    if (effect === 'open')
      return openUse(path, call === CREAT ? O_CREAT | O_TRUNC | 1 : this.#listener.int(row.openFlags ?? 1));
    const flags = row.atFlags === undefined ? 0 : this.#listener.int(row.atFlags);
    const noFollow = row.noFollow === true || (flags & AT_SYMLINK_NOFOLLOW) !== 0;
    return { path, effect: effect === 'change' ? 'write' : effect, makes: false, noFollow };
  }
}

function openUse(path: string, flags: number): NamedPath {
  const noFollow = (flags & O_NOFOLLOW) !== 0;
  if ((flags & O_PATH) !== 0) return { path, effect: 'look', makes: false, noFollow };
  // A file without a name is made in the directory of the path.
  if ((flags & __O_TMPFILE) !== 0) return { path: `${path}/.`, effect: 'make', makes: true, noFollow: false };
  const writes = (flags & O_ACCMODE) !== O_RDONLY || (flags & O_TRUNC) !== 0;
  const makes = (flags & O_CREAT) !== 0;
  const alone = makes && (flags & O_EXCL) !== 0;
  return { path, effect: alone ? 'make' : writes ? 'write' : 'read', makes, noFollow: noFollow || alone };
}

/** Reads a link of proc(5); `undefined` when the process has gone. */
export function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
