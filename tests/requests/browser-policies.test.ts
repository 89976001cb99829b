import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { Authority } from '../../src/requests/authority.ts';
import { browserPolicies } from '../../src/requests/browser-policies.ts';

test('a folder of Chromium that the program sees gets a policy beside its own files, and others none', async (t) => {
  const { certificate } = await Authority.make(['api.example.org']);
  assert.deepEqual(
    browserPolicies(certificate, () => false),
    [],
  );
  if (!existsSync('/etc/chromium')) return t.skip('no Chromium here');
  const [folder] = browserPolicies(certificate, (path) => path === '/etc/chromium');
  const policy = folder?.files.at(-1);
  assert.equal(policy?.path, '/etc/chromium/policies/managed/cloudabi-authority.json');
  const [encoded] = JSON.parse(String(policy?.content)).CACertificates;
  assert.equal(
    Buffer.from(encoded, 'base64').toString('base64'),
    certificate.replace(/-----.*-----|\s/g, ''),
  );
});
