import { parseHost } from '../../network/parse-host.ts';
import { MAX_PORT, type NetworkRule } from '../../network/rule.ts';
import { ShapeError, textShape, type WireShape } from '../shape.ts';

/** A server of HTTP, by the way to it. */
export type Origin = { readonly tls: boolean; readonly name: string; readonly port: number };

/** The longest name (RFC 1035) with a scheme and a port. */
const LONGEST = 280;

/**
 * Reads an origin: a scheme, a name and, where it is not that of the scheme, a port.
 *
 * @returns `undefined` for another text.
 */
export function readOrigin(text: string): Origin | undefined {
  const [, scheme = '', host = '', written] = /^(https?):\/\/([^/:@?#\s]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const tls = scheme.toLowerCase() === 'https';
  const port = written === undefined ? (tls ? 443 : 80) : Number(written);
  const { value } = parseHost(host);
  if (port < 1 || port > MAX_PORT) return undefined;
  if (value?.kind === 'localhost') return { tls, name: 'localhost', port };
  return value?.kind === 'name' ? { tls, name: value.name, port } : undefined;
}

/** Writes an origin in its one spelling. */
export function writeOrigin({ tls, name, port }: Origin): string {
  return `${tls ? 'https' : 'http'}://${name}${port === (tls ? 443 : 80) ? '' : `:${port}`}`;
}

/** Gives the rule of the network by which the launcher connects to an origin. */
export function ruleOfOrigin({ name, port }: Origin): NetworkRule {
  const host = name === 'localhost' ? ({ kind: 'localhost' } as const) : ({ kind: 'name', name } as const);
  return { host, ports: [{ first: port, last: port }], protocol: 'tcp' };
}

const WORDS = "an origin such as 'https://api.example.org' or 'http://localhost:8080'";
const text = textShape(LONGEST);

/** An origin in its one spelling: two spellings of one could have two rules. */
export const originShape: WireShape<string> = {
  words: WORDS,
  type: 'string',
  samples: ['https://api.example.org', 'https://example.org:8443', 'http://localhost:8080'],
  read: (value, path) => {
    const given = text.read(value, path);
    const origin = readOrigin(given);
    if (origin === undefined) throw new ShapeError(path, `expects ${WORDS}`);
    const written = writeOrigin(origin);
    if (written !== given) throw new ShapeError(path, `is written '${written}'`);
    return given;
  },
  write: (value) => value,
};
