/*
 * Requests of the C library to a cache of name services, as glibc sends them (nscd-client.h, version 2) and musl, too. A
 * connection carries one request: three numbers of 32 bits in the order of the host (version, kind, bytes of the key), and
 * the key. The hosts that this runs on are little-endian.
 */

/** The version of the protocol that the C libraries of today speak. */
export const NSCD_VERSION = 2;

/** The kinds of requests (request_type in nscd-client.h). */
export const RequestKind = {
  GETPWBYNAME: 0,
  GETPWBYUID: 1,
  GETGRBYNAME: 2,
  GETGRBYGID: 3,
  GETHOSTBYNAME: 4,
  GETHOSTBYNAMEv6: 5,
  GETHOSTBYADDR: 6,
  GETHOSTBYADDRv6: 7,
  SHUTDOWN: 8,
  GETSTAT: 9,
  INVALIDATE: 10,
  GETFDPW: 11,
  GETFDGR: 12,
  GETFDHST: 13,
  GETAI: 14,
  INITGROUPS: 15,
  GETSERVBYNAME: 16,
  GETSERVBYPORT: 17,
  GETFDSERV: 18,
  GETNETGRENT: 19,
  INNETGR: 20,
  GETFDNETGR: 21,
} as const;

/** Bytes before the key. */
export const REQUEST_HEADER = 12;

/** The most bytes of a key, as nscd has it (MAXKEYLEN). */
export const MAX_KEY = 1024;

/** A family of addresses. */
export type HostFamily = 'ipv4' | 'ipv6';

/** A question that a name service can answer. */
export type NameQuestion =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'user id'; readonly id: number }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'group id'; readonly id: number }
  /** The groups of a user. */
  | { readonly kind: 'groups'; readonly user: string }
  /** The addresses of a host, of one family (gethostbyname2) or of both (getaddrinfo). */
  | { readonly kind: 'host'; readonly name: string; readonly family: HostFamily | 'both' }
  /** The name of an address: 4 or 16 bytes. */
  | { readonly kind: 'address'; readonly family: HostFamily; readonly bytes: Uint8Array }
  /** A service by its name; an empty protocol is any. */
  | { readonly kind: 'service'; readonly name: string; readonly protocol: string }
  | { readonly kind: 'port'; readonly port: number; readonly protocol: string };

/** A request that was read from the front of a stream. */
export type ReadRequest =
  /** More bytes are needed. */
  | { readonly kind: 'incomplete' }
  /** No request of the protocol: the connection is closed. */
  | { readonly kind: 'malformed' }
  /** A request that has no answer here: for memory to share, for control of the cache, for netgroups. */
  | { readonly kind: 'other'; readonly type: number }
  | { readonly kind: 'question'; readonly type: number; readonly question: NameQuestion };

/** Reads a request. Nothing in it is believed: its length is bounded before anything is kept. */
export function readRequest(bytes: Uint8Array): ReadRequest {
  if (bytes.length < REQUEST_HEADER) return { kind: 'incomplete' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getInt32(4, true);
  const length = view.getInt32(8, true);
  if (view.getInt32(0, true) !== NSCD_VERSION || length < 0 || length > MAX_KEY) return { kind: 'malformed' };
  if (bytes.length > REQUEST_HEADER + length) return { kind: 'malformed' };
  if (bytes.length < REQUEST_HEADER + length) return { kind: 'incomplete' };
  if (type < 0 || type > RequestKind.GETFDNETGR) return { kind: 'malformed' };
  const key = bytes.subarray(REQUEST_HEADER);
  const read = readers[type];
  if (read === undefined) return { kind: 'other', type };
  const question = read(key);
  return question === undefined ? { kind: 'malformed' } : { kind: 'question', type, question };
}

type ReadKey = (key: Uint8Array) => NameQuestion | undefined;

const readers: Readonly<Record<number, ReadKey>> = {
  [RequestKind.GETPWBYNAME]: (key) => named(key, (name) => ({ kind: 'user', name })),
  [RequestKind.GETPWBYUID]: (key) => numbered(key, (id) => ({ kind: 'user id', id })),
  [RequestKind.GETGRBYNAME]: (key) => named(key, (name) => ({ kind: 'group', name })),
  [RequestKind.GETGRBYGID]: (key) => numbered(key, (id) => ({ kind: 'group id', id })),
  [RequestKind.INITGROUPS]: (key) => named(key, (user) => ({ kind: 'groups', user })),
  [RequestKind.GETHOSTBYNAME]: (key) => named(key, (name) => ({ kind: 'host', name, family: 'ipv4' })),
  [RequestKind.GETHOSTBYNAMEv6]: (key) => named(key, (name) => ({ kind: 'host', name, family: 'ipv6' })),
  [RequestKind.GETAI]: (key) => named(key, (name) => ({ kind: 'host', name, family: 'both' })),
  [RequestKind.GETHOSTBYADDR]: (key) => addressed(key, 'ipv4', 4),
  [RequestKind.GETHOSTBYADDRv6]: (key) => addressed(key, 'ipv6', 16),
  [RequestKind.GETSERVBYNAME]: (key) =>
    paired(key, (name, protocol) => ({ kind: 'service', name, protocol })),
  [RequestKind.GETSERVBYPORT]: (key) =>
    paired(key, (text, protocol) => {
      const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      // The number is the port as it stands in memory, most significant byte first.
      return number > 0xffff || Number.isNaN(number)
        ? undefined
        : { kind: 'port', port: ((number & 0xff) << 8) | (number >> 8), protocol };
    }),
};

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads text that ends with its only NUL. */
function textOf(key: Uint8Array): string | undefined {
  const end = key.indexOf(0);
  if (end < 0 || end !== key.length - 1) return undefined;
  try {
    return decoder.decode(key.subarray(0, end));
  } catch {
    return undefined;
  }
}

function named(key: Uint8Array, make: (name: string) => NameQuestion): NameQuestion | undefined {
  const text = textOf(key);
  return text === undefined ? undefined : make(text);
}

function numbered(key: Uint8Array, make: (id: number) => NameQuestion): NameQuestion | undefined {
  const text = textOf(key);
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id > 0xffff_ffff ? undefined : make(id);
}

function addressed(key: Uint8Array, family: HostFamily, length: number): NameQuestion | undefined {
  return key.length === length ? { kind: 'address', family, bytes: key.slice() } : undefined;
}

/** Reads `NAME/PROTOCOL`. */
function paired(
  key: Uint8Array,
  make: (name: string, protocol: string) => NameQuestion | undefined,
): NameQuestion | undefined {
  const text = textOf(key);
  const slash = text?.lastIndexOf('/') ?? -1;
  if (text === undefined || slash < 0) return undefined;
  return make(text.slice(0, slash), text.slice(slash + 1));
}
