import { S_IFBLK, S_IFCHR, S_IFIFO } from '../../linux/stat.ts';
import type { JsonField } from './json-field.ts';

/** A device file that a container gets. */
export type DeviceNode = {
  /** Absolute path in the container, beneath /dev. */
  readonly path: string;
  /** Type (S_IFCHR, S_IFBLK or S_IFIFO) and permission bits. */
  readonly mode: number;
  readonly major: number;
  readonly minor: number;
  readonly user: number;
  readonly group: number;
};

const types: Readonly<Record<string, number>> = { c: S_IFCHR, u: S_IFCHR, b: S_IFBLK, p: S_IFIFO };

/** Reads an element of `linux.devices`. */
export function readDevice(field: JsonField): DeviceNode {
  const name = field.at('type').text;
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) throw field.at('type').mistake('c, b, u or p');
  const path = field.at('path');
  if (!/^\/dev(?:\/(?!\.\.?(?:\/|$))[^/]+)+$/.test(path.text)) throw path.mistake('a path beneath /dev');
  const permissions = (field.at('fileMode').optionalCount ?? 0o666) & 0o777;
  return {
    path: path.text,
    mode: type | permissions,
    major: field.at('major').optionalCount ?? 0,
    minor: field.at('minor').optionalCount ?? 0,
    user: field.at('uid').optionalCount ?? 0,
    group: field.at('gid').optionalCount ?? 0,
  };
}

/** The devices that every container has (OCI runtime specification, "Default Devices"). */
export const usualDevices: readonly DeviceNode[] = (
  [
    ['null', 1, 3],
    ['zero', 1, 5],
    ['full', 1, 7],
    ['random', 1, 8],
    ['urandom', 1, 9],
    ['tty', 5, 0],
  ] as const
).map(([name, major, minor]) => ({
  path: `/dev/${name}`,
  mode: S_IFCHR | 0o666,
  major,
  minor,
  user: 0,
  group: 0,
}));
