import { printable } from '../text/printable.ts';
import { formatHost, parseAddress, parseIpv4, parseIpv6 } from './address.ts';
import { grantableClasses } from './address-class.ts';
import { unmapped } from './embedded.ts';
import { nearKeyword } from './keywords.ts';
import { isLocalhost, parseName } from './name.ts';
import type { Parsed } from './parsed.ts';
import { bitsOf, contains, formatPrefix, prefixOf } from './prefix.ts';
import type { HostPattern } from './rule.ts';
import { isNowhere, isSyntheticPrefix } from './synthetic.ts';

/** Reads the host of a rule: a name or pattern, an address or prefix, a class, or `localhost`. */
export function parseHost(text: string): Parsed<HostPattern> {
  const name = text.toLowerCase();
  const found = grantableClasses.find((known) => known === name);
  if (found !== undefined) return { value: { kind: 'class', name: found } };
  if (name === 'localhost') return { value: { kind: 'localhost' } };
  if (text === '') return wrong('A host is missing before the port', text);
  if (/^\*{1,2}$/.test(text)) return wrong(`A rule for all hosts is written 'public', not '${text}'`, text);
  if (text.includes('/')) return readPrefix(text);
  if (text.startsWith('[')) return readBracketed(text, 128);
  if (text.includes('*')) return readPattern(text);
  const address = parseIpv4(text);
  if (address !== undefined) return checkPrefix(text, address, 32);
  const parsed = parseName(text);
  if ('problem' in parsed) return wrong(capital(parsed.problem), text);
  if (isLocalhost(parsed.name))
    return wrong(`'${parsed.name}' always means the machine itself; write 'localhost'`, text);
  const near = nearKeyword(text);
  if (near !== undefined)
    return wrong(
      `Did you mean '${near}'? The name '${parsed.name}' itself is written '${parsed.name}.'`,
      text,
    );
  return { value: { kind: 'name', name: parsed.name } };
}

function readPattern(text: string): Parsed<HostPattern> {
  const [stars = '', rest = ''] = /^(\*{1,2})\.(.*)$/s.exec(text)?.slice(1) ?? [];
  if (stars === '' || rest.includes('*')) {
    const message = `'*.' for one label or '**.' for one or more stands before a name, such as '*.example.org', not as in '${printable(text, 80)}'`;
    return wrong(message, text);
  }
  const parsed = parseName(rest);
  if ('problem' in parsed) return wrong(capital(parsed.problem), text);
  if (isLocalhost(parsed.name))
    return wrong(`Names under '${parsed.name}' always mean the machine itself; write 'localhost'`, text);
  return { value: { kind: stars === '*' ? 'one-label' : 'labels', suffix: parsed.name } };
}

function readPrefix(text: string): Parsed<HostPattern> {
  const slash = text.lastIndexOf('/');
  const host = text.slice(0, slash);
  const digits = text.slice(slash + 1);
  const bare = parseAddress(host);
  if (bare?.family === 'ipv6')
    return wrong(`An IPv6 prefix stands in brackets; write '[${host}]/${printable(digits, 4)}'`, text);
  const family = host.startsWith('[') ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  if (family === 'ipv4' && bare === undefined)
    return wrong(
      `'${printable(host, 80)}' is no address, and only addresses have a length of a prefix behind a slash`,
      text,
    );
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > most)
    return wrong(
      `The length of a prefix is a number from 0 to ${most}, not '${printable(digits, 20)}'`,
      text,
    );
  const bits = Number(digits);
  if (family === 'ipv6') return readBracketed(host, bits);
  return bare === undefined
    ? wrong(`'${printable(host, 80)}' is no address`, text)
    : checkPrefix(text, bare, bits);
}

function readBracketed(text: string, bits: number): Parsed<HostPattern> {
  const inside = text.endsWith(']') ? text.slice(1, -1) : '';
  const address = parseIpv6(inside);
  if (address !== undefined) return checkPrefix(text, address, bits);
  const zone = inside.includes('%') ? '; zones such as %eth0 are not supported' : '';
  return wrong(`'${printable(text, 80)}' is no IPv6 address in brackets${zone}`, text);
}

/** Refuses bits behind the length of a prefix, and IPv4-mapped addresses, which stand for IPv4 ones. */
function checkPrefix(
  text: string,
  address: Parameters<typeof prefixOf>[0],
  bits: number,
): Parsed<HostPattern> {
  const plain = unmapped(address);
  if (plain.family !== address.family)
    return wrong(
      bits === 128
        ? `'${text}' stands for an IPv4 address; write '${formatHost(plain)}'`
        : `'${text}' stands for IPv4 addresses; write them so`,
      text,
    );
  const prefix = prefixOf(address, bits);
  if (isNowhere(prefix))
    return wrong(`'${text}' is no other machine; its own services are granted with 'localhost'`, text);
  if (isSyntheticPrefix(prefix))
    return wrong(
      `'${text}' lies in the range of addresses that stand for names, so that no rule can grant it`,
      text,
    );
  if (!contains({ address, bits: bitsOf(address) }, prefix.address))
    return wrong(`The address of a prefix ends with its length; write '${formatPrefix(prefix)}'`, text);
  return { value: { kind: 'prefix', prefix } };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wrong(message: string, text: string): Parsed<never> {
  return { problem: { message, start: 0, end: text.length } };
}
