import { createHash } from 'node:crypto';
import type { AgentKey } from './message.ts';

/** The name of a key in a grant. */
export type KeyName =
  /** `SHA256:…`, as ssh-keygen -l prints it. */
  | { readonly kind: 'fingerprint'; readonly text: string }
  /** The public key, from a file such as `id_ed25519.pub`. */
  | { readonly kind: 'public key'; readonly blob: Buffer }
  /** The comment with which it was added. */
  | { readonly kind: 'comment'; readonly text: string };

/** The fingerprint of a key, as ssh-keygen -l prints it. */
export function fingerprintOf({ blob }: Pick<AgentKey, 'blob'>): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Tells whether a name in a grant is that of a key. */
export function isNamed(key: AgentKey, name: KeyName): boolean {
  switch (name.kind) {
    case 'fingerprint':
      return fingerprintOf(key) === name.text;
    case 'public key':
      return key.blob.equals(name.blob);
    case 'comment':
      return key.comment === name.text;
  }
}

/** Reads the name of a key: a fingerprint, a line with a public key, or a comment. */
export function keyNameOf(text: string): KeyName {
  if (text.startsWith('SHA256:')) return { kind: 'fingerprint', text };
  const blob = publicKeyOf(text);
  return blob === undefined ? { kind: 'comment', text } : { kind: 'public key', blob };
}

/** Reads a line of a file with a public key (sshd(8), AUTHORIZED_KEYS FILE FORMAT, without options). */
export function publicKeyOf(line: string): Buffer | undefined {
  const [, type, base64] =
    /^((?:ssh|ecdsa|sk)-[\w@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/.exec(line.trim()) ?? [];
  if (type === undefined || base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return blob.toString('latin1', 4, 4 + length) === type ? blob : undefined;
}
