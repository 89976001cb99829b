import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

/** Bytes of a page: what is read, encrypted and written at once. It is the page size of most hosts. */
export const PAGE_SIZE = 4096;

/** Bytes of a nonce of AES-GCM, and of its tag (NIST SP 800-38D). */
export const NONCE_SIZE = 12;
export const TAG_SIZE = 16;

const AES = 'aes-256-gcm';

/** Ciphertext that the key does not authenticate: it was damaged, moved, replaced, or written with another key. */
export class IntegrityError extends Error {
  override readonly name = 'IntegrityError';
}

/**
 * Encrypts bytes with a new nonce.
 *
 * @param key 32 bytes.
 * @param place The bytes that say where the ciphertext belongs; it can be read nowhere else.
 * @param seal Takes the nonce and, behind it, the tag.
 * @param into Takes as many bytes as `plain` has.
 */
export function encryptInto(
  key: Uint8Array,
  place: Uint8Array,
  plain: Uint8Array,
  seal: Uint8Array,
  into: Uint8Array,
): void {
  const nonce = seal.subarray(0, NONCE_SIZE);
  randomFillSync(nonce);
  const cipher = createCipheriv(AES, key, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(place);
  into.set(cipher.update(plain));
  cipher.final();
  seal.set(cipher.getAuthTag(), NONCE_SIZE);
}

/**
 * Decrypts bytes.
 *
 * @param seal The nonce, and the tag behind it.
 * @throws IntegrityError
 */
export function decryptFrom(
  key: Uint8Array,
  place: Uint8Array,
  ciphertext: Uint8Array,
  seal: Uint8Array,
): Uint8Array {
  const nonce = seal.subarray(0, NONCE_SIZE);
  const decipher = createDecipheriv(AES, key, nonce, { authTagLength: TAG_SIZE });
  decipher.setAAD(place);
  decipher.setAuthTag(seal.subarray(NONCE_SIZE, NONCE_SIZE + TAG_SIZE));
  const plain = decipher.update(ciphertext);
  try {
    decipher.final();
  } catch {
    throw new IntegrityError('A page is not authentic');
  }
  return plain;
}
