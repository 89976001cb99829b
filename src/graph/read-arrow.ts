import { Fields, oneOf } from '../resources/fields.ts';
import { readRights } from '../resources/file-rights.ts';
import { readSize } from '../resources/quantity.ts';
import { directoryRights } from '../resources/rights.ts';
import { textIn, type Written } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { type ArrowContext, arrowParts, nodeAt, noProgram, readEnd } from './arrow-fields.ts';
import type { Arrow, ArrowKind } from './graph-types.ts';
import { readServiceArrow } from './read-service-arrow.ts';

type ArrowReader = (fields: Fields, context: ArrowContext) => Arrow | undefined;

const MAX_PORT = 65535;
const MAX_MEMORY = 2 ** 36;
const MOST_SHARERS = 64;

/** The port of a connection that does not name one: that of HTTP. */
const DEFAULT_PORT = 80;

/** Only programs of this machine reach a published address by default. */
const LOOPBACK = '127.0.0.1';

/** A name of a socket: no path, and no `.` or `..`. */
const SOCKET_NAME = /^(?!\.{1,2}$)[^/\0]{1,64}$/;

/** A name of a host without a port. */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** The arrows by their tags: keys, and the way in which they are read. */
const arrowReaders: Readonly<
  Record<ArrowKind, { readonly keys: readonly string[]; readonly read: ArrowReader }>
> = {
  connection: {
    keys: ['from', 'to', 'port', 'socket'],
    read: (fields, context) => {
      const ends = readEnds(fields, context);
      const port = fields.integer('port', 1, MAX_PORT) ?? DEFAULT_PORT;
      const socket = fields.text('socket');
      if (socket !== undefined && !SOCKET_NAME.test(socket))
        fields.wrong(
          'socket',
          "Key 'socket' is the name of a socket in the directory of the server, not a path",
        );
      return ends && { kind: 'connection', ...ends, port, socket, ...arrowParts(context) };
    },
  },
  pipe: {
    keys: ['from', 'to'],
    read: (fields, context) => {
      const ends = readEnds(fields, context);
      return ends && { kind: 'pipe', ...ends, ...arrowParts(context) };
    },
  },
  shared_memory: {
    keys: ['between', 'size'],
    read: (fields, context) => {
      const between = readBetween(fields, context);
      if (!fields.has('size')) return fields.missing('size', 'such as 1 MiB');
      const size = readSize(fields, 'size', 1, MAX_MEMORY);
      return between && size !== undefined
        ? { kind: 'shared_memory', between, size, ...arrowParts(context) }
        : undefined;
    },
  },
  directory: {
    keys: ['from', 'to', 'path', 'rights', 'handed'],
    read: (fields, context) => {
      const ends = readEnds(fields, context);
      if (!fields.has('path')) return fields.missing('path', 'the path of a directory');
      const path = fields.text('path');
      const { position } = context;
      const scalar = (value: string): Written => ({ kind: 'scalar', value, position });
      const all: Written = {
        kind: 'seq',
        items: ['read', 'write', 'create', 'remove'].map(scalar),
        position,
      };
      const rights = fields.get('rights') ?? all;
      const handed = fields.get('handed') ?? scalar('read');
      checkHanded(rights, handed, fields, context);
      return ends && path !== undefined
        ? { kind: 'directory', ...ends, path, rights, handed, ...arrowParts(context) }
        : undefined;
    },
  },
  service: { keys: ['from', 'to', 'service'], read: readServiceArrow },
  outside: {
    keys: ['from', 'host'],
    read: (fields, context) => {
      const from = readEnd('from', fields, context);
      const host = fields.get('host');
      if (host === undefined) return fields.missing('host', "a rule such as 'registry.example.org:443'");
      return from === undefined
        ? undefined
        : { kind: 'outside', from, host, hostNode: nodeAt(context.content, 'host'), ...arrowParts(context) };
    },
  },
  published: {
    keys: ['to', 'port', 'address', 'host'],
    read: (fields, context) => {
      const to = readEnd('to', fields, context);
      if (!fields.has('port')) return fields.missing('port', 'the port of this machine');
      const port = fields.integer('port', 0, MAX_PORT);
      const address = fields.text('address') ?? LOOPBACK;
      if (!/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/.test(address))
        fields.wrong('address', "Key 'address' is an address of this machine, such as 127.0.0.1 or 0.0.0.0");
      const host = fields.text('host');
      if (host !== undefined && !HOST_NAME.test(host))
        fields.wrong('host', "Key 'host' is the name of a host in lower case, such as shop.example.org");
      return to === undefined || port === undefined
        ? undefined
        : { kind: 'published', to, port, address, host, ...arrowParts(context) };
    },
  },
};

/** The tags of arrows. */
export const arrowTags: readonly string[] = Object.keys(arrowReaders);

/** Reads the contents of an arrow; `undefined` after a mistake, which has been reported. */
export function readArrow(tag: string, written: Written, context: ArrowContext): Arrow | undefined {
  const known = Object.entries(arrowReaders).find(([name]) => name === tag)?.[1];
  if (known === undefined) {
    const tags = arrowTags.map((name) => `!${name}`);
    if (tag === 'link') {
      context.mistakes.add(
        'A link joins two programs for as long as both are what they are, and an update of a graph could put a program of another kind in the place of one; use !connection, whose ends every kind of program may have',
        context.position,
      );
      return undefined;
    }
    context.mistakes.add(
      `An arrow is one of ${oneOf(tags)}, not '!${tag}'${didYouMean(tag, arrowTags, '!')}`,
      context.position,
    );
    return undefined;
  }
  const before = context.mistakes.count;
  const fields = Fields.read(written, known.keys, context);
  const arrow = fields && known.read(fields, context);
  return context.mistakes.count === before ? arrow : undefined;
}

function readEnds(
  fields: Fields,
  context: ArrowContext,
): { readonly from: string; readonly to: string } | undefined {
  const from = readEnd('from', fields, context);
  const to = readEnd('to', fields, context);
  if (from === undefined || to === undefined) return undefined;
  if (from !== to) return { from, to };
  return fields.wrong('to', `The arrow leads from '${from}' to itself; an arrow joins two programs`);
}

function readBetween(fields: Fields, { programs, mistakes }: ArrowContext): readonly string[] | undefined {
  const written = fields.get('between');
  if (written === undefined) return fields.missing('between', 'a list of names of programs');
  if (written.kind !== 'seq' || written.items.length < 2 || written.items.length > MOST_SHARERS)
    return fields.expected('between', `a list of 2 to ${MOST_SHARERS} names of programs`, written);
  const names = written.items.flatMap((item) => {
    const name = textIn(item);
    if (name !== undefined && programs.has(name)) return [name];
    if (name === undefined) fields.expected('between', 'names of programs', item);
    else mistakes.add(() => noProgram(name, programs), item.position);
    return [];
  });
  if (new Set(names).size < names.length) return fields.wrong('between', 'A program stands here twice');
  return names;
}

/** Checks that no more is handed on than there is. */
function checkHanded(rights: Written, handed: Written, fields: Fields, context: ArrowContext): void {
  const own = readRights(asField(rights, context), context);
  const other = readRights(asField(handed, context), context);
  if (own === undefined || other === undefined) return;
  const has = directoryRights(own);
  const gives = directoryRights(other);
  const beyond = (['base', 'inheriting'] as const).some(
    (part) => (gives[part].low & ~has[part].low) !== 0 || (gives[part].high & ~has[part].high) !== 0,
  );
  if (beyond) fields.wrong('handed', "Key 'handed' gives rights that the program at 'from' does not have");
}

function asField(value: Written, context: ArrowContext): Fields {
  const key: Written = { kind: 'scalar', value: 'rights', position: undefined };
  const map: Written = { kind: 'map', entries: [{ key, value }], position: value.position };
  return Fields.read(map, ['rights'], context) ?? new Fields(context);
}
