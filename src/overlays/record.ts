import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNote } from './note.ts';
import { OverlayError } from './overlay-error.ts';

/** The name of the file in which the facts about an overlay stand. */
const FILE = 'overlay.json';

/** The most bytes of such a file. */
const LONGEST = 64 * 1024;

/** The facts about an overlay that its directory holds. */
export type OverlayRecord = {
  readonly id: string;
  /** The directory whose changes are kept aside, absolute and without symbolic links. */
  readonly directory: string;
  /** Its device and inode, and the start of the machine during which the device had that number. */
  readonly device: bigint;
  readonly inode: bigint;
  readonly boot: string;
  /** The name by which it is told from others of the same directory; `undefined` for the one without. */
  readonly name: string | undefined;
  /** Starts of its runs, in nanoseconds since 1970 as the kernel stamps files: older states of files were seen by it. */
  readonly runs: readonly bigint[];
  /** The directory in which files of a commit are prepared, while one is carried out or was interrupted. */
  readonly staging: string | undefined;
};

/** Names of overlays: they appear in commands. */
export const OVERLAY_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The path of the record in a directory of the state folder. */
export function recordPath(folder: string): string {
  return join(folder, FILE);
}

/**
 * Reads the record in a directory of the state folder.
 *
 * @throws OverlayError for one that this version has not written.
 */
export function readRecord(folder: string): OverlayRecord {
  const path = recordPath(folder);
  let value: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > LONGEST) throw new Error('it is too long');
    value = JSON.parse(text);
  } catch (error) {
    throw new OverlayError(
      `Cannot read '${path}': ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const record = recordFrom(value);
  if (record === undefined) throw new OverlayError(`'${path}' is no record of an overlay`);
  return record;
}

function recordFrom(value: unknown): OverlayRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): string | undefined => {
    const found = fields.get(key);
    return typeof found === 'string' ? found : undefined;
  };
  const number = (found: unknown): bigint | undefined =>
    typeof found === 'string' && /^\d{1,20}$/.test(found) ? BigInt(found) : undefined;
  const id = text('id');
  const directory = text('directory');
  const device = number(fields.get('device'));
  const inode = number(fields.get('inode'));
  const boot = text('boot');
  const listed = fields.get('runs');
  const runs = Array.isArray(listed) ? listed.map(number) : [];
  const known = runs.filter((run) => run !== undefined);
  if (id === undefined || !OVERLAY_NAME.test(id) || boot === undefined) return undefined;
  if (directory === undefined || !directory.startsWith('/')) return undefined;
  if (device === undefined || inode === undefined) return undefined;
  if (known.length === 0 || known.length !== runs.length) return undefined;
  return {
    id,
    directory,
    device,
    inode,
    boot,
    name: text('name'),
    runs: known,
    staging: text('staging'),
  };
}

/** Writes a record; a crash leaves the old or the new one. */
export function writeRecord(folder: string, record: OverlayRecord): void {
  const text = JSON.stringify(record, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  writeNote(recordPath(folder), `${text}\n`);
}
