import { accessSync, constants, existsSync, lstatSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { WRITE_OF_OTHERS } from './own-file.ts';

/** The space that our files need at most, in bytes. */
const ROOM = 4 * 1024 * 1024;

/**
 * The folder for files that can be made again: `$XDG_CACHE_HOME/cloudabi`, by default `~/.cache/cloudabi` (XDG Base Directory
 * Specification), and one of the user's own among temporary files, or in memory, where that cannot be used.
 *
 * @returns Finds a folder that exists, and in which no other user can write; `undefined` for none.
 */
export function cacheFolder(): string | undefined {
  return candidates().find(isOurs);
}

/** Lists every folder that `cacheFolder` could choose now or, with another environment, later. */
export function cachePlaces(): readonly string[] {
  return [...new Set([...candidates(), ...usualHomes(), ...temporaries('/tmp')])];
}

function usualHomes(): readonly string[] {
  return [homedir, () => userInfo().homedir].flatMap((home) => {
    try {
      return [join(home(), '.cache/cloudabi')];
    } catch {
      return [];
    }
  });
}

function candidates(): readonly string[] {
  return [...homes(), ...temporaries(tmpdir())];
}

function temporaries(folder: string): readonly string[] {
  const own = `cloudabi-${process.getuid?.()}`;
  return [join(folder, own), join('/dev/shm', own)];
}

/**
 * Lists the places of such folders of the user. Users of services have homes that are not there and are not to be made;
 * one whom the list of users does not have, as in many containers, has a home only if the environment says so.
 */
function homes(): readonly string[] {
  const wanted = process.env['XDG_CACHE_HOME'];
  if (wanted?.startsWith('/')) return [join(wanted, 'cloudabi')];
  try {
    const home = homedir();
    return existsSync(home) ? [join(home, '.cache/cloudabi')] : [];
  } catch {
    return [];
  }
}

/**
 * Tells whether a folder exists or could be made, and we alone can write to it: cached files are run. A link of another
 * user could lead elsewhere by then.
 */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const own = uid === process.getuid?.() && lstatSync(folder).uid === uid;
    accessSync(folder, constants.W_OK);
    const { blocks, bavail, bsize } = statfsSync(folder);
    // Some file systems do not say how large they are.
    const full = blocks > 0 && bavail * bsize < ROOM;
    return own && (mode & WRITE_OF_OTHERS) === 0 && !full;
  } catch {
    return false;
  }
}
