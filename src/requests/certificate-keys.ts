import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { PemConverter } from '@peculiar/x509';

/** The algorithm of all keys and signatures of ours: TLS 1.3 has it everywhere (RFC 8446, section 9.1). */
export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Makes a key of an authority or of a certificate. */
export function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Writes a private key in PEM (PKCS #8), with a line feed at the end. */
export async function privateKeyText(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** Draws the number of a certificate: positive, of 16 random bytes, in hexadecimal (RFC 5280, section 4.1.2.2). */
export function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
