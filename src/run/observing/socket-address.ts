import { textOf } from '../../host/files/host-path.ts';
import type { NetworkUse } from '../../learning/access.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../../linux/sockets.ts';
import { addressOfBytes, formatAddress, type IpAddress } from '../../network/address.ts';

/** The longest address of a socket, in bytes: that of UNIX sockets (unix(7)), which is the longest of those read here. */
export const LONGEST_ADDRESS = 110;

/** Bytes of `struct sockaddr_in` and `struct sockaddr_in6` up to the end of the address. */
const IPV4 = 8;
const IPV6 = 24;

/** An address of a call on a socket. */
export type NamedAddress =
  | Extract<NetworkUse, { kind: 'unix' | 'abstract' }>
  | { readonly kind: 'internet'; readonly address: string; readonly port: number; readonly local: boolean };

/** Reads `struct sockaddr` of the families that are granted; `undefined` for others and for unnamed sockets. */
export function readSocketAddress(bytes: Uint8Array): NamedAddress | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = view.getUint16(0, true);
  if (family === AF_UNIX) return unixAddress(bytes.subarray(2));
  if (family === AF_INET && bytes.length >= IPV4)
    return internet(addressOfBytes(bytes.subarray(4, 8)), view.getUint16(2));
  if (family === AF_INET6 && bytes.length >= IPV6)
    return internet(addressOfBytes(bytes.subarray(8, 24)), view.getUint16(2));
  return undefined;
}

function unixAddress(name: Uint8Array): NamedAddress | undefined {
  if (name.length === 0) return undefined;
  if (name[0] === 0) return { kind: 'abstract', name: textOf(name.subarray(1)) };
  const end = name.indexOf(0);
  return { kind: 'unix', path: textOf(end < 0 ? name : name.subarray(0, end)) };
}

function internet(address: IpAddress, port: number): NamedAddress {
  const { bytes } = address;
  const local =
    bytes.length === 4 ? bytes[0] === 127 : bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
  return { kind: 'internet', address: formatAddress(address), port, local };
}
