import { addressOfBytes, formatHost, type IpAddress } from '../network/address.ts';
import { unmapped } from '../network/embedded.ts';

/*
 * The texts by which tables of rules know the sockets that a program connects to; the supervisor writes the same
 * (src/host/supervisor/sockets.h): `/4/7f000001/0050`, `/6/…/0050`, `/u` and the path of a UNIX socket, `/@` and an abstract
 * name, `/o` for all other families. The port has four digits, so that every pattern of ports is one of digits.
 */

/** Writes the text of an address of the internet. */
export function textOfAddress(address: IpAddress, port: number): string {
  const { family, bytes } = unmapped(address);
  const host = Buffer.from(bytes).toString('hex');
  return `/${family === 'ipv4' ? '4' : '6'}/${host}/${port.toString(16).padStart(4, '0')}`;
}

/** Writes such a text for people, as a rule would name it: `10.0.0.1:80`, `[::1]:80`, `/run/x.sock`, `@name`. */
export function nameOfSocket(text: string): string {
  const [, host, port] = /^\/[46]\/([\da-f]{8}|[\da-f]{32})\/([\da-f]{4})$/.exec(text) ?? [];
  if (host !== undefined && port !== undefined)
    return `${formatHost(addressOfBytes(Buffer.from(host, 'hex')))}:${Number.parseInt(port, 16)}`;
  if (text.startsWith('/@')) return text.slice(1);
  if (text.startsWith('/u')) return text.length === 2 ? 'a UNIX socket without a path' : text.slice(2);
  return 'a socket of another family';
}
