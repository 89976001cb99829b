import type { X509Certificate } from 'node:crypto';

/** The trust domain of the identities of a cluster (SPIFFE-ID, section 2.1). */
export const TRUST_DOMAIN = 'cluster.local';

/** A part of a name of Kubernetes that an identity is made of: a namespace or a ServiceAccount (RFC 1123). */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** A SPIFFE ID of a ServiceAccount. */
const IDENTITY = /^spiffe:\/\/cluster\.local\/ns\/[a-z0-9][-a-z0-9.]*\/sa\/[a-z0-9][-a-z0-9.]*$/;

/**
 * The identity of the pods of a ServiceAccount.
 *
 * @throws Error for names that the API server would not have accepted.
 */
export function identityOf(namespace: string, account: string): string {
  for (const name of [namespace, account])
    if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a namespace or account`);
  return `spiffe://${TRUST_DOMAIN}/ns/${namespace}/sa/${account}`;
}

/** Tells whether a text is the identity of a ServiceAccount. */
export function isIdentity(text: string): boolean {
  return IDENTITY.test(text);
}

/**
 * Reads the identity of a certificate: its only alternative name, which is a URI (X509-SVID, section 2). One with further
 * names, or with another name, has none.
 */
export function identityIn(certificate: Pick<X509Certificate, 'subjectAltName'>): string | undefined {
  const [, text = ''] = /^URI:([^\s,"]+)$/.exec(certificate.subjectAltName ?? '') ?? [];
  return isIdentity(text) ? text : undefined;
}
