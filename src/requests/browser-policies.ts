import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustFile } from './trust-file.ts';

/** Folders with settings of Chromium, whose own store of authorities is no file of TLS libraries. */
const CHROMIUM = ['/etc/chromium', '/etc/opt/chrome'] as const;

/** Folders with settings of Firefox in distributions and in Mozilla's own archive, which are beside the program itself. */
const FIREFOX = [
  '/usr/share/firefox-esr/distribution',
  '/usr/lib/firefox/distribution',
  '/usr/lib64/firefox/distribution',
  '/opt/firefox/distribution',
] as const;

/** The file of such a folder with policies: there is one for all. */
const POLICIES = 'policies.json';

/** The file of a folder that holds our policy. */
const POLICY = 'policies/managed/cloudabi-authority.json';

/** The most files of a folder, and the most bytes of each, that are shown again. */
const MOST_FILES = 64;
const MOST_BYTES = 0x40000;

/** A folder that is replaced: an empty one in memory, and the files in it. */
export type ReplacedFolder = { readonly at: string; readonly files: readonly TrustFile[] };

/**
 * Makes folders of settings that let Chromium (policy CACertificates) and Firefox (Certificates.Install) trust an authority.
 * They have the files of the host's beside it, since nothing can be added to a folder of the host.
 *
 * @param certificate In PEM.
 * @param file The file in the program's world that has it alone.
 * @param sees Tells whether the program sees a path; the other folders stay absent.
 */
export function browserPolicies(
  certificate: string,
  file: string,
  sees: (path: string) => boolean,
): readonly ReplacedFolder[] {
  const content = JSON.stringify({
    CACertificates: [new X509Certificate(certificate).raw.toString('base64')],
  });
  const chromium = CHROMIUM.filter(sees).map((at) => ({
    at,
    files: [
      ...filesOf(at).filter(({ path }) => path !== join(at, POLICY)),
      { path: join(at, POLICY), content },
    ],
  }));
  const firefox = FIREFOX.filter(sees).map((at) => {
    const path = join(at, POLICIES);
    const files = filesOf(at);
    const theirs = files.find((one) => one.path === path)?.content;
    const others = files.filter((one) => one.path !== path);
    return { at, files: [...others, { path, content: withCertificate(theirs, file) }] };
  });
  return [...chromium, ...firefox];
}

/** Adds a certificate to policies of Firefox; policies that cannot be read are those of none. */
function withCertificate(theirs: string | Uint8Array | undefined, file: string): string {
  const policies = objectIn(objectIn(parsed(theirs))['policies']);
  const certificates = objectIn(policies['Certificates']);
  const install = Array.isArray(certificates['Install']) ? certificates['Install'] : [];
  const Certificates = { ...certificates, Install: [...install, file] };
  return JSON.stringify({ policies: { ...policies, Certificates } });
}

function parsed(content: string | Uint8Array | undefined): unknown {
  try {
    return JSON.parse(content === undefined ? '{}' : Buffer.from(content).toString('utf8'));
  } catch {
    return {};
  }
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function filesOf(folder: string): readonly TrustFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .slice(0, MOST_FILES)
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        const stats = statSync(path);
        return stats.isFile() && stats.size <= MOST_BYTES ? [{ path, content: readFileSync(path) }] : [];
      } catch {
        // This user cannot read it, and so cannot the program.
        return [];
      }
    });
}
