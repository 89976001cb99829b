import type { HostRule, SecretPlace } from '../resources/constructors.ts';
import { splitMethods } from '../resources/network-rule.ts';
import { UsageError } from './options.ts';

/** A secret of an option: the variable that has it, its origin, and its place in requests. */
type Secret = {
  readonly variable: string;
  readonly origin: string;
  readonly as: SecretPlace;
};

const FORM = "NAME@HOST:PORT or NAME@HOST:PORT=PLACE, such as 'API_KEY@api.example.org:443=header:x-api-key'";

/** Reads `NAME@HOST:PORT[=PLACE]`; PLACE is `bearer`, `header:NAME`, `basic:USER` or `query:NAME`. */
function secretOf(text: string): Secret {
  const [, variable, origin, place = 'bearer'] = /^([^@=]+)@([^=]+:\d+)(?:=(.+))?$/.exec(text) ?? [];
  if (variable === undefined || origin === undefined)
    throw new UsageError(`A secret is given as ${FORM}, not '${text}'`);
  return { variable, origin, as: placeOf(place) };
}

function placeOf(text: string): SecretPlace {
  if (text === 'bearer') return text;
  const [, kind, name = ''] = /^(header|basic|query):(.+)$/.exec(text) ?? [];
  switch (kind) {
    case 'header':
      return { header: name };
    case 'basic':
      return { basic: name };
    case 'query':
      return { query: name };
    default:
      throw new UsageError(
        `The place of a secret is 'bearer', 'header:NAME', 'basic:USER' or 'query:NAME', not '${text}'`,
      );
  }
}

/**
 * Adds secrets to the rules of a network. A rule of the same origin, with methods or without, gets its secret; an origin
 * without a rule gets one.
 *
 * @throws UsageError
 */
export function withSecrets(rules: readonly string[], secrets: readonly string[]): readonly HostRule[] {
  const left = new Map<string, Secret>();
  for (const secret of secrets.map(secretOf)) {
    if (left.has(secret.origin)) throw new UsageError(`Two secrets are for '${secret.origin}'`);
    left.set(secret.origin, secret);
  }
  const found = rules.map((text): HostRule => {
    const { from, methods } = splitMethods(text);
    const host = text.slice(from);
    const secret = left.get(host);
    if (secret === undefined) return text;
    left.delete(host);
    return { ...ruleOf(secret), ...(methods && { methods }) };
  });
  return [...found, ...[...left.values()].map(ruleOf)];
}

function ruleOf({ variable, origin, as }: Secret): HostRule & object {
  return { host: origin, credential: { environment: variable, as } };
}
