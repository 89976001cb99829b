import { formatHost, type IpAddress, parseAddress } from './address.ts';

/** A range of addresses whose first `bits` bits are the same. All other bits of `address` are zero. */
export type Prefix = { readonly address: IpAddress; readonly bits: number };

/** The number of bits of an address. */
export function bitsOf({ family }: IpAddress): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Makes a prefix of one of its addresses; the bits behind it become zero. */
export function prefixOf(address: IpAddress, bits: number): Prefix {
  const bytes = address.bytes.map((byte, index) => byte & maskByte(bits, index));
  return { address: { family: address.family, bytes }, bits };
}

/** The part of a mask of `bits` bits that falls on one byte. */
function maskByte(bits: number, index: number): number {
  const left = Math.min(Math.max(bits - 8 * index, 0), 8);
  return (0xff00 >> left) & 0xff;
}

/** Reads a constant of ours, such as `10.0.0.0/8` or `fc00::/7`; throws on a slip. */
export function prefix(text: string): Prefix {
  const [host = '', bits = ''] = text.split('/');
  const address = parseAddress(host);
  if (address === undefined || !/^\d+$/.test(bits) || Number(bits) > bitsOf(address))
    throw new Error(`${text} is no prefix`);
  return prefixOf(address, Number(bits));
}

/** Tells whether an address lies in a prefix. The two families have nothing in common here. */
export function contains({ address, bits }: Prefix, inner: IpAddress): boolean {
  return (
    address.family === inner.family &&
    address.bytes.every((byte, index) => byte === ((inner.bytes[index] ?? 0) & maskByte(bits, index)))
  );
}

/** Tells whether all addresses of a prefix lie in another one. */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  return inner.bits >= outer.bits && contains(outer, inner.address);
}

/** Prints a prefix as rules have it: `10.0.0.0/8`, `[2001:db8::]/32`; without its bits where they are all. */
export function formatPrefix({ address, bits }: Prefix): string {
  return bits === bitsOf(address) ? formatHost(address) : `${formatHost(address)}/${bits}`;
}
