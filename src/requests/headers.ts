import type { IncomingHttpHeaders } from 'node:http';
import { type Credential, credentialHeader } from './credential.ts';
import type { Redaction } from './redaction.ts';
import type { RequestRule } from './request-rule.ts';

/** The headers of a message as names and values in their order, one pair after the other. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** Headers that concern one connection (RFC 9110, section 7.6.1; RFC 9113, section 8.2.2). */
const CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Pairs of Node's `rawHeaders`, without pseudo-headers and headers of the connection. */
export function endToEnd(raw: readonly string[], connection: string | undefined): HeaderPairs {
  const named = new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (name.startsWith(':') || CONNECTION.has(name) || named.has(name)) continue;
    pairs.push([name, raw[at + 1] ?? '']);
  }
  return pairs;
}

/** The facts that decide the headers of a request on its way out. */
export type OutgoingOptions = {
  readonly rule: RequestRule;
  readonly credential: Credential | undefined;
  /** The value of `Host`, which the relay sets. */
  readonly host: string;
};

/** Makes the headers of a request on its way out: the relay's own in place of those that the program sent. */
export function outgoingHeaders(
  pairs: HeaderPairs,
  { rule, credential, host }: OutgoingOptions,
): HeaderPairs {
  const own = new Map<string, string>([['host', host], ...(rule.headers ?? [])]);
  const carried = credential && credentialHeader(credential);
  if (carried !== undefined) own.set(carried[0], carried[1]);
  // A compressed answer would hide an echoed secret.
  if (credential !== undefined) own.set('accept-encoding', 'identity');
  const left = pairs.filter(([name]) => !own.has(name) && !rule.without?.includes(name));
  return [...own, ...left];
}

/** Replaces secrets in the headers of an answer. */
export function redactedHeaders(pairs: HeaderPairs, redaction: Redaction): HeaderPairs {
  return pairs.map(([name, value]) => [name, redaction.text(value)]);
}

/** Headers as Node's clients and servers take them: a list for each name that occurs more than once. */
export function headerObject(pairs: HeaderPairs): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    const before = found[name];
    if (before === undefined) found[name] = value;
    else if (typeof before === 'string') found[name] = [before, value];
    else before.push(value);
  }
  return found;
}

/** Trailers as pairs, for a message whose body has been read. */
export function trailerPairs(trailers: NodeJS.Dict<string> | IncomingHttpHeaders): HeaderPairs {
  return Object.entries(trailers).flatMap(([name, value]) =>
    typeof value === 'string' && !name.startsWith(':') ? [[name, value] as const] : [],
  );
}

/** Joins the cookies that HTTP/2 may split (RFC 9113, section 8.2.3), as HTTP/1.1 needs them. */
export function joinCookies(pairs: HeaderPairs): HeaderPairs {
  const cookies = pairs.filter(([name]) => name === 'cookie').map(([, value]) => value);
  if (cookies.length < 2) return pairs;
  return [...pairs.filter(([name]) => name !== 'cookie'), ['cookie', cookies.join('; ')]];
}
