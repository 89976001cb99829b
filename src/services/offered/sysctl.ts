import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { Open } from '../../host/files/lookup.ts';
import { LandlockAccess } from '../../walls/landlock.ts';
import { type HeldPath, holdPath, openHeldPath, reopenHeld } from '../held-path.ts';
import { type Limit, type LimitsOf, needed } from '../limit.ts';
import { defineService, type Holdings, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  choiceShape,
  listShape,
  mapShape,
  nothingShape,
  recordShape,
  ShapeError,
  textShape,
  type WireShape,
} from '../shape.ts';
import { mapOfWire, type Wire } from '../wire.ts';

/** Bytes of the longest value. */
const MOST_VALUE = 65536;
const MOST_NAMES = 256;
/** The directory of the settings as files (proc_sys(5)). */
export const SETTINGS = '/proc/sys';
const accesses = ['read', 'write', 'read-write'] as const;
/** An access to a setting. */
export type SettingAccess = (typeof accesses)[number];

/** The ending of a name that stands for all beneath it. */
const BENEATH = '/*';

/**
 * The name of a setting, with `.` or `/` between its parts; the first of the two that occurs is the separator (sysctl(8)). Read,
 * it has slashes.
 */
function nameShape(recursive: boolean): WireShape<string> {
  const words = recursive
    ? "the name of a setting, or a name and '.*' for all beneath it"
    : 'the name of a setting';
  return {
    words,
    type: 'string',
    samples: [
      'kernel.ostype',
      'kernel.hostname',
      'net.core.somaxconn',
      ...(recursive ? ['kernel.*', 'net.core.*', 'net.*'] : []),
    ],
    read: (value, path) => {
      const text = typeof value === 'string' ? value : '';
      const name = /^[^./]*\//.test(text) ? text : swapped(text);
      const parts = name.split('/');
      const last = recursive && parts.length > 1 && parts.at(-1) === '*' ? parts.slice(0, -1) : parts;
      if (
        text.length > 256 ||
        !last.every((part) => /^[\w.:@-]+$/.test(part) && part !== '.' && part !== '..')
      )
        throw new ShapeError(path, `expects ${words}`);
      return name;
    },
    write: (value) => value,
  };
}

/** Exchanges the two separators of names. */
function swapped(name: string): string {
  return name.replace(/[./]/g, (each) => (each === '.' ? '/' : '.'));
}

const granted = mapShape(nameShape(true), choiceShape(accesses), MOST_NAMES);

const namesLimit: Limit<ReadonlyMap<string, SettingAccess>> = {
  ...granted,
  about: "The settings, and the access to each. A name and '.*' stands for all beneath it.",
  covers: (outer, inner) =>
    [...inner].every(([name, access]) =>
      usesOf(access).every((use) => findGrant(outer, name, use) !== undefined),
    ),
};

const limits = { names: needed(namesLimit) };

/** A setting that is granted, or all beneath one. */
export type GrantedSetting = {
  /** The name with dots between its parts, as sysctl(8) prints it. */
  readonly written: string;
  /** The absolute path of its file or directory. */
  readonly path: string;
  readonly directory: boolean;
  readonly access: SettingAccess;
};

/**
 * Lists the settings within limits of this service.
 *
 * @param written The limits as messages have them.
 */
export function grantedSettings(written: Wire): readonly GrantedSetting[] {
  const names = granted.read(mapOfWire(written)?.get('names') ?? null, []);
  return [...names].map(([each, access]) => {
    const directory = each.endsWith(BENEATH);
    return { written: swapped(each), path: pathOf(each), directory, access };
  });
}

/** Settings by which the kernel is told programs that it runs itself, as root. */
const STARTING = ['kernel/core_pattern', 'kernel/modprobe', 'kernel/hotplug', 'kernel/poweroff_cmd'];
const STARTING_BENEATH = ['kernel/usermodehelper/', 'fs/binfmt_misc/'];

function warnOfStarts({ names }: LimitsOf<typeof limits>): readonly string[] {
  return [...names].flatMap(([each, access]) => {
    const beneath = each.endsWith(BENEATH) ? each.slice(0, -1) : undefined;
    const starts =
      beneath === undefined
        ? STARTING.includes(each) || STARTING_BENEATH.some((one) => each.startsWith(one))
        : [...STARTING, ...STARTING_BENEATH].some(
            (one) => one.startsWith(beneath) || beneath.startsWith(one),
          );
    return access !== 'read' && starts
      ? [`Through '${swapped(each)}', the kernel can be told to run a program outside all walls`]
      : [];
  });
}
type Left = LimitsOf<typeof limits>;
type SettingUse = 'read' | 'write';

const name = nameShape(false);
const value = textShape(MOST_VALUE, ['1', 'x']);
const dataShape = recordShape({ names: listShape(textShape(256), MOST_NAMES) });

/** Settings of the kernel, as `/proc/sys` has them. */
export const sysctlService = defineService({
  name: 'sysctl',
  about: 'Reads and writes settings of the kernel by name, as `/proc/sys` has them.',
  holds:
    'the files and directories of these settings, by descriptors that only name them; Landlock gives it nothing else',
  process: 'shared',
  limits,
  calls: {
    get: serviceCall('Gives the value of a setting.', { name }, recordShape({ value })),
    set: serviceCall('Changes the value of a setting.', { name, value }, nothingShape),
  },
  state: null,
  prepare: ({ names }) => holdSettings([...names.keys()]),
  warns: warnOfStarts,
  walls: {
    landlock: ({ descriptors }, { names }) =>
      [...names.values()].flatMap((access, index) => {
        const directory = descriptors[`object.${index}`];
        return directory === undefined ? [] : [{ directory, access: landlockOf(access) }];
      }),
  },
  start: ({ descriptors, data }, all) => {
    const { names } = dataShape.read(data, []);
    const open = (wanted: string, use: SettingUse, { names: left }: Left): number => {
      const grant =
        findGrant(left, wanted, use) === undefined ? undefined : findGrant(all.names, wanted, use);
      const index = grant === undefined ? -1 : names.indexOf(grant);
      const [directory, object] = [descriptors[`directory.${index}`], descriptors[`object.${index}`]];
      if (grant === undefined || directory === undefined || object === undefined)
        throw new ServiceError('ENOTCAPABLE', `The channel does not ${use} '${wanted}'`);
      const how = use === 'read' ? Open.read : Open.write;
      if (grant.endsWith(BENEATH)) return openHeldPath(object, wanted.slice(grant.length - 1), how);
      return reopenHeld({ directory, object, name: wanted.slice(wanted.lastIndexOf('/') + 1) }, how);
    };
    return {
      get: ({ name: wanted }, { limits: left }) => {
        const file = open(wanted, 'read', left);
        try {
          if (!fstatSync(file).isFile())
            throw new ServiceError('EISDIR', `'${wanted}' has settings beneath it`);
          const bytes = Buffer.alloc(MOST_VALUE);
          return {
            value: bytes.toString('utf8', 0, readSync(file, bytes, 0, MOST_VALUE, 0)).replace(/\n$/, ''),
          };
        } finally {
          closeSync(file);
        }
      },
      set: ({ name: wanted, value: next }, { limits: left }) => {
        const file = open(wanted, 'write', left);
        try {
          writeSync(file, Buffer.from(`${next}\n`), 0, undefined, 0);
          return null;
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : undefined;
          throw new ServiceError(
            code === 'EINVAL' ? 'EINVAL' : 'EACCES',
            `The kernel does not take that value`,
          );
        } finally {
          closeSync(file);
        }
      },
    };
  },
});

/** The uses that an access allows. */
function usesOf(access: SettingAccess): readonly SettingUse[] {
  return access === 'read-write' ? ['read', 'write'] : [access];
}

/** The name of the grant that allows a use of a setting, or of all beneath one. */
function findGrant(
  grants: ReadonlyMap<string, SettingAccess>,
  wanted: string,
  use: SettingUse,
): string | undefined {
  for (const [grant, access] of grants) {
    const is = grant.endsWith(BENEATH) ? wanted.startsWith(grant.slice(0, -1)) : wanted === grant;
    if (is && usesOf(access).includes(use)) return grant;
  }
  return undefined;
}

function pathOf(name: string): string {
  return `${SETTINGS}/${name.endsWith(BENEATH) ? name.slice(0, -BENEATH.length) : name}`;
}

function holdSettings(names: readonly string[]): Holdings {
  const descriptors: Record<string, number> = {};
  for (const [index, each] of names.entries()) {
    const { directory, object }: HeldPath = holdPath(pathOf(each));
    descriptors[`directory.${index}`] = directory;
    descriptors[`object.${index}`] = object;
  }
  return { descriptors, data: dataShape.write({ names }) };
}

function landlockOf(access: SettingAccess): number {
  const [read, write] = (['read', 'write'] as const).map((use) => usesOf(access).includes(use));
  return (
    (read ? LandlockAccess.readFile : 0) | (write ? LandlockAccess.writeFile | LandlockAccess.truncate : 0)
  );
}
