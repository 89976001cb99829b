import type { CallList, Slot } from '../host/processes/call-list.ts';
import {
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  OPEN_TREE_CLONE,
} from '../linux/mounts.ts';
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC } from '../linux/open-flags.ts';
import { S_IFREG } from '../linux/stat.ts';
import { addClock, type Clock, type ClockNumbers, secondsLength } from './clock.ts';
import { freeMemory, type MachineShare } from './machine.ts';
import { OWN_DIRECTORIES, type SharedName, sharedNames } from './proc-names.ts';
import { settingTexts, statText, topTexts } from './proc-texts.ts';
import { addTextFiles } from './text-files.ts';
import type { PlacedName } from './world.ts';

/*
 * The steps that leave of a new, writable /proc only the entries of the program's processes. Everything else at
 * its top is shared by the whole machine, and much of it could be written by root: each name is covered by a mount.
 *
 * The covers lie in one directory in memory. It is mounted read-only on `sys`, so that binding from there makes
 * read-only mounts in one call, and ends beneath its own subdirectory `sys`, where nothing finds it any more.
 */

/** Makes a bound mount read-only, with nothing in it that can be executed. */
const SEAL = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
/** The mechanism that the steps of a root need. */
export const NEEDS = 'mount namespaces';

/** An empty directory, an empty file, and a file that cannot be opened. */
const NOTHING = { directory: 'nothing', empty: 'empty', file: 'closed' } as const;

/** Files at the top of a /proc that programs read, and in which the program has nothing. */
export const EMPTY_FILES: readonly string[] = [
  'cmdline',
  'diskstats',
  'locks',
  'modules',
  'partitions',
  'swaps',
];

const SYS: SharedName = { name: 'sys', directory: true, certain: true };

/** Bytes of the directory of covers, at most. */
export const COVERS_SIZE = '16m';

/** The names that the covers are put on. */
export type CoverOptions = {
  /** The beginning of messages about failures. */
  readonly words: string;
  /** A mount of tmpfs that is nowhere yet, to hold the covers. */
  readonly covers: Slot;
  /** The descriptors of the first process for the passing of time. */
  readonly numbers: ClockNumbers;
  /** Names beneath `sys` at which something else is mounted later. */
  readonly places: readonly PlacedName[];
};

/** Gives the parts of these steps that change with time, so that a list made before would not be the same today. */
export function changingFacts(): string {
  return [freeMemory(), secondsLength(), ...sharedNames().map(({ name }) => name)].join();
}

/**
 * Adds the steps. Precondition: the working directory is the root of the new /proc. Everything that is shared is
 * covered, by files about the share of the machine that the program has.
 */
export function addCovers(
  list: CallList,
  { words, covers, numbers, places }: CoverOptions,
  share: MachineShare,
): Clock {
  const texts = topTexts(share);
  addTextFiles(list, words, covers, texts);
  const clock = addClock(list, words, { root: covers, stat: statText(share), numbers });
  const settings = new Map(settingTexts(share));
  for (const { name, directory } of places)
    if (!directory && !settings.has(`sys/${name}`)) settings.set(`sys/${name}`, '');
  const directories = places.flatMap(({ name, directory }) => (directory ? [`sys/${name}`] : []));
  addTextFiles(list, words, covers, settings, directories);
  const random = 'sys/kernel/random';
  makeFile(list, words, covers, `${random}/uuid`, 0o444);
  makeFile(list, words, covers, NOTHING.file, 0);
  makeFile(list, words, covers, NOTHING.empty, 0o444);
  list.call(words, 'mkdirat', [covers, list.text(NOTHING.directory), 0o555]);
  const identifiers = list.slot('random identifiers');
  list.call(words, 'open_tree', [AT_FDCWD, list.text(`${random}/uuid`), OPEN_TREE_CLONE | O_CLOEXEC], {
    result: identifiers,
    needs: NEEDS,
  });
  setReadOnly(list, words, identifiers);
  // The files of the clock are open for writing through this mount: programs see a copy of it.
  stack(list, words, covers, 'sys');
  list.call(words, 'open_tree', [AT_FDCWD, list.text('sys'), OPEN_TREE_CLONE | O_CLOEXEC], {
    result: covers,
    needs: NEEDS,
  });
  setReadOnly(list, words, covers);
  stack(list, words, covers, 'sys');
  const files = new Set([...texts.keys(), 'uptime', 'stat']);
  for (const shared of sharedNames()) {
    const { name, directory } = shared;
    if (name === 'sys') continue;
    if (OWN_DIRECTORIES.includes(name)) bindReadOnly(list, words, name);
    else if (files.has(name)) bind(list, words, `sys/${name}`, shared);
    else if (EMPTY_FILES.includes(name)) bind(list, words, `sys/${NOTHING.empty}`, shared);
    else bind(list, words, `sys/${directory ? NOTHING.directory : NOTHING.file}`, shared);
  }
  bind(list, words, 'sys/sys', SYS);
  stack(list, words, identifiers, `${random}/uuid`);
  return clock;
}

/**
 * Adds the steps that make everything at the top of a new /proc read-only, but for processes. Precondition: the working
 * directory is its root.
 */
export function addSeals(list: CallList, words: string, proc: Slot): void {
  const copy = list.slot('read-only copy of /proc');
  list.call(words, 'open_tree', [proc, list.text(''), OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH], {
    result: copy,
    needs: NEEDS,
  });
  setReadOnly(list, words, copy);
  stack(list, words, copy, 'sys');
  for (const shared of sharedNames())
    if (shared.name !== 'sys') bind(list, words, `sys/${shared.name}`, shared);
  bind(list, words, 'sys/sys', SYS);
}

function setReadOnly(list: CallList, words: string, mount: Slot): void {
  const attribute = Buffer.alloc(32);
  attribute.writeBigUInt64LE(BigInt(MOUNT_ATTR_RDONLY), 0);
  const room = list.data('attribute read-only', [attribute]);
  const args = [mount, list.text(''), AT_EMPTY_PATH, room, attribute.length];
  list.call(words, 'mount_setattr', args, { needs: NEEDS });
}

/** Puts a mount on a name, on top of an older mount there. */
function stack(list: CallList, words: string, mount: Slot, at: string): void {
  const args = [mount, list.text(''), AT_FDCWD, list.text(at), MOVE_MOUNT_F_EMPTY_PATH];
  list.call(words, 'move_mount', args, { needs: NEEDS });
  list.call(words, 'close', [mount]);
}

/** A name that this kernel does not have needs no cover. */
function bind(list: CallList, words: string, from: string, { name, certain }: SharedName): void {
  const at = list.text(name);
  const goOn = list.label();
  const there = list.label();
  if (!certain) list.call(words, 'faccessat', [AT_FDCWD, at, 0], { onZero: there, onError: goOn });
  list.place(there);
  list.call(words, 'mount', [list.text(from), at, 0, MS_BIND, 0], { needs: NEEDS });
  list.place(goOn);
}

function bindReadOnly(list: CallList, words: string, name: string): void {
  const at = list.text(name);
  list.call(words, 'mount', [at, at, 0, MS_BIND, 0], { needs: NEEDS });
  list.call(words, 'mount', [0, at, 0, SEAL, 0], { needs: NEEDS });
}

function makeFile(list: CallList, words: string, root: Slot, path: string, mode: number): void {
  list.call(words, 'mknodat', [root, list.text(path), S_IFREG | mode, 0]);
}
