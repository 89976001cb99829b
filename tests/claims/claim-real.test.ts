// Claims on a real node of Kubernetes: the same program as here, by the same call.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COUNT_FILES, COUNT_GRANTS } from '../frame/claims/count.ts';
import { NODE_IMAGE, noCluster, TestCluster } from '../frame/oci/cluster.ts';

/** It starts a cluster: `npm run real:cluster`. */
const skip = process.env['REAL'] === 'all' ? noCluster : 'takes half a minute: npm run real:cluster';

const RUNTIME = `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: cloudabi }
handler: cloudabi
`;

const SCRIPT = `import { text } from 'node:stream/consumers';
import { launch, openClaimCluster } from 'cloudabi/claims';

const files = ${JSON.stringify(COUNT_FILES)};
const grants = ${JSON.stringify(COUNT_GRANTS)};
const cluster = await openClaimCluster({ image: '${NODE_IMAGE}' });
const results = [];
for (const on of ['here', cluster]) {
  const claim = await launch('count.ts', { on, grants, files, timeLimit: 120_000 });
  claim.input.end('three four five');
  const output = await text(claim.output);
  results.push([output, await claim.exited, String(await claim.read('out/count'))]);
  await claim.end();
}
const idle = "!command { base: system, arguments: [-c, 'sleep 1000'] }";
const slow = await launch('/bin/sh', { on: cluster, grants: idle, timeLimit: 4000 });
const late = await slow.exited;
await slow.end();
const reach = "!command { base: none, directories: { /bin: !file { path: /bin, rights: [read, execute] }, /lib: !file { path: /lib, rights: [read, execute] }, /lib64: !file { path: /lib64, rights: [read, execute] } }, arguments: [-c, 'cat /etc/hosts; cat /cloudabi/grants.yaml; ls /control; echo over'], stdout: !fd stdout }";
const reaching = await launch('/bin/sh', { on: cluster, grants: reach, timeLimit: 120_000 });
const reached = await text(reaching.output);
await reaching.end();
console.log(JSON.stringify({ results, late, reached }));
`;

test('a claim on a node runs as it does here: streams, files and limits', { skip }, (context) => {
  const cluster = new TestCluster(context);
  assert.equal(cluster.apply(RUNTIME).status, 0);
  // Beside the packages of this checkout, so that its own name leads to it.
  const script = join(process.cwd(), 'dist', `claims-${process.pid}.mjs`);
  writeFileSync(script, SCRIPT);
  context.after(() => spawnSync('rm', ['-f', script]));
  const kubeconfig = `KUBECONFIG=${join(cluster.directory, 'pki/admin.kubeconfig')}`;
  const ran = cluster.inside('env', kubeconfig, process.execPath, script);
  assert.equal(ran.status, 0, ran.stderr + cluster.kubectl('describe', 'pods').stdout);
  const { results, late, reached } = JSON.parse(ran.stdout);
  const wanted = ['5 words\ndone\n', { kind: 'exited', code: 0 }, '5'];
  assert.deepEqual(results, [wanted, wanted]);
  assert.deepEqual(late, { kind: 'limit', limit: 'time' });
  assert.equal(reached, 'over\n');
  const left = cluster.kubectl('get', 'pods,configmaps', '-l', 'cloudabi.dev/claim', '-o', 'name');
  assert.equal(left.stdout, '');
});
