import { colonLines, HeldDatabase, holdFile } from '../colon-file.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { answeredId, idIn, idShape, NO_ID, nameOrId } from '../id-shape.ts';
import { choicesLimit, type LimitsOf, setLimit } from '../limit.ts';
import { defineService, serviceCall } from '../service.ts';
import { nothingShape, nullableShape, recordShape, type Shaped, textShape } from '../shape.ts';

const text = textShape(4096);

/** An entry of passwd(5). Fields that a limit withholds are empty texts, and the id 4294967295. */
const userShape = recordShape({
  name: text,
  passwd: text,
  uid: answeredId,
  gid: answeredId,
  gecos: text,
  dir: text,
  shell: text,
});

type User = Shaped<typeof userShape>;

const entry = nullableShape(userShape);
const commands = ['getpwnam', 'getpwuid', 'getpwent', 'setpwent'] as const;
const fields = ['name', 'passwd', 'uid', 'gid', 'gecos', 'dir', 'shell'] as const;
const nothing: User = { name: '', passwd: '', uid: NO_ID, gid: NO_ID, gecos: '', dir: '', shell: '' };

const limits = {
  commands: commandsLimit(commands),
  fields: choicesLimit('The fields that are told; others are empty.', fields),
  users: setLimit('The users that exist for the client, by name or id.', nameOrId),
};

/** Users of this host, from `/etc/passwd` alone. */
export const pwdService = defineService({
  name: 'pwd',
  about: 'Users of this host, from `/etc/passwd`.',
  holds: 'the file `/etc/passwd`, to be read',
  process: 'shared',
  limits,
  calls: {
    getpwnam: serviceCall('Finds a user by name.', { name: textShape(256, ['root', 'nobody', '?']) }, entry),
    getpwuid: serviceCall('Finds a user by id.', { uid: idShape }, entry),
    getpwent: serviceCall('Gives the next user; nothing after the last one.', {}, entry),
    setpwent: serviceCall('Begins with the first user again.', {}, nothingShape),
  },
  state: { next: 0 },
  prepare: () => holdFile('/etc/passwd'),
  start: (held) => {
    const users = new HeldDatabase(held, readUsers);
    return {
      getpwnam: ({ name }, { limits: left }) => {
        requireCommand(left, 'getpwnam');
        return find(users.current(), left, (user) => user.name === name);
      },
      getpwuid: ({ uid }, { limits: left }) => {
        requireCommand(left, 'getpwuid');
        return find(users.current(), left, (user) => user.uid === uid);
      },
      getpwent: (_, channel) => {
        requireCommand(channel.limits, 'getpwent');
        const all = users.current();
        for (;;) {
          const user = all[channel.state.next];
          if (user === undefined) return null;
          channel.state.next++;
          if (isAllowed(user, channel.limits)) return told(user, channel.limits);
        }
      },
      setpwent: (_, channel) => {
        requireCommand(channel.limits, 'setpwent');
        channel.state.next = 0;
        return null;
      },
    };
  },
});

type Left = LimitsOf<typeof limits>;

function readUsers(database: string): readonly User[] {
  return colonLines(database, fields.length).flatMap(
    ([name = '', passwd = '', uid, gid, gecos = '', dir = '', shell = '']) => {
      const ids = { uid: idIn(uid), gid: idIn(gid) };
      return ids.uid === undefined || ids.gid === undefined
        ? []
        : [{ name, passwd, uid: ids.uid, gid: ids.gid, gecos, dir, shell }];
    },
  );
}

function find(users: readonly User[], left: Left, is: (user: User) => boolean): User | null {
  const user = users.find((each) => is(each) && isAllowed(each, left));
  return user === undefined ? null : told(user, left);
}

function isAllowed({ name, uid }: User, { users }: Left): boolean {
  return users === undefined || users.includes(name) || users.includes(uid);
}

function told(user: User, { fields: allowed }: Left): User {
  if (allowed === undefined) return user;
  return { ...nothing, ...Object.fromEntries(allowed.map((field) => [field, user[field]])) };
}
