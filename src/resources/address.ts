import { resolve } from 'node:path';
import { MAX_UNIX_PATH, type SocketAddress } from '../host/sockets/socket-setup.ts';
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
export function parseAddress(text: string, directory: string): ParsedAddress {
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
    const bytes = host.endsWith(']') ? parseIpv6(host.slice(1, -1)) : undefined;
    if (bytes === undefined) {
      const zone = host.includes('%') ? '; zones such as %eth0 are not supported' : '';
      return { problem: `${quote(host)} is no IPv6 address in brackets${zone}` };
    }
    return { address: { family: 'ipv6', host: bytes, port }, text };
  }
  const bytes = parseIpv4(host === 'localhost' ? '127.0.0.1' : host);
  if (bytes !== undefined)
    return { address: { family: 'ipv4', host: bytes, port }, text: `${bytes.join('.')}:${port}` };
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

/** The four bytes of a dotted address. Leading zeros, which some readers take for octal, are refused. */
function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return Uint8Array.from(parts, Number);
}

/** The sixteen bytes of an IPv6 address (RFC 4291, section 2.2), without a zone. */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (text.length > 45 || halves.length > 2) return undefined;
  const [left = '', right] = halves;
  // A dotted address stands for the last 32 bits, so never before a gap.
  const head = ipv6Groups(left, right === undefined);
  const tail = right === undefined ? [] : ipv6Groups(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...Array<number>(missing).fill(0), ...tail]);
}

function ipv6Groups(text: string, dottedEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const dotted = dottedEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[\da-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

/** Tells whether an address stands for all networks of this machine. */
export function isWildcard(address: SocketAddress): boolean {
  return address.family !== 'unix' && address.host.every((byte) => byte === 0);
}
