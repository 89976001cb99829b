import { resolve } from 'node:path';
import { MAX_UNIX_PATH, type SocketAddress } from '../host/sockets/socket-setup.ts';
import { formatAddress, parseIpv4, parseIpv6 } from '../network/address.ts';
import { quote } from './written.ts';

/** An address as it was written, understood; or why it is none. */
export type ParsedAddress =
  | { readonly address: SocketAddress; readonly text: string; readonly problem?: undefined }
  | { readonly problem: string };

/**
 * Reads the address of a socket: `127.0.0.1:80`, `[::1]:80`, `localhost:80`, or a path, which has a slash in it
 * (`./log.sock`). Nothing is looked up: `localhost` stands for 127.0.0.1, other names are refused.
 *
 * @param directory Relative paths start here.
 */
export function parseSocketAddress(text: string, directory: string): ParsedAddress {
  if (text.includes('/')) return parsePath(text, directory);
  const colon = text.lastIndexOf(':');
  const host = colon < 0 ? text : text.slice(0, colon);
  const portText = colon < 0 ? '' : text.slice(colon + 1);
  if (colon < 0 || (host.includes(':') && !host.startsWith('['))) {
    const bare = parseIpv6(text) !== undefined;
    if (bare) return { problem: `IPv6 address ${quote(text)} needs brackets and a port, such as [::1]:80` };
    return { problem: `Address ${quote(text)} has no port, expected ADDRESS:PORT such as 127.0.0.1:80` };
  }
  if (!/^\d{1,5}$/.test(portText) || Number(portText) > 65535)
    return { problem: `Port ${quote(portText)} is no number from 0 to 65535` };
  const port = Number(portText);
  if (host.startsWith('[')) {
    const found = host.endsWith(']') ? parseIpv6(host.slice(1, -1)) : undefined;
    if (found === undefined) {
      const zone = host.includes('%') ? '; zones such as %eth0 are not supported' : '';
      return { problem: `${quote(host)} is no IPv6 address in brackets${zone}` };
    }
    return { address: { family: 'ipv6', host: Uint8Array.from(found.bytes), port }, text };
  }
  const found = parseIpv4(host === 'localhost' ? '127.0.0.1' : host);
  if (found !== undefined)
    return {
      address: { family: 'ipv4', host: Uint8Array.from(found.bytes), port },
      text: `${formatAddress(found)}:${port}`,
    };
  if (/^[\d.]*$/.test(host)) return { problem: `${quote(host)} is no IPv4 address` };
  return {
    problem: `Name ${quote(host)} is not looked up, write its numeric address (only 'localhost' is known, as 127.0.0.1)`,
  };
}

function parsePath(text: string, directory: string): ParsedAddress {
  const path = resolve(directory, text);
  const length = Buffer.byteLength(path);
  if (length > MAX_UNIX_PATH) {
    return {
      problem: `Path ${quote(path)} has ${length} bytes, a UNIX socket's path has at most ${MAX_UNIX_PATH}`,
    };
  }
  return { address: { family: 'unix', path }, text: path };
}

/** Tells whether an address stands for all networks of this machine. */
export function isWildcard(address: SocketAddress): boolean {
  return address.family !== 'unix' && address.host.every((byte) => byte === 0);
}
