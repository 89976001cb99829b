import { addressOfBytes, type IpAddress } from './address.ts';
import { contains, containsPrefix, type Prefix, prefix } from './prefix.ts';

/** Addresses that stand for names (RFC 2544: for measurements, never on the Internet). */
export const SYNTHETIC_IPV4: Prefix = prefix('198.18.0.0/15');

/** Unique local addresses that stand for names. */
export const SYNTHETIC_IPV6: Prefix = prefix('fdcb:ab1:1818:1::/64');

/** The resolver within the network of a program. */
export const RESOLVER_ADDRESS: IpAddress = { family: 'ipv4', bytes: [198, 18, 0, 1] };

/** Addresses of the program's own machine, which make its network look like one with both families. */
export const PROGRAM_IPV4: IpAddress = { family: 'ipv4', bytes: [198, 18, 0, 2] };
export const PROGRAM_IPV6: IpAddress = prefix('fdcb:ab1:1818::2/128').address;

/** Addresses from 198.18.0.0 to 198.18.0.255 stand for no names. */
const FIRST_INDEX = 256;
const INDEXES = 2 ** 17 - FIRST_INDEX;

/** Prefixes whose addresses are no other machine: Linux takes them for this one. */
const NOWHERE = [prefix('0.0.0.0/8'), prefix('::/128')] as const;

/** Tells whether all of a prefix is "this network" or the unspecified address, which Linux takes for this machine. */
export function isNowhere(inner: Prefix): boolean {
  return NOWHERE.some((outer) => containsPrefix(outer, inner));
}

/** Tells whether all addresses of a prefix stand for names. */
export function isSyntheticPrefix(inner: Prefix): boolean {
  return containsPrefix(SYNTHETIC_IPV4, inner) || containsPrefix(SYNTHETIC_IPV6, inner);
}

/** Tells whether an address is one of those that stand for names. */
export function isSynthetic(address: IpAddress): boolean {
  return contains(SYNTHETIC_IPV4, address) || contains(SYNTHETIC_IPV6, address);
}

/** The two addresses that stand for a name. */
export type SyntheticPair = { readonly ipv4: IpAddress; readonly ipv6: IpAddress };

/**
 * The names that a program has looked up, each with one pair of addresses that stands for it. When the table is full,
 * the name that was unused for the longest time leaves it; an address is given to another name as late as possible.
 */
export class SyntheticTable {
  readonly #capacity: number;
  /** Names by their index, those used last at the end. */
  readonly #indexes = new Map<string, number>();
  readonly #names = new Map<number, string>();
  #next = 0;

  /** @param capacity Names at once; at most half as many as there are addresses. @default 65000 */
  constructor(capacity = 65_000) {
    this.#capacity = Math.min(Math.max(capacity, 1), INDEXES / 2);
  }

  /** The number of names in the table. */
  get size(): number {
    return this.#indexes.size;
  }

  /** Gives the addresses that stand for a name, which must be in its normal form. */
  addressesOf(name: string): SyntheticPair {
    const known = this.#touch(name);
    if (known !== undefined) return pairOf(known);
    if (this.#indexes.size >= this.#capacity) this.#forgetOldest();
    while (this.#names.has(this.#next)) this.#next = (this.#next + 1) % INDEXES;
    const index = this.#next;
    this.#next = (this.#next + 1) % INDEXES;
    this.#indexes.set(name, index);
    this.#names.set(index, name);
    return pairOf(index);
  }

  /** Finds the name that an address stands for, and counts it as used; `undefined` if it stands for none. */
  nameOf(address: IpAddress): string | undefined {
    const index = indexOf(address);
    const name = index === undefined ? undefined : this.#names.get(index);
    if (name !== undefined) this.#touch(name);
    return name;
  }

  /** Moves a name to the end of those to be forgotten. */
  #touch(name: string): number | undefined {
    const index = this.#indexes.get(name);
    if (index === undefined) return undefined;
    this.#indexes.delete(name);
    this.#indexes.set(name, index);
    return index;
  }

  #forgetOldest(): void {
    for (const [name, index] of this.#indexes) {
      this.#indexes.delete(name);
      this.#names.delete(index);
      return;
    }
  }
}

function pairOf(index: number): SyntheticPair {
  const value = index + FIRST_INDEX;
  const low = [value >> 8, value & 0xff].map((byte) => byte & 0xff);
  const ipv4 = [198, 18 + (value >> 16), ...low];
  const ipv6 = [...SYNTHETIC_IPV6.address.bytes.slice(0, 13), value >> 16, ...low];
  return { ipv4: addressOfBytes(ipv4), ipv6: addressOfBytes(ipv6) };
}

function indexOf(address: IpAddress): number | undefined {
  const within = address.family === 'ipv4' ? SYNTHETIC_IPV4 : SYNTHETIC_IPV6;
  if (!contains(within, address)) return undefined;
  const { bytes } = address;
  const fixed = SYNTHETIC_IPV6.address.bytes;
  if (address.family === 'ipv6' && bytes.some((byte, at) => at >= 8 && at < 13 && byte !== fixed[at]))
    return undefined;
  const [high = 0, middle = 0, low = 0] = bytes.slice(-3);
  const value = ((address.family === 'ipv4' ? high - 18 : high) << 16) | (middle << 8) | low;
  const index = value - FIRST_INDEX;
  return index >= 0 && index < INDEXES ? index : undefined;
}
