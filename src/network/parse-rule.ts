import { printable } from '../text/printable.ts';
import { parseHost } from './parse-host.ts';
import { parsePorts } from './parse-ports.ts';
import type { Parsed } from './parsed.ts';
import type { NetworkException, NetworkRule, PortProtocol } from './rule.ts';

/** The longest rule, in UTF-16 units. */
export const MAX_RULE = 1200;

/** An example for messages. */
const EXAMPLE = 'registry.example.org:443';

/** The three parts of a rule; each with the place where it begins. */
type Parts = {
  readonly host: string;
  readonly ports: { readonly text: string; readonly at: number } | undefined;
  readonly protocol: PortProtocol;
};

/**
 * Reads a rule: `HOST:PORTS` or `HOST:PORTS/PROTOCOL`. HOST is a name, `*.` or `**.` before a name, an address, a
 * prefix, a class or `localhost`; PORTS a list of ports and ranges of them; PROTOCOL is `tcp`, which is the default, or
 * `udp`.
 */
export function parseRule(text: string): Parsed<NetworkRule> {
  const parts = split(text);
  if (parts.problem) return parts;
  const { host: hostText, ports: portsText, protocol } = parts.value;
  const host = parseHost(hostText);
  if (host.problem) return host;
  if (portsText === undefined) return missingPort(text, hostText, protocol);
  const ports = parsePorts(portsText.text, portsText.at);
  if (ports.problem) return ports;
  return { value: { host: host.value, ports: ports.value, protocol } };
}

/** Reads an exception: a rule, or a host alone, which stands for all of its ports and protocols. */
export function parseException(text: string): Parsed<NetworkException> {
  const parts = split(text);
  if (parts.problem) return parts;
  if (parts.value.ports !== undefined || /\/(?:tcp|udp)$/i.test(text)) {
    const rule = parseRule(text);
    return rule.problem ? rule : { value: { ...rule.value, all: false } };
  }
  const host = parseHost(parts.value.host);
  return host.problem ? host : { value: { host: host.value, all: true } };
}

function split(text: string): Parsed<Parts> {
  const wrong = (message: string, start = 0, end = text.length): Parsed<Parts> => ({
    problem: { message, start, end },
  });
  if (text === '') return wrong(`A rule cannot be empty; write a host and a port, such as '${EXAMPLE}'`);
  if (text.length > MAX_RULE) return wrong(`A rule has at most ${MAX_RULE} characters, not ${text.length}`);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text);
  if (scheme) return wrong(`A rule is no URL: ${adviceForUrl(text)}`);
  const slash = /\/(tcp|udp)$/i.exec(text);
  const protocol: PortProtocol = slash?.[1]?.toLowerCase() === 'udp' ? 'udp' : 'tcp';
  const rest = slash ? text.slice(0, slash.index) : text;
  const bracket = rest.startsWith('[') ? rest.indexOf(']') : 0;
  if (bracket < 0) return wrong("The bracket '[' of an IPv6 address is not closed", 0, rest.length);
  const colon = rest.indexOf(':', bracket);
  const bare = bracket === 0 && colon >= 0 && rest.indexOf(':', colon + 1) >= 0;
  if (bare && /^[\da-f:.%/a-z]*$/i.test(rest) && !/[g-z]/i.test(rest.split('%')[0] ?? ''))
    return wrong(`An IPv6 address stands in brackets: write '[${printable(rest, 80)}]' and ':443' behind it`);
  if (colon < 0) return { value: { host: rest, ports: undefined, protocol } };
  const at = colon + 1;
  const unknown = /\/([^/]*)$/.exec(rest.slice(at));
  if (unknown) {
    const start = at + unknown.index + 1;
    return wrong(
      `The protocol of a rule is 'tcp' or 'udp', not '${printable(unknown[1] ?? '', 40)}'`,
      start,
      text.length,
    );
  }
  return { value: { host: rest.slice(0, colon), ports: { text: rest.slice(at), at }, protocol } };
}

/** The default ports of the schemes that are written most often. */
const schemePorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

function adviceForUrl(text: string): string {
  if (!URL.canParse(text)) return `write a host and a port, such as '${EXAMPLE}'`;
  const { protocol, hostname, port } = new URL(text);
  const number = port === '' ? schemePorts[protocol] : Number(port);
  if (hostname === '' || number === undefined) return `write a host and a port, such as '${EXAMPLE}'`;
  return `write '${printable(hostname, 80)}:${number}'`;
}

function missingPort(text: string, host: string, protocol: PortProtocol): Parsed<never> {
  const end = protocol === 'udp' ? '/udp' : '';
  const port = protocol === 'udp' ? 53 : 443;
  const message = `The rule '${printable(text, 80)}' has no port; write for example '${printable(host, 80)}:${port}${end}'`;
  return { problem: { message, start: host.length, end: text.length } };
}
