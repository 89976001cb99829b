import { resolve } from 'node:path';
import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { textIn, type Written } from './written.ts';

/** The name of a key of an ssh-agent, as it is written. */
export type AgentKeyName =
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  | { readonly kind: 'fingerprint'; readonly text: string }
  /** The path of a file with the public key, absolute. */
  | { readonly kind: 'file'; readonly path: string }
  /** The comment with which it was added. */
  | { readonly kind: 'comment'; readonly text: string };

/** A grant of an ssh-agent that signs with some keys. */
export type AgentGrant = {
  readonly keys: readonly AgentKeyName[];
  /** The absolute path of the agent's socket; `undefined` for the one that SSH_AUTH_SOCK of the launcher names. */
  readonly agent: string | undefined;
  readonly position: Position | undefined;
};

const MAX_KEYS = 256;

/** Reads `ssh_agent`: a list of keys, or a map with `keys` and the path of the agent's socket. */
export function readAgent(fields: Fields, context: ReadContext): AgentGrant | undefined {
  const written = fields.get('ssh_agent');
  if (written === undefined) return undefined;
  const position = fields.at('ssh_agent');
  if (written.kind !== 'map') {
    const keys = keysOf(written, fields, 'ssh_agent', context);
    return keys && { keys, agent: undefined, position };
  }
  const subject = `'${fields.spell('ssh_agent')}'`;
  const inner = Fields.read(written, ['keys', 'agent'], { ...context, subject, position });
  if (inner === undefined) return undefined;
  const list = inner.get('keys');
  const keys =
    list === undefined
      ? inner.missing('keys', 'the keys that it signs with')
      : keysOf(list, inner, 'keys', context);
  const path = inner.text('agent');
  return keys && { keys, agent: path === undefined ? undefined : resolve(context.directory, path), position };
}

function keysOf(
  written: Written,
  fields: Fields,
  key: string,
  { directory }: ReadContext,
): readonly AgentKeyName[] | undefined {
  const wanted = 'a list of keys, each a fingerprint (SHA256:…), a file (….pub) or the comment of a key';
  if (written.kind !== 'seq' || written.items.length === 0 || written.items.length > MAX_KEYS)
    return fields.expected(key, wanted, written);
  return written.items.flatMap((item): readonly AgentKeyName[] => {
    const text = textIn(item);
    if (text === undefined || text === '') {
      fields.expected(key, wanted, item);
      return [];
    }
    if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return [{ kind: 'fingerprint', text }];
    if (text.endsWith('.pub')) return [{ kind: 'file', path: resolve(directory, text) }];
    return [{ kind: 'comment', text }];
  });
}

/** Names a key in messages. */
export function nameKey(key: AgentKeyName): string {
  return key.kind === 'file' ? key.path : key.text;
}
