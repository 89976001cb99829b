import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { Authority } from '../../src/requests/authority.ts';
import { certificatesOf, javaTrustStore, STORE_PASSWORD } from '../../src/requests/java-trust-store.ts';

test('a bundle is taken apart into its certificates', () => {
  const some = rootCertificates.slice(0, 5);
  assert.equal(certificatesOf(some.join('\n')).length, 5);
  assert.deepEqual(certificatesOf('nothing'), []);
});

const keytool = spawnSync('keytool', ['-help']).error ? 'this needs Java (default-jre-headless)' : false;

test('Java reads the store', { skip: keytool }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const file = join(folder, 'authorities.jks');
  const { certificate } = await Authority.make(['api.example.org']);
  writeFileSync(file, javaTrustStore(certificatesOf(`${rootCertificates[0]}\n${certificate}`)));
  const args = ['-list', '-v', '-keystore', file, '-storepass', STORE_PASSWORD];
  const { stdout, status } = spawnSync('keytool', args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /Your keystore contains 2 entries/);
  assert.match(stdout, /cloudabi: authority of one run/);
});
