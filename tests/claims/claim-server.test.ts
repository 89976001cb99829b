// A real API server takes the objects of a claim, and loses them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { claimObjects, openClaimCluster } from '../../src/claims/index.ts';
import { startApiServer } from '../frame/graph/cluster.ts';

/** No controllers run: these make what a node brings. */
const BROUGHT = `apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: default }
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: cloudabi }
handler: cloudabi
`;

test('an API server takes the objects of a claim, whose policy allows nothing', async (t) => {
  const config = await startApiServer(t);
  if (config === undefined) return;
  const kubectl = (...words: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync(join(dirname(config), 'kubectl'), words, {
      env: { ...process.env, KUBECONFIG: config },
      input: BROUGHT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  kubectl('create', '-f', '-');
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = config;
  const { api, place } = await openClaimCluster({ image: 'tools:1' });
  if (before === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = before;
  assert.equal(await api.hasSandboxes(), false);
  const claim = { name: 'claim-1', program: '/tool', grants: 'null', timeLimit: 2500, memory: 2 ** 26 };
  const objects = claimObjects(claim, place, false);
  for (const object of objects) await api.create(object);
  const list = (): { kind: string; spec: object }[] =>
    JSON.parse(kubectl('get', 'pod,networkpolicy', '--output', 'json')).items;
  const [pod, policy] = list();
  assert.deepEqual([pod?.kind, policy?.kind], ['Pod', 'NetworkPolicy']);
  // An empty list of rules is none.
  assert.deepEqual(policy?.spec, {
    podSelector: { matchLabels: { 'cloudabi.dev/claim': 'claim-1' } },
    policyTypes: ['Ingress', 'Egress'],
  });
  assert.match(kubectl('get', 'pod', '--selector', 'cloudabi.dev/claim=claim-1', '-o', 'name'), /claim-1/);
  assert.equal((await api.pod('claim-1'))?.phase, 'Pending');
  for (const object of objects.toReversed()) await api.remove(object);
  for (const object of objects.toReversed()) await api.remove(object);
  assert.deepEqual(list(), []);
});
