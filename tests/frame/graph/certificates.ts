import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelAuthority } from '../../../src/graph/channels/authority.ts';

/** Writes certificates as a kubelet does: into a new folder, to which a link is moved. */
export function writeCertificates(folder: string, credentials: string, trust: string): void {
  const version = `..${Date.now()}-${Math.random()}`;
  mkdirSync(join(folder, version), { recursive: true });
  writeFileSync(join(folder, version, 'credentials.pem'), credentials);
  writeFileSync(join(folder, version, 'trust.pem'), trust);
  symlinkSync(version, join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
  for (const name of ['credentials.pem', 'trust.pem'])
    try {
      symlinkSync(`..data/${name}`, join(folder, name));
    } catch {
      // The links are there since the first time.
    }
}

/** Makes the folder of the certificates of an account. */
export async function issueTo(
  authority: ChannelAuthority,
  folder: string,
  account: string,
  { now = Date.now(), trust = authority.trust, namespace = 'shop' } = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { credentials } = await authority.make({ namespace, account }, 3_600_000, now);
  writeCertificates(folder, credentials, trust);
  return folder;
}
