import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustFile } from './trust-file.ts';

/** Folders with settings of Chromium, whose own store of authorities is no file of TLS libraries. */
const FOLDERS = ['/etc/chromium', '/etc/opt/chrome'] as const;

/** The file of a folder that holds our policy. */
const POLICY = 'policies/managed/cloudabi-authority.json';

/** The most files of a folder, and the most bytes of each, that are shown again. */
const MOST_FILES = 64;
const MOST_BYTES = 0x40000;

/** A folder that is replaced: an empty one in memory, and the files in it. */
export type ReplacedFolder = { readonly at: string; readonly files: readonly TrustFile[] };

/**
 * Makes folders of settings that let Chromium trust an authority (policy CACertificates). They have the files of the host's
 * beside it, since nothing can be added to a folder of the host.
 *
 * @param certificate In PEM.
 * @param sees Tells whether the program sees a path; the other folders stay absent.
 */
export function browserPolicies(
  certificate: string,
  sees: (path: string) => boolean,
): readonly ReplacedFolder[] {
  const content = JSON.stringify({
    CACertificates: [new X509Certificate(certificate).raw.toString('base64')],
  });
  return FOLDERS.filter(sees).map((at) => ({
    at,
    files: [...filesOf(at), { path: join(at, POLICY), content }],
  }));
}

function filesOf(folder: string): readonly TrustFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== POLICY)
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
