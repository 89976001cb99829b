import { Transform, type TransformCallback } from 'node:stream';
import type { Credential } from './credential.ts';

/** A text that must not come back, and the text of equal length that takes its place. */
type Pair = { readonly secret: Buffer; readonly replacement: Buffer };

/**
 * Replaces a secret in everything that comes back from its origin: as it is, percent-encoded, and in base64 (also as the
 * end of a user name and password). Lengths stay the same. Other encodings, such as encryption by the server, are not seen.
 */
export class Redaction {
  readonly #pairs: readonly Pair[];

  constructor(credentials: readonly Credential[]) {
    this.#pairs = credentials.flatMap(pairsOf);
  }

  /** Replaces the secrets in a text, such as the value of a header. */
  text(text: string): string {
    if (this.#pairs.length === 0) return text;
    const bytes = Buffer.from(text, 'latin1');
    return this.#replace(bytes) ? bytes.toString('latin1') : text;
  }

  /** Makes a stream that replaces the secrets in what goes through. It holds back only what may begin a secret. */
  stream(): Transform {
    let held: Buffer = Buffer.alloc(0);
    return new Transform({
      transform: (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void => {
        const bytes = Buffer.concat([held, chunk]);
        this.#replace(bytes);
        const end = bytes.length - this.#pending(bytes);
        held = bytes.subarray(end);
        done(null, bytes.subarray(0, end));
      },
      flush: (done: TransformCallback): void => done(null, held),
    });
  }

  /** Replaces in place; true if there was anything. */
  #replace(bytes: Buffer): boolean {
    let replaced = false;
    for (const { secret, replacement } of this.#pairs) {
      for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + secret.length)) {
        replacement.copy(bytes, at);
        replaced = true;
      }
    }
    return replaced;
  }

  /** Counts the last bytes that may be the beginning of a secret. */
  #pending(bytes: Buffer): number {
    let most = 0;
    for (const { secret } of this.#pairs) {
      for (let length = Math.min(secret.length - 1, bytes.length); length > most; length--) {
        if (bytes.subarray(bytes.length - length).equals(secret.subarray(0, length))) most = length;
      }
    }
    return most;
  }
}

/** Base64 of a text depends on where in a group of three bytes it begins: the groups that it fills alone count. */
function inBase64(text: string, offset: number, encoding: 'base64' | 'base64url'): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const first = offset === 0 ? 0 : 4;
  const end = Math.floor(bytes.length / 3) * 4;
  return bytes.toString(encoding).slice(first, end);
}

function pairsOf({ secret, placeholder }: Credential): Pair[] {
  const forms = (text: string): string[] => [
    text,
    encodeURIComponent(text),
    ...(['base64', 'base64url'] as const).flatMap((encoding) =>
      [0, 1, 2].map((offset) => inBase64(text, offset, encoding)),
    ),
  ];
  const replacements = forms(placeholder);
  const found = new Map<string, Pair>();
  for (const [index, form] of forms(secret).entries()) {
    const replacement = Buffer.from(replacements[index] ?? '');
    const bytes = Buffer.from(form);
    // Forms of a few bytes would occur by chance; the secret itself has at least eight characters.
    if (bytes.length >= 8 && bytes.length === replacement.length)
      found.set(form, { secret: bytes, replacement });
  }
  return [...found.values()];
}
