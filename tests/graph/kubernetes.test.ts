import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import {
  type ClusterObject,
  type ManifestOptions,
  manifestsOf,
  printManifests,
} from '../../src/graph/index.ts';
import { ArrowPlaces } from '../../src/graph/places.ts';
import { readGraph } from '../../src/graph/read-graph.ts';
import { executable } from '../frame/cli/commands.ts';
import { startApiServer } from '../frame/graph/cluster.ts';
import { graphFolder } from '../frame/graph/graphs.ts';

const SHOP = 'examples/shop/shop.yaml';
const GOLDEN = 'examples/shop/kubernetes.yaml';
const images = { relayImage: 'registry.example.org/cloudabi:1', gateway: 'web' };

function manifests(
  text: string,
  options: ManifestOptions = {},
  file = 'graph.yaml',
): readonly ClusterObject[] {
  const { graph, mistakes } = readGraph(text, { file, places: new ArrowPlaces('/nowhere') });
  mistakes.throwIfAny();
  return manifestsOf(graph, options);
}

test('the objects of the shop are those of its golden file', () => {
  const printed = printManifests(manifests(readFileSync(SHOP, 'utf8'), images, SHOP));
  if (process.env['UPDATE'] === '1') writeFileSync(GOLDEN, printed);
  assert.equal(printed, readFileSync(GOLDEN, 'utf8'));
});

const pod = (all: readonly ClusterObject[], kind: string): Record<string, unknown>[] =>
  all.filter((one) => one.kind === kind).map((one) => structuredClone(one));

test('every graph denies all traffic, and each arrow allows its own, in both directions', () => {
  const policies = pod(manifests(readFileSync(SHOP, 'utf8'), images, SHOP), 'NetworkPolicy');
  assert.deepEqual(
    policies.map((one) => Reflect.get(Object(one['metadata']), 'name')),
    ['shop-default-deny', 'arrow-web-in', 'arrow-orders-in', 'arrow-orders-out'],
  );
  assert.deepEqual(policies[0]?.['spec'], {
    podSelector: { matchLabels: { 'cloudabi.dev/graph': 'shop' } },
    policyTypes: ['Ingress', 'Egress'],
  });
});

test('programs that only a volume joins share a pod, and others do not', () => {
  const all = manifests(readFileSync(SHOP, 'utf8'), images, SHOP);
  const names = (kind: string): unknown[] =>
    pod(all, kind).map((one) => Reflect.get(Object(one['metadata']), 'name'));
  assert.deepEqual([names('Deployment'), names('StatefulSet')], [['front'], ['orders']]);
  assert.deepEqual(names('ServiceAccount'), ['front', 'orders']);
});

test('a program that is to end once becomes a job, and one with a scale an autoscaler', () => {
  const all = manifests(`!graph
programs:
  once: { program: /bin/true, image: i, restart: on_failure, grants: !command {} }
  many: { program: /bin/true, image: i, replicas: 2, scale: { most: 5, cpu: 60 }, grants: !command {} }
`);
  assert.deepEqual(pod(all, 'Job').length, 1);
  assert.deepEqual(pod(all, 'HorizontalPodAutoscaler')[0]?.['spec'], {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'many' },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
      },
    ],
  });
});

test('arrows that Kubernetes cannot carry are mistakes with their places', () => {
  const two = (arrow: string, from: string, to: string): string => `!graph
programs:
  a: { program: /bin/true, image: i, grants: !command { ${from} } }
  b: { program: /bin/true, image: i, grants: !command { ${to} } }
arrows:
  x: ${arrow}
`;
  const pipe = two('!pipe { from: a, to: b }', 'stdout: !arrow x', 'stdin: !arrow x');
  assert.throws(() => manifests(pipe), /graph\.yaml:3:\d+: Arrow 'x' .*containers share no descriptors/);
  const name = two(
    '!connection { from: a, to: b }',
    'network: { hosts: [!arrow x] }',
    'descriptors: { 3: !arrow x }',
  );
  assert.throws(
    () => manifests(name),
    /graph\.yaml:\d+:\d+: Arrow 'x' is carried by a sidecar: give --relay-image/,
  );
  assert.ok(manifests(name, images).length > 5);
  assert.throws(() => manifests(name.replace('image: i', 'replicas: 1'), images), /Program 'a' has no image/);
});

test('a client holds an arrow in any form: a sidecar gives its pod a socket', () => {
  const forms = [
    'sockets: { /x: !arrow x }',
    'descriptors: { 4: !arrow x }',
    'network: { hosts: [!arrow x] }',
  ];
  const grants = forms.map((form) => {
    const all = manifests(
      `!graph
programs:
  a: { program: /bin/true, image: i, grants: !command { ${form} } }
  b: { program: /bin/true, image: i, grants: !command { descriptors: { 3: !arrow x } } }
arrows:
  x: !connection { from: a, to: b, port: 7000 }
`,
      { ...images, namespace: 'shop' },
    );
    const sidecar = pod(all, 'ConfigMap').find(
      (one) => Reflect.get(Object(one['metadata']), 'name') === 'b-relay-grants',
    );
    assert.match(JSON.stringify(sidecar), /--accept.*,spiffe:\/\/cluster\.local\/ns\/shop\/sa\/a/);
    return JSON.stringify(pod(all, 'ConfigMap')[0]?.['data']);
  });
  for (const text of grants) assert.match(text, /\/cloudabi-arrows\/x\/socket/);
  assert.doesNotMatch(grants.join(), /private/, 'no address of the cluster is granted');
});

test('text of a document stays text: it makes no keys of objects', () => {
  const all = manifests(`!graph
programs:
  a: { program: /bin/true, image: i, grants: !command { arguments: ["a\\n---\\nkind: Secret", "yes", "5", ": |", "#"] } }
`);
  assert.doesNotMatch(printManifests(all), /^kind: Secret/m);
  assert.match(printManifests(all), /- "a\\n---\\nkind: Secret"\n +- "yes"\n +- "5"\n +- ": \|"\n +- "#"\n/);
});

test('an API server takes the objects: applied, changed, pruned, and rolled back', async (t) => {
  const config = await startApiServer(t);
  if (config === undefined) return;
  const file = graphFolder(t, '', { 'shop.yaml': readFileSync(SHOP, 'utf8') });
  const shop = join(dirname(file), 'shop.yaml');
  const apply = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [executable('cloudabi'), 'graph', 'apply', shop, '--to', 'kubernetes', '--relay-image', 'r', ...words],
      { encoding: 'utf8', env: { ...process.env, KUBECONFIG: config, NODE_NO_WARNINGS: '1' } },
    );
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  };
  assert.match(apply('--dry-run'), /^Deployment front: made$/m);
  assert.match(apply('--dry-run'), /^Deployment front: made$/m, 'a dry run makes nothing');
  const first = apply();
  assert.match(first, /^StatefulSet orders: made$/m);
  assert.equal(apply(), 'Nothing differs.\n');
  const text = readFileSync(shop, 'utf8');
  writeFileSync(
    shop,
    text
      .replace('replicas: 2', 'replicas: 3')
      .replace('orders: !connection', 'other: !connection')
      .replaceAll('!arrow orders', '!arrow other'),
  );
  const second = apply();
  assert.match(second, /^Deployment front: changed$/m);
  assert.match(second, /^NetworkPolicy arrow-orders-in: removed$/m);
  assert.match(second, /^NetworkPolicy arrow-other-in: made$/m);
  const back = apply('--rollback');
  assert.match(back, /^Deployment front: changed$/m);
  assert.match(back, /^NetworkPolicy arrow-other-in: removed$/m);
  assert.match(apply('--remove'), /^Deployment front: removed$/m);
  const watching = spawn(
    process.execPath,
    [executable('cloudabi'), 'graph', 'apply', shop, '--to', 'kubernetes', '--relay-image', 'r', '--watch'],
    { env: { ...process.env, KUBECONFIG: config, NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.after(() => watching.kill('SIGKILL'));
  const heard = (stream: Readable, words: RegExp): Promise<void> =>
    new Promise((resolve) => {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
        if (words.test(text)) resolve();
      });
    });
  await heard(watching.stdout, /^Deployment front: made$/m);
  const wrong = heard(watching.stderr, /did you mean|Unknown key/);
  writeFileSync(shop, text.replace('replicas: 2', 'replicass: 4'));
  await wrong;
  const changed = heard(watching.stdout, /^Deployment front: changed$/m);
  writeFileSync(shop, text.replace('replicas: 2', 'replicas: 4'));
  await changed;
  const ended = new Promise((resolve) => watching.once('exit', resolve));
  watching.kill('SIGTERM');
  assert.equal(await ended, 0);
});
