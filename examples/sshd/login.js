// The dialogue with a client before it is known: a name and a password, each on a line.
import { createHash, timingSafeEqual } from 'node:crypto';

/** The longest line of a client, in bytes. */
const LONGEST = 256;

/** Reads lines of a socket, and gives up at one that is too long. */
export async function* linesOf(socket) {
  let rest = '';
  for await (const part of socket) {
    rest += part.toString('utf8');
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      if (end > LONGEST) return;
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
    if (rest.length > LONGEST) return;
  }
}

/**
 * The hashes of passwords by users.
 *
 * @param {readonly string[]} lines `NAME:SHA-256`, in hexadecimal.
 */
export function hashesOf(lines) {
  return new Map(lines.map((line) => line.split(':')));
}

/**
 * Finds out who the client is.
 *
 * @param {AsyncIterator<string>} lines
 * @param {ReadonlyMap<string, string>} hashes The SHA-256 of each user's password.
 * @returns {Promise<string | undefined>} The name of the user.
 */
export async function authenticate(lines, hashes) {
  const name = (await lines.next()).value ?? '';
  const password = (await lines.next()).value ?? '';
  const hash = createHash('sha256').update(password).digest();
  const known = Buffer.from(hashes.get(name) ?? '00'.repeat(hash.length), 'hex');
  return known.length === hash.length && timingSafeEqual(known, hash) && hashes.has(name) ? name : undefined;
}
