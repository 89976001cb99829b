import { createHash } from 'node:crypto';

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
/** Mixed into the checksum by every writer and reader of the format. */
const SALT = 'Mighty Aphrodite';

/** The password of the store: Java's own stores have it, and it guards nothing. */
export const STORE_PASSWORD = 'changeit';

/**
 * Makes a store of trusted certificates as Java reads it, in the format JKS: a count, entries of a name, a time and a
 * certificate, and a checksum (sun.security.provider.JavaKeyStore of OpenJDK).
 *
 * @param certificates In DER.
 */
export function javaTrustStore(certificates: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(VERSION, 4);
  head.writeUInt32BE(certificates.length, 8);
  const entries = certificates.flatMap((certificate, index) => {
    const tag = Buffer.alloc(4);
    tag.writeUInt32BE(TRUSTED_CERTIFICATE);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(certificate.length);
    return [tag, shortText(`authority-${index}`), Buffer.alloc(8), shortText('X.509'), length, certificate];
  });
  const body = Buffer.concat([head, ...entries]);
  const password = Buffer.from(STORE_PASSWORD, 'utf16le').swap16();
  const checksum = createHash('sha1').update(password).update(SALT).update(body).digest();
  return Buffer.concat([body, checksum]);
}

/** A text as DataOutput.writeUTF writes it; ours is ASCII. */
function shortText(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, Buffer.from(text, 'latin1')]);
}

/** Takes the certificates out of a bundle in PEM; each becomes DER. */
export function certificatesOf(bundle: string): readonly Buffer[] {
  const found = bundle.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return [...found].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
}
