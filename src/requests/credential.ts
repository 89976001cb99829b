import { randomInt } from 'node:crypto';

/** The place of a secret in the requests to its origin. */
export type Placement =
  /** `Authorization: Bearer SECRET` (RFC 6750). */
  | { readonly kind: 'bearer' }
  /** `Authorization: Basic` with this user name (RFC 7617). */
  | { readonly kind: 'basic'; readonly user: string }
  /** A header of its own, by lower-case name. */
  | { readonly kind: 'header'; readonly name: string }
  /** A parameter of the query. */
  | { readonly kind: 'query'; readonly name: string };

/** A secret, and the placeholder that the program sees instead. Both have the same length. */
export type Credential = {
  readonly secret: string;
  readonly placeholder: string;
  readonly placement: Placement;
};

/** Fewest characters of a secret: a shorter one would occur in answers by chance, and be replaced there. */
export const SHORTEST_SECRET = 8;

/** Prefixes by which services mark their keys, such as `ghp_` and `sk-ant-api03-`. */
const PREFIX = /^(?:[A-Za-z][A-Za-z0-9]{0,7}[-_]){1,3}/;

/**
 * Makes a placeholder of the same length and shape: letters for letters, digits for digits. Programs check the form of
 * their keys, so that a marking prefix of a long secret stays.
 */
export function placeholderFor(secret: string): string {
  const prefix = secret.length >= 24 ? (PREFIX.exec(secret)?.[0] ?? '') : '';
  const kept = prefix.length * 3 <= secret.length ? prefix.length : 0;
  for (;;) {
    const made = secret.slice(0, kept) + Array.from(secret.slice(kept), standIn).join('');
    if (made !== secret) return made;
  }
}

function standIn(character: string): string {
  const pick = (characters: string): string => characters[randomInt(characters.length)] ?? '';
  if (/[0-9]/.test(character)) return pick('0123456789');
  if (/[a-z]/.test(character)) return pick('abcdefghijklmnopqrstuvwxyz');
  if (/[A-Z]/.test(character)) return pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  return character;
}

/** The header that carries a credential: its lower-case name and value; `undefined` if it goes into the query. */
export function credentialHeader({
  secret,
  placement,
}: Credential): readonly [name: string, value: string] | undefined {
  switch (placement.kind) {
    case 'bearer':
      return ['authorization', `Bearer ${secret}`];
    case 'basic':
      return ['authorization', `Basic ${Buffer.from(`${placement.user}:${secret}`).toString('base64')}`];
    case 'header':
      return [placement.name, secret];
    case 'query':
      return undefined;
  }
}

/** Sets the parameter of a request target that carries a credential; others stay as they are. */
export function credentialTarget({ secret, placement }: Credential, target: string): string {
  if (placement.kind !== 'query') return target;
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const name = encodeURIComponent(placement.name);
  const others = (at < 0 ? '' : target.slice(at + 1)).split('&').filter((part) => {
    const [key = ''] = part.split('=', 1);
    return part !== '' && decoded(key) !== placement.name;
  });
  return `${path}?${[...others, `${name}=${encodeURIComponent(secret)}`].join('&')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
