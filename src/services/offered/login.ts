import { resolve } from 'node:path';
import { HeldDatabase, holdFile } from '../colon-file.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { type CapabilityRecord, parseCapabilities } from '../configuration/capability-database.ts';
import { exactLimit } from '../exact-limit.ts';
import { fixedLimit, type LimitsOf, mapLimit, setLimit } from '../limit.ts';
import { defineService, serviceCall } from '../service.ts';
import { mapShape, nullableShape, recordShape, type Shaped, textShape, type WireShape } from '../shape.ts';
import { ShapeError } from '../shape-error.ts';

const commands = ['getuser', 'getclass'] as const;
const FILE = '/etc/login.conf';

/** The class of users without one (login.conf(5)), and that of the user root, if there is one. */
const DEFAULT = 'default';
const ROOT = 'root';

const MOST_SETTINGS = 1024;

const user = textShape(256, ['alice', 'root', '']);
const className = textShape(256, ['staff', DEFAULT]);
const setting = textShape(256, ['shell', 'umask', 'path']);

/** A setting: true for `name`, false for `name@`, a number for `name#5`, a text for `name=text`. */
const settingValue: WireShape<boolean | number | string> = {
  words: 'true, false, a number or a text',
  type: 'boolean | number | string',
  samples: [true, 5, 'text'],
  read: (value, path) => {
    if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
    throw new ShapeError(path, 'expects true, false, a number or a text');
  },
  write: (value) => value,
};

const settings = mapShape(setting, settingValue, MOST_SETTINGS);
const answer = recordShape({ class: className, settings });

const limits = {
  commands: commandsLimit(commands),
  users: setLimit('The users whose settings are told.', user),
  settings: setLimit('The settings that are told.', setting),
  classes: mapLimit(
    'The classes of users; those that are not named have the class `default`, and root the class `root` if there is one.',
    user,
    { ...className, covers: exactLimit('', className).covers },
    4096,
  ),
  file: fixedLimit('The file with the classes; by default `/etc/login.conf`.', textShape(4096, [FILE])),
};

type Left = LimitsOf<typeof limits>;
type Classes = ReadonlyMap<string, CapabilityRecord>;

/** Settings of users, which a program asks for when it knows the user: after authentication. */
export const loginService = defineService({
  name: 'login',
  about:
    'Settings of a user (limits, environment, shell, umask), from classes as login.conf(5) has them. A program asks when it knows the user, such as after authentication, and narrows the channel to that one.',
  holds: 'the file with the classes, to be read',
  process: 'shared',
  limits,
  calls: {
    getuser: serviceCall(
      'Finds the settings of a user; nothing for one beyond the limits.',
      { name: user },
      nullableShape(answer),
    ),
    getclass: serviceCall(
      'Finds the settings of a class. A channel with `users` gives only classes of these.',
      { class: className },
      nullableShape(answer),
    ),
  },
  state: null,
  resolve: (given, directory) => ({
    ...given,
    file: given.file === undefined ? undefined : resolve(directory, given.file),
  }),
  prepare: ({ file = FILE }) => holdFile(file),
  start: (held, granted) => {
    const classes = new HeldDatabase(held, parseCapabilities);
    // The classes are those of the grant: a narrower channel has fewer users, and none of another class.
    const classOf = (name: string, all: Classes): string =>
      granted.classes?.get(name) ?? (name === ROOT && all.has(ROOT) ? ROOT : DEFAULT);
    return {
      getuser: ({ name }, { limits: left }) => {
        requireCommand(left, 'getuser');
        if (!mayTell(name, left)) return null;
        const all = classes.current();
        return told(classOf(name, all), all, left);
      },
      getclass: ({ class: name }, { limits: left }) => {
        requireCommand(left, 'getclass');
        const all = classes.current();
        const named = left.users?.filter((one) => mayTell(one, left));
        if (named?.every((one) => classOf(one, all) !== name) === true) return null;
        return told(name, all, left);
      },
    };
  },
});

/** A channel that was narrowed to some of the classes of the grant tells of their users alone. */
function mayTell(name: string, { users, classes }: Left): boolean {
  return (
    (users?.includes(name) ?? true) && (users !== undefined || classes === undefined || classes.has(name))
  );
}

function told(name: string, classes: Classes, { settings: wanted }: Left): Shaped<typeof answer> | null {
  const record = classes.get(name);
  if (record === undefined) return null;
  const seen = [...record].filter(([key]) => wanted?.includes(key) ?? true).slice(0, MOST_SETTINGS);
  return { class: name, settings: new Map(seen) };
}
