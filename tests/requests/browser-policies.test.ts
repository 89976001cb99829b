import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Authority } from '../../src/requests/authority.ts';
import { browserPolicies } from '../../src/requests/browser-policies.ts';

const FILE = '/run/cloudabi/authority.pem';

test('a folder of Chromium that the program sees gets a policy beside its own files, and others none', async (t) => {
  const { certificate } = await Authority.make(['api.example.org']);
  assert.deepEqual(
    browserPolicies(certificate, FILE, () => false),
    [],
  );
  if (!existsSync('/etc/chromium')) return t.skip('no Chromium here');
  const [folder] = browserPolicies(certificate, FILE, (path) => path === '/etc/chromium');
  const policy = folder?.files.at(-1);
  assert.equal(policy?.path, '/etc/chromium/policies/managed/cloudabi-authority.json');
  const [encoded] = JSON.parse(String(policy?.content)).CACertificates;
  assert.equal(
    Buffer.from(encoded, 'base64').toString('base64'),
    certificate.replace(/-----.*-----|\s/g, ''),
  );
});

test('a folder of Firefox that the program sees gets a policy that installs the certificate, and keeps the others', async (t) => {
  const { certificate } = await Authority.make(['api.example.org']);
  const at = '/usr/share/firefox-esr/distribution';
  if (!existsSync(at)) return t.skip('no Firefox of Debian here');
  const [folder] = browserPolicies(certificate, FILE, (path) => path === at);
  const policy = folder?.files.at(-1);
  assert.equal(policy?.path, `${at}/policies.json`);
  assert.deepEqual(JSON.parse(String(policy?.content)).policies.Certificates.Install.at(-1), FILE);
});
