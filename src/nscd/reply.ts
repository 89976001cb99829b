import { AF_INET, AF_INET6 } from '../linux/sockets.ts';
import type { GroupEntry, HostEntry, ServiceEntry, UserEntry } from './entry.ts';
import { NSCD_VERSION, RequestKind } from './request.ts';

/*
 * Replies to the C library (the response headers of nscd-client.h): numbers of 32 bits, and behind them texts, each with
 * its NUL. The library allocates by the lengths that it reads and believes that texts end, so every length here is that of
 * the bytes which follow.
 */

/** Values of `found`. */
const FOUND = 1;
const NOT_FOUND = 0;
/** The cache has no such table: the library asks its other sources. */
const DISABLED = -1;

/** Reasons why a host was not found (netdb.h). */
export const HostError = { HOST_NOT_FOUND: 1, TRY_AGAIN: 2, NO_RECOVERY: 3, NO_DATA: 4 } as const;

/** NETDB_INTERNAL of netdb.h: the reason stands elsewhere. */
const NETDB_INTERNAL = -1;

/** Numbers behind version and `found` in the reply to a kind of request, and whether the last one is an error. */
const shapes: Readonly<Record<number, { readonly numbers: number; readonly error: boolean }>> = {
  [RequestKind.GETPWBYNAME]: { numbers: 7, error: false },
  [RequestKind.GETPWBYUID]: { numbers: 7, error: false },
  [RequestKind.GETGRBYNAME]: { numbers: 4, error: false },
  [RequestKind.GETGRBYGID]: { numbers: 4, error: false },
  [RequestKind.GETHOSTBYNAME]: { numbers: 6, error: true },
  [RequestKind.GETHOSTBYNAMEv6]: { numbers: 6, error: true },
  [RequestKind.GETHOSTBYADDR]: { numbers: 6, error: true },
  [RequestKind.GETHOSTBYADDRv6]: { numbers: 6, error: true },
  [RequestKind.GETAI]: { numbers: 4, error: true },
  [RequestKind.INITGROUPS]: { numbers: 1, error: false },
  [RequestKind.GETSERVBYNAME]: { numbers: 4, error: false },
  [RequestKind.GETSERVBYPORT]: { numbers: 4, error: false },
  [RequestKind.GETNETGRENT]: { numbers: 2, error: false },
  [RequestKind.INNETGR]: { numbers: 1, error: false },
};

/** Makes the reply for what does not exist; `undefined` for a kind of request without replies. */
export function replyNotFound(type: number, error: number = HostError.HOST_NOT_FOUND): Buffer | undefined {
  return replyWithout(type, NOT_FOUND, error);
}

/** Makes the reply that sends the library to its other sources; `undefined` for a kind of request without replies. */
export function replyDisabled(type: number): Buffer | undefined {
  return replyWithout(type, DISABLED, NETDB_INTERNAL);
}

function replyWithout(type: number, found: number, error: number): Buffer | undefined {
  const shape = shapes[type];
  if (shape === undefined) return undefined;
  const numbers = Array<number>(shape.numbers).fill(0);
  if (shape.error) numbers[shape.numbers - 1] = error;
  return reply(found, numbers, []);
}

/** Makes the reply about a user. */
export function replyUser({ name, password, uid, gid, gecos, home, shell }: UserEntry): Buffer {
  const [n, p, g, h, s] = [name, password, gecos, home, shell].map(text) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  return reply(FOUND, [n.length, p.length, uid, gid, g.length, h.length, s.length], [n, p, g, h, s]);
}

/** Makes the reply about a group. */
export function replyGroup({ name, password, gid, members }: GroupEntry): Buffer {
  const n = text(name);
  const p = text(password);
  const texts = members.map(text);
  return reply(FOUND, [n.length, p.length, gid, texts.length], [lengths(texts), n, p, ...texts]);
}

/** Makes the reply with the ids of a user's groups. */
export function replyGroups(ids: readonly number[]): Buffer {
  return reply(FOUND, [ids.length], [words(ids)]);
}

/** Makes the reply with the addresses of a host, all of one family. */
export function replyHost({ name, addresses }: HostEntry): Buffer {
  const n = text(name);
  const length = addresses[0]?.length ?? 4;
  const same = addresses.filter((address) => address.length === length);
  const family = length === 4 ? AF_INET : AF_INET6;
  return reply(FOUND, [n.length, 0, family, length, same.length, 0], [n, ...same]);
}

/** Makes the reply to getaddrinfo: addresses of both families, and their canonical name. */
export function replyAddresses({ name, addresses }: HostEntry): Buffer {
  const n = text(name);
  const bytes = Buffer.concat(addresses);
  const families = Buffer.from(addresses.map(({ length }) => (length === 4 ? AF_INET : AF_INET6)));
  return reply(FOUND, [addresses.length, bytes.length, n.length, 0], [bytes, families, n]);
}

/** Makes the reply about a network service. */
export function replyService({ name, protocol, port, aliases }: ServiceEntry): Buffer {
  const n = text(name);
  const p = text(protocol);
  const texts = aliases.map(text);
  // The port as it stands in memory, most significant byte first.
  const swapped = ((port & 0xff) << 8) | (port >> 8);
  return reply(FOUND, [n.length, p.length, texts.length, swapped], [n, p, lengths(texts), ...texts]);
}

function reply(found: number, numbers: readonly number[], parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([words([NSCD_VERSION, found, ...numbers]), ...parts]);
}

/** A text with its NUL. */
function text(content: string): Buffer {
  return Buffer.from(`${content}\0`);
}

function lengths(texts: readonly Buffer[]): Buffer {
  return words(texts.map(({ length }) => length));
}

function words(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) bytes.writeInt32LE(number | 0, 4 * index);
  return bytes;
}
