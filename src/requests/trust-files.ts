import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { browserPolicies, type ReplacedFolder } from './browser-policies.ts';
import { certificatesOf, javaTrustStore, STORE_PASSWORD } from './java-trust-store.ts';
import type { TrustFile } from './trust-file.ts';

/** The bundles of distributions that their TLS libraries read without being told. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const;

/** The stores of Java's packages in distributions. */
const STORES = ['/etc/ssl/certs/java/cacerts', '/etc/pki/java/cacerts'] as const;

const FOLDER = '/run/cloudabi';
const BUNDLE = `${FOLDER}/authorities.pem`;
const STORE = `${FOLDER}/authorities.jks`;
/** The authority of the run alone. */
const AUTHORITY = `${FOLDER}/authority.pem`;

/**
 * The variables by which clients of TLS are told of a bundle: OpenSSL, Go and Python; Node and npm; requests and pip; curl;
 * git; cargo; Deno; the tools of AWS.
 */
const VARIABLES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO',
  'DENO_CERT',
  'AWS_CA_BUNDLE',
] as const;

/** The files and variables that make a program trust an authority. */
export type Trust = {
  readonly files: {
    /** Files that are made for the program. */
    readonly own: readonly TrustFile[];
    /** Files of the host that the program sees, and those of `own` that are seen in their place. */
    readonly covers: readonly { readonly path: string; readonly from: string }[];
    /** Folders of the host that the program sees, and that are seen anew. */
    readonly folders: readonly ReplacedFolder[];
  };
  readonly environment: readonly (readonly [name: string, value: string])[];
};

/**
 * Makes the files and variables that let clients of TLS trust an authority beside those of this host.
 *
 * @param certificate Its certificate in PEM.
 * @param trusted The certificates of the others (`trustedHere`).
 * @param sees Tells whether the program sees a path; bundles and stores that it sees are covered.
 */
export function trustFor(
  certificate: string,
  trusted: readonly string[],
  sees: (path: string) => boolean,
): Trust {
  const bundle = [...trusted, certificate].join('\n');
  const store = javaTrustStore(certificatesOf(bundle));
  const java = `-Djavax.net.ssl.trustStore=${STORE} -Djavax.net.ssl.trustStorePassword=${STORE_PASSWORD}`;
  const stores = STORES.filter(sees);
  return {
    files: {
      own: [
        { path: BUNDLE, content: bundle },
        { path: STORE, content: store },
        { path: AUTHORITY, content: certificate },
      ],
      covers: [
        ...BUNDLES.filter(sees).map((path) => ({ path, from: BUNDLE })),
        ...stores.map((path) => ({ path, from: STORE })),
      ],
      folders: browserPolicies(certificate, AUTHORITY, sees),
    },
    environment: [
      ...VARIABLES.map((name) => [name, BUNDLE] as const),
      // Java says on standard error that it has read this variable, so that it comes only where it is needed.
      ...(stores.length > 0 ? [] : [['JAVA_TOOL_OPTIONS', java] as const]),
    ],
  };
}

/**
 * The authorities that this host trusts, in PEM: the first bundle that there is, or else Node's own; and those that
 * NODE_EXTRA_CA_CERTS names.
 */
export function trustedHere(): readonly string[] {
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [firstBundle() ?? rootCertificates.join('\n'), ...(extra === undefined ? [] : [read(extra) ?? ''])];
}

function firstBundle(): string | undefined {
  for (const path of BUNDLES) {
    const text = read(path);
    if (text !== undefined) return text;
  }
  return undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
