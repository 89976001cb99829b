import { addressOfBytes, type IpAddress } from './address.ts';
import { contains, prefix } from './prefix.ts';

/** The kernel sends what goes to such an address to the IPv4 address in its last bits (RFC 4291, section 2.5.5.2). */
const MAPPED = prefix('::ffff:0:0/96');

const TEREDO = prefix('2001::/32');

/**
 * Forms of IPv6 addresses that hold an IPv4 address, to which a gateway or tunnel forwards packets: `first` is the
 * offset of its first byte.
 */
const forms = [
  // IPv4-compatible, deprecated (RFC 4291, section 2.5.5.1).
  { within: prefix('::/96'), first: 12 },
  // IPv4-translated (RFC 2765, section 2.1).
  { within: prefix('::ffff:0:0:0/96'), first: 12 },
  // NAT64, the well-known prefix (RFC 6052, section 2.1).
  { within: prefix('64:ff9b::/96'), first: 12 },
  // NAT64 of a site, with a /96 chosen within (RFC 8215).
  { within: prefix('64:ff9b:1::/48'), first: 12 },
  // 6to4 (RFC 3056, section 2).
  { within: prefix('2002::/16'), first: 2 },
  // Teredo: the server (RFC 4380, section 4).
  { within: TEREDO, first: 4 },
] as const;

/** Interface identifiers of ISATAP: the two values of the universal bit (RFC 5214, section 6.1). */
const ISATAP = [
  [0x00, 0x00, 0x5e, 0xfe],
  [0x02, 0x00, 0x5e, 0xfe],
] as const;

/** Replaces an IPv4-mapped IPv6 address by the IPv4 address that the kernel takes it for; others stay. */
export function unmapped(address: IpAddress): IpAddress {
  return contains(MAPPED, address) ? addressOfBytes(address.bytes.slice(12)) : address;
}

/**
 * Finds the IPv4 addresses within an IPv6 address to which packets for it may be forwarded by the kernel, a NAT64
 * gateway or a tunnel: IPv4-mapped, -compatible and -translated addresses, NAT64, 6to4, Teredo and ISATAP. A NAT64
 * prefix of a network's own cannot be told from other addresses.
 */
export function embeddedAddresses(address: IpAddress): readonly IpAddress[] {
  if (address.family === 'ipv4') return [];
  const { bytes } = address;
  const at = (first: number): IpAddress => addressOfBytes(bytes.slice(first, first + 4));
  if (contains(MAPPED, address)) return [at(12)];
  const found = forms.filter(({ within }) => contains(within, address)).map(({ first }) => at(first));
  // The client's address is stored inverted.
  if (contains(TEREDO, address)) found.push(addressOfBytes(bytes.slice(12).map((byte) => byte ^ 0xff)));
  if (ISATAP.some((id) => id.every((byte, index) => byte === bytes[8 + index]))) found.push(at(12));
  return found;
}
