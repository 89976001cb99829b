import { colonLines, HeldDatabase, holdFile } from '../colon-file.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { answeredId, idIn, idShape, NO_ID, nameOrId } from '../id-shape.ts';
import { choicesLimit, type LimitsOf, setLimit } from '../limit.ts';
import { defineService, serviceCall } from '../service.ts';
import { listShape, nothingShape, nullableShape, recordShape, type Shaped, textShape } from '../shape.ts';

const text = textShape(4096);
const MOST_MEMBERS = 65536;

/** An entry of group(5). Fields that a limit withholds are empty, and the id 4294967295. */
const groupShape = recordShape({
  name: text,
  passwd: text,
  gid: answeredId,
  members: listShape(text, MOST_MEMBERS),
});

type Group = Shaped<typeof groupShape>;

const entry = nullableShape(groupShape);
const commands = ['getgrnam', 'getgrgid', 'getgrent', 'setgrent'] as const;
const fields = ['name', 'passwd', 'gid', 'members'] as const;
const nothing: Group = { name: '', passwd: '', gid: NO_ID, members: [] };

const limits = {
  commands: commandsLimit(commands),
  fields: choicesLimit('The fields that are told; others are empty.', fields),
  groups: setLimit('The groups that exist for the client, by name or id.', nameOrId),
};

/** Groups of this host, from `/etc/group` alone. */
export const grpService = defineService({
  name: 'grp',
  about: 'Groups of this host, from `/etc/group`.',
  holds: 'the file `/etc/group`, to be read',
  process: 'shared',
  limits,
  calls: {
    getgrnam: serviceCall('Finds a group by name.', { name: textShape(256, ['root', 'daemon', '?']) }, entry),
    getgrgid: serviceCall('Finds a group by id.', { gid: idShape }, entry),
    getgrent: serviceCall('Gives the next group; nothing after the last one.', {}, entry),
    setgrent: serviceCall('Begins with the first group again.', {}, nothingShape),
  },
  state: { next: 0 },
  prepare: () => holdFile('/etc/group'),
  start: (held) => {
    const groups = new HeldDatabase(held, readGroups);
    return {
      getgrnam: ({ name }, { limits: left }) => {
        requireCommand(left, 'getgrnam');
        return find(groups.current(), left, (group) => group.name === name);
      },
      getgrgid: ({ gid }, { limits: left }) => {
        requireCommand(left, 'getgrgid');
        return find(groups.current(), left, (group) => group.gid === gid);
      },
      getgrent: (_, channel) => {
        requireCommand(channel.limits, 'getgrent');
        const all = groups.current();
        for (;;) {
          const group = all[channel.state.next];
          if (group === undefined) return null;
          channel.state.next++;
          if (isAllowed(group, channel.limits)) return told(group, channel.limits);
        }
      },
      setgrent: (_, channel) => {
        requireCommand(channel.limits, 'setgrent');
        channel.state.next = 0;
        return null;
      },
    };
  },
});

type Left = LimitsOf<typeof limits>;

function readGroups(database: string): readonly Group[] {
  return colonLines(database, fields.length).flatMap(([name = '', passwd = '', gid, members = '']) => {
    const id = idIn(gid);
    const names = members.split(',').filter((member) => member !== '');
    return id === undefined || names.length > MOST_MEMBERS ? [] : [{ name, passwd, gid: id, members: names }];
  });
}

function find(groups: readonly Group[], left: Left, is: (group: Group) => boolean): Group | null {
  const group = groups.find((each) => is(each) && isAllowed(each, left));
  return group === undefined ? null : told(group, left);
}

function isAllowed({ name, gid }: Group, { groups }: Left): boolean {
  return groups === undefined || groups.includes(name) || groups.includes(gid);
}

function told(group: Group, { fields: allowed }: Left): Group {
  if (allowed === undefined) return group;
  return { ...nothing, ...Object.fromEntries(allowed.map((field) => [field, group[field]])) };
}
