import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { ALGORITHM, newKeys, privateKeyText, serialNumber } from './certificate-keys.ts';

/** Clocks of programs may be behind, and programs may run for months. */
const BEFORE = 24 * 3_600_000;
const AFTER = 365 * 24 * 3_600_000;

/** The identity of a TLS server: its private key and its chain of certificates, in PEM and as TLS uses them. */
export type Host = { readonly key: string; readonly certificate: string; readonly context: SecureContext };

/**
 * An authority for the certificates of one run (RFC 5280). Its key never leaves the process, and its certificate allows
 * only the names of the origins whose requests are held, so that it can vouch for no other server.
 */
export class Authority {
  /** Its certificate, in PEM. */
  readonly certificate: string;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #root: x509.X509Certificate;
  readonly #hosts = new Map<string, Promise<Host>>();

  private constructor(keys: webcrypto.CryptoKeyPair, root: x509.X509Certificate) {
    this.#keys = keys;
    this.#root = root;
    this.certificate = `${root.toString('pem')}\n`;
  }

  /**
   * Makes an authority.
   *
   * @param names The names that it may vouch for, with all names beneath them.
   */
  static async make(names: readonly string[]): Promise<Authority> {
    x509.cryptoProvider.set(webcrypto);
    const keys = await newKeys();
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: 'CN=cloudabi: authority of one run',
      notBefore: new Date(Date.now() - BEFORE),
      notAfter: new Date(Date.now() + AFTER),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(id_ce_nameConstraints, true, constraints(names)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(keys, root);
  }

  /** Makes the context by which a TLS server is a host of this name; it is made once. */
  hostFor(name: string): Promise<Host> {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = this.#makeHost(name);
      this.#hosts.set(name, host);
    }
    return host;
  }

  async #makeHost(name: string): Promise<Host> {
    const keys = await newKeys();
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: 'CN=cloudabi: held origin',
      issuer: this.#root.subject,
      notBefore: this.#root.notBefore,
      notAfter: this.#root.notAfter,
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
      ],
    });
    const key = await privateKeyText(keys.privateKey);
    const certificate = `${leaf.toString('pem')}\n${this.certificate}`;
    const context = createSecureContext({ key, cert: certificate, minVersion: 'TLSv1.2' });
    return { key, certificate, context };
  }
}

/** Name constraints (RFC 5280, section 4.2.1.10): these names, and no addresses. */
function constraints(names: readonly string[]): ArrayBuffer {
  const permitted = names.map((name) => new GeneralSubtree({ base: new GeneralName({ dNSName: name }) }));
  const excluded = ['0.0.0.0/0', '::/0'].map(
    (prefix) => new GeneralSubtree({ base: new GeneralName({ iPAddress: prefix }) }),
  );
  return AsnConvert.serialize(
    new NameConstraints({
      permittedSubtrees: new GeneralSubtrees(permitted),
      excludedSubtrees: new GeneralSubtrees(excluded),
    }),
  );
}
