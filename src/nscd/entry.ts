import { printable } from '../text/printable.ts';

/*
 * The entries that answer a question. They come from a service, which may be compromised, and go to a C library that believes
 * what it reads: so each is checked here, and one that is no valid answer to its question is none.
 */

/** A user (passwd(5)). */
export type UserEntry = {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
};

/** A group (group(5)). */
export type GroupEntry = {
  readonly name: string;
  readonly password: string;
  readonly gid: number;
  readonly members: readonly string[];
};

/** Addresses of a host, each of 4 or 16 bytes. */
export type HostEntry = { readonly name: string; readonly addresses: readonly Uint8Array[] };

/** A network service (services(5)). */
export type ServiceEntry = {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly aliases: readonly string[];
};

/** The most bytes of one text of an entry. */
const MAX_TEXT = 4096;

/** The most members of a group, groups of a user (NGROUPS_MAX), addresses and aliases. */
const MAX_MEMBERS = 65_536;
const MAX_GROUPS = 65_536;
const MAX_ADDRESSES = 64;
const MAX_ALIASES = 64;

/** The most bytes of all texts of an entry together. */
const MAX_TEXTS = 2 ** 20;

/** Tells whether an entry of a user can stand in passwd(5): so it means the same in any program that prints it. */
export function isUser({ name, password, uid, gid, gecos, home, shell }: UserEntry): boolean {
  return isWord(name) && isId(uid) && isId(gid) && [password, gecos, home, shell].every(isField);
}

/** Tells whether an entry of a group can stand in group(5). */
export function isGroup({ name, password, gid, members }: GroupEntry): boolean {
  return (
    isWord(name) &&
    isField(password) &&
    isId(gid) &&
    members.length <= MAX_MEMBERS &&
    members.every((member) => isWord(member) && !member.includes(',')) &&
    members.reduce((sum, member) => sum + Buffer.byteLength(member) + 1, 0) <= MAX_TEXTS
  );
}

/** Tells whether a list of ids of groups can be given. */
export function areGroups(ids: readonly number[]): boolean {
  return ids.length <= MAX_GROUPS && ids.every(isId);
}

/** Tells whether an entry of a host has a name of DNS and addresses of the lengths that there are. */
export function isHost({ name, addresses }: HostEntry): boolean {
  return (
    /^[A-Za-z0-9_.-]{1,253}$/.test(name) &&
    addresses.length <= MAX_ADDRESSES &&
    addresses.every(({ length }) => length === 4 || length === 16)
  );
}

/** Tells whether an entry of a service can stand in services(5). */
export function isService({ name, protocol, port, aliases }: ServiceEntry): boolean {
  return (
    aliases.length <= MAX_ALIASES &&
    [name, protocol, ...aliases].every((text) => /^[\x21-\x22\x24-\x2e\x30-\x7e]{1,256}$/.test(text)) &&
    Number.isInteger(port) &&
    port >= 0 &&
    port <= 0xffff
  );
}

/** Tells whether a number is an id: all ones means "no change" to many calls, and is none. */
function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < 0xffff_ffff;
}

/** Texts of one field: neither a colon nor anything that ends a line. */
function isField(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_TEXT && printable(text) === text && !text.includes(':');
}

/** Names: not empty, and no white space. */
function isWord(text: string): boolean {
  return text !== '' && isField(text) && !/\s/.test(text);
}
