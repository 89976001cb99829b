// The signer against a real API server: it writes Secrets for the accounts that ask, and keeps its root.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { identityIn } from '../../../src/graph/channels/identity.ts';
import { executable } from '../../frame/cli/commands.ts';
import { startApiServer } from '../../frame/graph/cluster.ts';

test('the signer writes a Secret for each account with the label, by a root that it keeps', async (t) => {
  const config = await startApiServer(t);
  if (config === undefined) return;
  const env = { ...process.env, KUBECONFIG: config, NODE_NO_WARNINGS: '1' };
  const kubectl = (input: string, ...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(join(dirname(config), 'kubectl'), words, {
      env,
      input,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const account = (name: string, labels: object): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: 'default', labels },
    });
  for (let tries = 0; tries < 3000; tries++) {
    const { status } = spawnSync(join(dirname(config), 'kubectl'), ['get', 'namespace', 'default'], { env });
    if (status === 0) break;
  }
  kubectl(account('front', { 'cloudabi.dev/channel': 'secret' }), 'apply', '-f', '-');
  kubectl(account('other', {}), 'apply', '-f', '-');
  const signed = async (wanted: string): Promise<string> => {
    const child = spawn(
      process.execPath,
      [executable('cloudabi'), 'graph', 'signer', '--secrets', '--namespace', 'default'],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    t.after(() => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) if (line === wanted) break;
    child.kill('SIGTERM');
    return kubectl('', 'get', 'secret', 'front-channel', '-o', 'jsonpath={.data}');
  };
  const read = (text: string, name: string): string => {
    const data: unknown = JSON.parse(text);
    return Buffer.from(String(Reflect.get(Object(data), name)), 'base64').toString();
  };
  const first = await signed('wrote a Secret for default/front');
  const certificate = new X509Certificate(
    read(first, 'credentials.pem').replace(/^[\s\S]*(?=-----BEGIN CERTIFICATE)/, ''),
  );
  const root = new X509Certificate(read(first, 'trust.pem'));
  assert.equal(identityIn(certificate), 'spiffe://cluster.local/ns/default/sa/front');
  assert.ok(certificate.verify(root.publicKey) && certificate.checkIssued(root));
  assert.equal(
    spawnSync(join(dirname(config), 'kubectl'), ['get', 'secret', 'other-channel'], { env }).status,
    1,
  );
  const second = await signed('wrote a Secret for default/front');
  assert.equal(read(second, 'trust.pem'), read(first, 'trust.pem'));
  assert.notEqual(read(second, 'credentials.pem'), read(first, 'credentials.pem'));
});
