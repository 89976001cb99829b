import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { readAttribute, removeAttribute, writeAttribute } from '../host/files/attributes.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { printable } from '../text/printable.ts';
import { recordSeen } from './bases.ts';
import { tryLock, whileLocked } from './lock.ts';
import { OverlayError } from './overlay-error.ts';
import { OVERLAY_NAME, type OverlayRecord, readRecord, recordPath, writeRecord } from './record.ts';
import { removeTree } from './remove-tree.ts';
import { startTime } from './start-time.ts';
import { makeStateFolder, stateFolder } from './state-folder.ts';

/* The overlays of a user: each is a directory of the state folder, with its record and the two that the kernel writes to. */

/** An overlay, and the directory in which it lies. */
export type Overlay = { readonly folder: string; readonly record: OverlayRecord };

/** An overlay that this process has the lock of. */
export type LockedOverlay = Overlay & {
  /** The descriptor of its lock. */
  readonly lock: number;
};

/** The same, with descriptors of the directories that the kernel mounts. */
export type OpenedOverlay = LockedOverlay & { readonly upper: number; readonly work: number };

/** Characters of an identifier, of which none looks like another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const ID_LENGTH = 8;

/** The directory of changes within that of an overlay. */
export function upperPath({ folder }: Overlay): string {
  return join(folder, 'upper');
}

/** Lists all overlays of this user, the oldest first. */
export function listOverlays(): readonly Overlay[] {
  const parent = stateFolder();
  return parent === undefined ? [] : overlaysIn(parent);
}

function overlaysIn(parent: string): readonly Overlay[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && OVERLAY_NAME.test(entry.name))
    .flatMap((entry) => {
      const folder = join(parent, entry.name);
      try {
        const record = readRecord(folder);
        return record.id === entry.name ? [{ folder, record }] : [];
      } catch (error) {
        // One that was being made or removed when its process ended.
        if (error instanceof OverlayError) return [];
        throw error;
      }
    })
    .sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
}

function startOf({ record }: Overlay): bigint {
  return record.runs[0] ?? 0n;
}

/** The identifier of this start of the machine (random(4)): numbers of devices may differ after another. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

/** Tells whether a directory is the one whose changes an overlay keeps aside. */
export function isOf({ record }: Overlay, stats: { readonly dev: bigint; readonly ino: bigint }): boolean {
  return record.inode === stats.ino && (record.device === stats.dev || record.boot !== bootId());
}

/**
 * Opens the overlay of a directory for a run: the one that is there, or a new one.
 *
 * @param descriptor The descriptor of the directory.
 * @param directory Its path without symbolic links.
 * @param name Tells it from others of the same directory.
 * @throws OverlayError
 */
export function openOverlay(descriptor: number, directory: string, name: string | undefined): OpenedOverlay {
  const parent = makeStateFolder();
  const stats = fstatSync(descriptor, { bigint: true });
  return whileLocked(parent, () => {
    const known = overlaysIn(parent).filter(
      (overlay) =>
        overlay.record.name === name && (overlay.record.directory === directory || isOf(overlay, stats)),
    );
    const found = known.find((overlay) => isOf(overlay, stats));
    const [other] = known;
    if (found === undefined && other !== undefined)
      throw new OverlayError(
        `'${printable(directory)}' is another directory than the one whose changes overlay ${other.record.id} keeps: discard those first, or give this run a name of its own (--overlay-name)`,
      );
    if (found === undefined) return create(parent, { directory, name, stats });
    return proceed(found, { directory, stats });
  });
}

type Subject = {
  readonly directory: string;
  readonly stats: { readonly dev: bigint; readonly ino: bigint };
};

/** Goes on with an overlay. */
function proceed(overlay: Overlay, { directory, stats }: Subject): OpenedOverlay {
  const lock = tryLock(overlay.folder);
  if (lock === undefined)
    throw new OverlayError(
      `Overlay ${overlay.record.id} of '${printable(directory)}' is in use by another run; wait for its end, or give this run a name of its own (--overlay-name)`,
    );
  try {
    recordSeen(overlay);
    const runs = [...overlay.record.runs, startTime()];
    const record = { ...overlay.record, directory, device: stats.dev, boot: bootId(), runs };
    writeRecord(overlay.folder, record);
    return { ...overlay, record, lock, ...openLayers(overlay.folder) };
  } catch (error) {
    closeSync(lock);
    throw error;
  }
}

function create(
  parent: string,
  { directory, name, stats }: Subject & { readonly name: string | undefined },
): OpenedOverlay {
  const id = newId();
  const folder = join(parent, id);
  mkdirSync(folder, { mode: 0o700 });
  const lock = tryLock(folder);
  if (lock === undefined) throw new OverlayError(`Cannot lock the new overlay ${id}`);
  try {
    for (const layer of ['upper', 'work']) mkdirSync(join(folder, layer), { mode: 0o700 });
    const record: OverlayRecord = {
      id,
      directory,
      device: stats.dev,
      inode: stats.ino,
      boot: bootId(),
      name,
      runs: [startTime()],
      staging: undefined,
    };
    const layers = openLayers(folder);
    try {
      checkAttributes(folder);
      imitate(directory, stats, join(folder, 'upper'));
      writeRecord(folder, record);
    } catch (error) {
      closeSync(layers.upper);
      closeSync(layers.work);
      throw error;
    }
    return { folder, record, lock, ...layers };
  } catch (error) {
    removeTree(folder);
    closeSync(lock);
    throw error;
  }
}

/** Loading `node:crypto` takes time, which runs without a new overlay save. */
function newId(): string {
  const { randomInt } = process.getBuiltinModule('node:crypto');
  return Array.from({ length: ID_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function openLayers(folder: string): Pick<OpenedOverlay, 'upper' | 'work'> {
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const upper = openSync(join(folder, 'upper'), flags);
  try {
    return { upper, work: openSync(join(folder, 'work'), flags) };
  } catch (error) {
    closeSync(upper);
    throw error;
  }
}

/** The kernel marks removed and replaced directories with attributes; without, it would lose these marks. */
function checkAttributes(folder: string): void {
  const name = 'user.cloudabi';
  const upper = join(folder, 'upper');
  if (writeAttribute(upper, name, Buffer.of(1)) !== 0)
    throw new OverlayError(
      `Changes cannot be kept in '${printable(folder)}': its file system has no extended attributes of users (xattr(7)); set XDG_STATE_HOME to a directory of another one`,
    );
  removeAttribute(upper, name);
}

/** The upper directory is what the program sees as its directory: owner, mode and access control list are the same. */
function imitate(directory: string, { dev, ino }: Subject['stats'], upper: string): void {
  const held = openSync(directory, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(held, { bigint: true });
    if (stats.dev !== dev || stats.ino !== ino)
      throw new OverlayError(`'${printable(directory)}' was replaced after it had been checked`);
    try {
      chownSync(upper, Number(stats.uid), Number(stats.gid));
    } catch (error) {
      // A user gives files to no other.
      if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
    }
    for (const name of ['system.posix_acl_access', 'system.posix_acl_default']) {
      const value = readAttribute(`/proc/self/fd/${held}/.`, name);
      if (value !== undefined) writeAttribute(upper, name, value);
    }
    chmodSync(upper, Number(stats.mode) & 0o7777);
  } finally {
    closeSync(held);
  }
}

/**
 * Takes the lock of an overlay, for a command that reads or changes it.
 *
 * @throws OverlayError while a program runs in it.
 */
export function lockOverlay(overlay: Overlay): LockedOverlay {
  const lock = tryLock(overlay.folder);
  if (lock === undefined)
    throw new OverlayError(
      `Overlay ${overlay.record.id} is in use: a program that runs can change it any time; wait for its end`,
    );
  return { folder: overlay.folder, record: readRecord(overlay.folder), lock };
}

/** Removes an overlay with all that it keeps. */
export function discardOverlay({ folder, lock }: LockedOverlay): void {
  // Without it there is no overlay, so that a crash leaves no half of one.
  unlinkSync(recordPath(folder));
  removeTree(folder);
  closeSync(lock);
}
