/** An IP address as plain data: four bytes or sixteen, the first byte of the network order first. */
export type IpAddress = { readonly family: 'ipv4' | 'ipv6'; readonly bytes: readonly number[] };

/** 127.0.0.1 and ::1, in the order in which they are tried. */
export const LOOPBACK_ADDRESSES: readonly [IpAddress, IpAddress] = [
  { family: 'ipv4', bytes: [127, 0, 0, 1] },
  { family: 'ipv6', bytes: [...Array<number>(15).fill(0), 1] },
];

/** 0.0.0.0 and ::, to which sockets for all addresses are bound. */
export const ANY_ADDRESSES: readonly [IpAddress, IpAddress] = [
  { family: 'ipv4', bytes: [0, 0, 0, 0] },
  { family: 'ipv6', bytes: Array<number>(16).fill(0) },
];

/** The longest text of an IPv6 address: eight groups, or six and a dotted address (RFC 4291, section 2.2). */
const MAX_IPV6_TEXT = 45;

/**
 * Reads an address: a dotted one of four decimal numbers, or an IPv6 address without brackets and zone.
 *
 * @returns `undefined` for any other text, also for those that inet_aton(3) would read.
 */
export function parseAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Reads a dotted address of four decimal numbers. Leading zeros, which some readers take for octal, are refused. */
export function parseIpv4(text: string): IpAddress | undefined {
  const bytes = dottedBytes(text);
  return bytes && { family: 'ipv4', bytes };
}

/** Reads an IPv6 address (RFC 4291, section 2.2), without a zone. */
export function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (text.length > MAX_IPV6_TEXT || halves.length > 2) return undefined;
  const [left = '', right] = halves;
  // A dotted address stands for the last 32 bits, so never before a gap.
  const head = groupBytes(left, right === undefined);
  const tail = right === undefined ? [] : groupBytes(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) return undefined;
  return { family: 'ipv6', bytes: [...head, ...Array<number>(missing).fill(0), ...tail] };
}

function dottedBytes(text: string): number[] | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

function groupBytes(text: string, dottedEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const dotted = dottedEnd && index === groups.length - 1 ? dottedBytes(group) : undefined;
    if (dotted !== undefined) bytes.push(...dotted);
    else if (/^[\da-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

/** Makes an address from bytes: four, or sixteen. */
export function addressOfBytes(bytes: Iterable<number>): IpAddress {
  const list = [...bytes];
  return { family: list.length === 4 ? 'ipv4' : 'ipv6', bytes: list };
}

/** Prints an address; IPv6 in the form of RFC 5952, without brackets. */
export function formatAddress({ family, bytes }: IpAddress): string {
  if (family === 'ipv4') return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const gap = longestGap(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return gap === undefined ? text(0, 8) : `${text(0, gap.start)}::${text(gap.end, 8)}`;
}

/** The first longest run of two or more zero groups, which `::` replaces. */
function longestGap(groups: readonly number[]): { readonly start: number; readonly end: number } | undefined {
  let longest: { start: number; end: number } | undefined;
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start >= 2 && end - start > (longest ? longest.end - longest.start : 0))
      longest = { start, end };
    start = Math.max(start, end - 1);
  }
  return longest;
}

/** Prints an address as it stands before a port: IPv6 in brackets. */
export function formatHost(address: IpAddress): string {
  const text = formatAddress(address);
  return address.family === 'ipv6' ? `[${text}]` : text;
}

/** Compares two addresses byte by byte. */
export function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.bytes.every((byte, index) => byte === b.bytes[index]);
}
