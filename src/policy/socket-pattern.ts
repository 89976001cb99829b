import { formatHost, type IpAddress, parseAddress } from '../network/address.ts';
import { unmapped } from '../network/embedded.ts';
import { parsePorts } from '../network/parse-ports.ts';
import { bitsOf, contains, formatPrefix, type Prefix, prefixOf } from '../network/prefix.ts';
import type { PortRange } from '../network/rule.ts';
import { printable } from '../text/printable.ts';
import type { ParsedText } from './parsed.ts';
import { type Pattern, parsePattern, pattern } from './pattern.ts';

/** Sockets that a rule is about, as it was written. */
export type SocketPattern =
  /** Every socket of every family. */
  | { readonly kind: 'all' }
  /** Addresses of a prefix, or all of both families, at some ports, or at all. */
  | {
      readonly kind: 'internet';
      readonly prefix: Prefix | undefined;
      readonly ports: readonly PortRange[] | undefined;
    }
  /** UNIX sockets by their paths; the pattern begins with `/`. */
  | { readonly kind: 'unix'; readonly pattern: Pattern }
  /** UNIX sockets by abstract names (unix(7)), as a pattern behind `@`. */
  | { readonly kind: 'abstract'; readonly pattern: string };

/** More ports and ranges than this make too large a table. */
const MAX_PORTS = 64;

/** All abstract names. A pattern has `**` in place of a name only, and these names are no paths. */
const EVERY_NAME = '**';

const EXAMPLE = "such as '10.0.0.0/8:443', '*:25', '/run/**' or '@name'";

/** Reads a pattern of sockets: `*`, `ADDRESS[/BITS][:PORTS]`, `*:PORTS`, `/PATH` or `@NAME`. */
export function parseSocketPattern(text: string): ParsedText<SocketPattern> {
  const wrong = (message: string, start = 0, end = text.length): ParsedText<never> => ({
    problem: { message, start, end },
  });
  if (text === '*') return { value: { kind: 'all' } };
  if (text.startsWith('/')) {
    const read = parsePattern(text);
    return read.problem ? read : { value: { kind: 'unix', pattern: read.value } };
  }
  if (text.startsWith('@')) {
    const name = text.slice(1);
    if (name !== EVERY_NAME) {
      const { problem } = parsePattern(`/@${name}`);
      if (problem) return wrong(problem.message);
    }
    return { value: { kind: 'abstract', pattern: name } };
  }
  const [, host = '', ports] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const prefix = host === '*' ? undefined : readPrefix(host);
  if (typeof prefix === 'string') return wrong(prefix, 0, host.length || text.length);
  if (ports === undefined || ports === '*') {
    if (host === '*' && ports === undefined) return wrong(`A socket is written ${EXAMPLE}`);
    return { value: { kind: 'internet', prefix, ports: undefined } };
  }
  const ranges = parsePorts(ports, host.length + 1);
  if (ranges.problem) return ranges;
  if (ranges.value.length > MAX_PORTS)
    return wrong(`A rule about sockets has at most ${MAX_PORTS} ports and ranges of them`, host.length + 1);
  return { value: { kind: 'internet', prefix, ports: ranges.value } };
}

/** Writes a pattern in the form in which `parseSocketPattern` reads it. */
export function printSocketPattern(one: SocketPattern): string {
  switch (one.kind) {
    case 'all':
      return '*';
    case 'unix':
      return one.pattern;
    case 'abstract':
      return `@${one.pattern}`;
    case 'internet': {
      const { prefix, ports } = one;
      const host = prefix === undefined ? '*' : formatPrefix(prefix);
      const all = ports?.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
      return `${host}:${all?.join() ?? '*'}`;
    }
  }
}

/** Writes the patterns of texts (socket-text.ts) that it stands for. */
export function textsOfSockets(one: SocketPattern): readonly Pattern[] {
  switch (one.kind) {
    case 'all':
      return [pattern('/**')];
    case 'unix':
      return [pattern(`/u${one.pattern}`)];
    case 'abstract':
      return one.pattern === EVERY_NAME
        ? [pattern('/@*'), pattern('/@*/**'), pattern('/@/**')]
        : [pattern(`/@${one.pattern}`)];
    case 'internet': {
      const hosts = one.prefix === undefined ? ['/4/*', '/6/*'] : [hostText(one.prefix)];
      const ports = one.ports === undefined ? ['*'] : one.ports.flatMap(portTexts);
      return hosts.flatMap((host) => ports.map((port) => pattern(`${host}/${port}`)));
    }
  }
}

function readPrefix(text: string): Prefix | string {
  const [, inside, plain = '', bits] = /^(?:\[([^\]]*)\]|([^/]*))(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(inside ?? plain);
  if (address === undefined || (address.family === 'ipv6') !== (inside !== undefined))
    return `'${printable(text, 80)}' is no address of a socket: write it ${EXAMPLE}; names of hosts are granted with '--net' and withheld with '--net-except'`;
  const mapped = unmapped(address);
  if (mapped.family !== address.family)
    return `'${printable(text, 80)}' stands for IPv4 addresses; write them so, such as '${formatHost(mapped)}'`;
  const count = bits === undefined ? bitsOf(address) : Number(bits);
  if (count > bitsOf(address))
    return `The length of a prefix is a number from 0 to ${bitsOf(address)}, not '${count}'`;
  const prefix = prefixOf(address, count);
  return contains({ address, bits: bitsOf(address) }, prefix.address)
    ? prefix
    : `The address of a prefix ends with its length; write '${formatPrefix(prefix)}'`;
}

/** The pattern of the digits of a prefix: fixed ones, one of which some bits are fixed, and any others. */
function hostText({ address, bits }: Prefix): string {
  const digits = digitsOf(address);
  const texts = digits.map((digit, index) => {
    const free = Math.min(Math.max(4 * (index + 1) - bits, 0), 4);
    return digitRange(digit, digit + 2 ** free - 1);
  });
  return `/${address.family === 'ipv4' ? '4' : '6'}/${texts.join('')}`;
}

function digitsOf({ bytes }: IpAddress): readonly number[] {
  return bytes.flatMap((byte) => [byte >> 4, byte & 15]);
}

/** The pattern of one digit of a range. */
function digitRange(first: number, last: number): string {
  if (first === last) return first.toString(16);
  if (first === 0 && last === 15) return '?';
  const digits = Array.from({ length: last - first + 1 }, (_, index) => (first + index).toString(16));
  return `[${digits.join('')}]`;
}

/** The patterns of the four digits of a range of ports: blocks of 1, 16, 256 and 4096 ports, with the first digits in common. */
function portTexts({ first, last }: PortRange): readonly string[] {
  const texts: string[] = [];
  for (let at = first; at <= last; ) {
    let size = 1;
    while (size < 4096 && at % (16 * size) === 0 && at + 16 * size - 1 <= last) size *= 16;
    // As many blocks of this size as lie behind the same digits.
    const digit = Math.floor(at / size) % 16;
    const count = Math.min(16 - digit, Math.floor((last - at + 1) / size));
    const places = Math.log2(size) / 4;
    const before = Math.floor(at / (size * 16));
    const fixed = 3 - places;
    const head = fixed === 0 ? '' : before.toString(16).padStart(fixed, '0');
    texts.push(`${head}${digitRange(digit, digit + count - 1)}${'?'.repeat(places)}`);
    at += count * size;
  }
  return texts;
}
