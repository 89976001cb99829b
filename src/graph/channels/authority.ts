import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { ALGORITHM, newKeys, privateKeyText, serialNumber } from '../../requests/certificate-keys.ts';
import { identityOf, TRUST_DOMAIN } from './identity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Clocks of machines differ. The API server takes no certificate that begins five minutes ago. */
const BEFORE = 60_000;

/** The time for which a root is trusted, and the age at which another one takes its place. */
const ROOT_LIFE = 365 * DAY;
const ROOT_AGE = 180 * DAY;

/** The time until every pod trusts a new root: it signs from then on. */
const SPREAD = DAY;

/** The least and the longest life of a certificate; the API server asks for an hour at least. */
const SHORTEST = HOUR;
const LONGEST = DAY;

/** A root as it is kept: PEM of its certificate, and of its key (PKCS #8). */
export type KeptRoot = { readonly certificate: string; readonly key: string };

/** A certificate of a pod, in PEM, and the times at which it begins, is to be renewed, and ends. */
export type IssuedCertificate = {
  readonly chain: string;
  readonly notBefore: Date;
  readonly refresh: Date;
  readonly notAfter: Date;
};

type Root = {
  readonly kept: KeptRoot;
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
};

/** The authority of the channels of a cluster: it vouches for ServiceAccounts and for nothing else. */
export class ChannelAuthority {
  #roots: readonly Root[];

  private constructor(roots: readonly Root[]) {
    this.#roots = roots;
  }

  /**
   * Makes an authority of roots that were kept.
   *
   * @throws Error for texts that are no certificate or key.
   */
  static async open(kept: readonly KeptRoot[]): Promise<ChannelAuthority> {
    x509.cryptoProvider.set(webcrypto);
    return new ChannelAuthority(await Promise.all(kept.map(openRoot)));
  }

  /** The roots, to be kept where nothing but the signer reads. */
  get kept(): readonly KeptRoot[] {
    return this.#roots.map(({ kept }) => kept);
  }

  /** The certificates that pods trust, in PEM. */
  get trust(): string {
    return this.#roots.map(({ kept }) => kept.certificate).join('');
  }

  /**
   * Drops roots that have ended, and makes a new one where the last is old.
   *
   * @returns True if there is something new to keep and to spread.
   */
  async renew(now: number = Date.now()): Promise<boolean> {
    const alive = this.#roots.filter(({ certificate }) => certificate.notAfter.getTime() > now);
    const last = alive.at(-1)?.certificate.notBefore.getTime();
    const fresh = last !== undefined && now - last < ROOT_AGE;
    const changed = !fresh || alive.length !== this.#roots.length;
    this.#roots = fresh ? alive : [...alive, await makeRoot(now)];
    return changed;
  }

  /**
   * Issues a certificate for a ServiceAccount. Names in the request count for nothing.
   *
   * @param request A request for a certificate (PKCS #10, DER), of which the key is taken and the signature checked.
   * @param life Milliseconds that are asked for.
   * @throws Error for a request that is not signed by its own key.
   */
  async issue(
    request: Uint8Array<ArrayBuffer>,
    { namespace, account }: { readonly namespace: string; readonly account: string },
    life: number,
    now: number = Date.now(),
  ): Promise<IssuedCertificate> {
    const parsed = new x509.Pkcs10CertificateRequest(request);
    if (!(await parsed.verify())) throw new Error('The request is not signed by its own key');
    return this.#sign(parsed.publicKey, identityOf(namespace, account), life, now);
  }

  /** Makes a key and a certificate for a ServiceAccount, for clusters whose kubelets make none: both in PEM. */
  async make(
    { namespace, account }: { readonly namespace: string; readonly account: string },
    life: number,
    now: number = Date.now(),
  ): Promise<{ readonly credentials: string; readonly issued: IssuedCertificate }> {
    const keys = await newKeys();
    const key = await x509.PublicKey.create(keys.publicKey);
    const issued = await this.#sign(key, identityOf(namespace, account), life, now);
    return { credentials: (await privateKeyText(keys.privateKey)) + issued.chain, issued };
  }

  async #sign(
    publicKey: x509.PublicKey,
    identity: string,
    life: number,
    now: number,
  ): Promise<IssuedCertificate> {
    const { certificate: root, key } = this.#signing(now);
    // The times of certificates have no fractions of seconds.
    const start = Math.floor((now - BEFORE) / 1000) * 1000;
    const length = Math.min(Math.max(life, SHORTEST), LONGEST);
    const end = Math.min(start + length, root.notAfter.getTime());
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: '',
      issuer: root.subject,
      notBefore: new Date(start),
      notAfter: new Date(end),
      signingAlgorithm: ALGORITHM,
      publicKey,
      signingKey: key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        // Critical, because the subject is empty (RFC 5280, section 4.2.1.6).
        new x509.SubjectAlternativeNameExtension([{ type: 'url', value: identity }], true),
        await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      ],
    });
    const refresh = start + Math.floor((end - start) / 2000) * 1000;
    return {
      chain: `${leaf.toString('pem')}\n`,
      notBefore: new Date(start),
      refresh: new Date(refresh),
      notAfter: new Date(end),
    };
  }

  /** The root that signs: the last one that all pods know by now, or the first. */
  #signing(now: number): Root {
    const known = this.#roots.filter(
      ({ certificate }) =>
        now - certificate.notBefore.getTime() > SPREAD && certificate.notAfter.getTime() > now,
    );
    const root = known.at(-1) ?? this.#roots[0];
    if (root === undefined) throw new Error('The authority has no root');
    return root;
  }
}

async function openRoot(kept: KeptRoot): Promise<Root> {
  const der = x509.PemConverter.decodeFirst(kept.key);
  const key = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  return { kept, certificate: new x509.X509Certificate(kept.certificate), key };
}

async function makeRoot(now: number): Promise<Root> {
  const keys = await newKeys();
  const start = Math.floor((now - BEFORE) / 1000) * 1000;
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=cloudabi channels',
    notBefore: new Date(start),
    notAfter: new Date(start + ROOT_LIFE),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${TRUST_DOMAIN}` }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return openRoot({
    certificate: `${root.toString('pem')}\n`,
    key: await privateKeyText(keys.privateKey),
  });
}
