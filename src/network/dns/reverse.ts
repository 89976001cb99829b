import { addressOfBytes, type IpAddress, parseIpv4 } from '../address.ts';

const IPV4 = '.in-addr.arpa';
const IPV6 = '.ip6.arpa';

/** The address that a name of the reverse tree is about (RFC 1035, section 3.5; RFC 3596, section 2.5). */
export function addressOfReverseName(name: string): IpAddress | undefined {
  if (name.endsWith(IPV4)) return parseIpv4(name.slice(0, -IPV4.length).split('.').reverse().join('.'));
  if (!name.endsWith(IPV6)) return undefined;
  const nibbles = name.slice(0, -IPV6.length).split('.').reverse();
  if (nibbles.length !== 32 || !nibbles.every((nibble) => /^[\da-f]$/.test(nibble))) return undefined;
  return addressOfBytes(Buffer.from(nibbles.join(''), 'hex'));
}
