import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isBeneath } from './beneath.ts';

/** One line of proc_pid_mountinfo(5). */
export type Mount = {
  /** Major and minor number of the file system, as `8:1`. */
  readonly device: string;
  /** The directory of the file system that is seen at `point`. */
  readonly root: string;
  readonly point: string;
  /** The type of the file system, such as `ext4`. */
  readonly type: string;
};

/** A place within a file system, which is the same through every mount. */
export type FilePlace = { readonly device: string; readonly path: string };

/** A part of a file system that a directory shows, and where beneath the directory; `''` for the directory itself. */
export type View = FilePlace & { readonly at: string };

/** Reads the mounts of this process; later ones cover earlier ones. */
export function mountTable(): readonly Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      // Optional fields end with a lone dash; the type comes behind it.
      const [mounted = '', type = ''] = line.split(' - ');
      const [, , device, root, point] = mounted.split(' ');
      if (device === undefined || root === undefined || point === undefined) return [];
      return [{ device, root: decoded(root), point: decoded(point), type: type.split(' ')[0] ?? '' }];
    });
}

/** Blanks, tabs, newlines and backslashes stand as three octal digits. */
function decoded(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/**
 * Finds a path in its file system.
 *
 * @param real Absolute, without symbolic links.
 */
export function placeIn(table: readonly Mount[], real: string): FilePlace {
  let found: Mount | undefined;
  for (const mount of table)
    if (isBeneath(real, mount.point) && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  if (found === undefined) return { device: '', path: real };
  return { device: found.device, path: join(found.root, relative(found.point, real)) };
}

/**
 * Lists the file systems in a directory: a part of its own, and those mounted beneath it.
 *
 * @param real Absolute, without symbolic links.
 */
export function viewsOf(table: readonly Mount[], real: string): readonly View[] {
  const beneath = table.filter(({ point }) => point !== real && isBeneath(point, real));
  return [
    { ...placeIn(table, real), at: '' },
    ...beneath.map(({ device, root, point }) => ({ device, path: root, at: relative(real, point) })),
  ];
}

/**
 * Tells where a view shows a place of a file system.
 *
 * @returns `within` when the view lies in the place, a path beneath the viewing directory (`''` for itself), or
 *   `undefined` for nowhere.
 */
export function shownBy({ device, path, at }: View, place: FilePlace): string | 'within' | undefined {
  if (device !== place.device) return undefined;
  if (isBeneath(place.path, path)) {
    const rest = relative(path, place.path);
    return at === '' || rest === '' ? at + rest : `${at}/${rest}`;
  }
  if (!isBeneath(path, place.path)) return undefined;
  return at === '' ? 'within' : at;
}
