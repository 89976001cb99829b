// The objects of a claim, and its steps against a cluster that is played by the test.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import {
  type ClaimApi,
  type ClaimCluster,
  claimObjects,
  launch,
  type PodState,
} from '../../src/claims/index.ts';

const place = { namespace: 'agents', image: 'tools:1', helperImage: 'busybox:1', runtimeClass: 'cloudabi' };
const GRANTS = 'from: !file { path: in, rights: read }\nnet: !file { path: /etc/hosts }\n';
const claim = { name: 'claim-1', program: 'count.ts', grants: GRANTS, timeLimit: 2500, memory: 2 ** 26 };

test('a claim is a pod of our RuntimeClass that holds nothing of the cluster', () => {
  const [grants, policy, pod] = claimObjects(claim, place, false);
  assert.deepEqual(grants['data'], {
    'grants.yaml': 'from: !file\n  path: /work/in\n  rights: read\nnet: !file\n  path: /etc/hosts\n',
  });
  assert.equal(pod.kind, 'Pod');
  assert.deepEqual(policy, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'claim-1', namespace: 'agents', labels: { 'cloudabi.dev/claim': 'claim-1' } },
    spec: {
      podSelector: { matchLabels: { 'cloudabi.dev/claim': 'claim-1' } },
      policyTypes: ['Ingress', 'Egress'],
    },
  });
  assert.deepEqual(pod.metadata['labels'], { 'cloudabi.dev/claim': 'claim-1' }, 'the policy chooses the pod');
  const spec = Object(pod['spec']);
  assert.deepEqual(
    [
      spec.runtimeClassName,
      spec.automountServiceAccountToken,
      spec.activeDeadlineSeconds,
      spec.restartPolicy,
    ],
    ['cloudabi', false, 3, 'Never'],
  );
  const [program, keeper] = spec.containers;
  assert.deepEqual(program.command, ['cloudabi-run', '/work/count.ts']);
  assert.doesNotMatch(
    JSON.stringify(program.volumeMounts),
    /control/,
    'the program cannot say when to go on',
  );
  assert.match(JSON.stringify(keeper.volumeMounts), /control/);
  for (const one of [program, keeper, ...spec.initContainers])
    assert.deepEqual(one.securityContext.capabilities, { drop: ['ALL'] });
  for (const [path, word] of [
    ['/usr/bin/tool', '/usr/bin/tool'],
    ['tool', 'tool'],
    ['./tool', '/work/tool'],
  ] as const)
    assert.equal(
      Object(claimObjects({ ...claim, program: path }, place, false)[2]['spec']).containers[0].command[1],
      word,
    );
});

test('a claim is a Sandbox with the same pod on a cluster with agent-sandbox', () => {
  const [, , pod] = claimObjects(claim, place, false);
  const [, policy, sandbox] = claimObjects(claim, place, true);
  assert.deepEqual([sandbox.apiVersion, sandbox.kind], ['agents.x-k8s.io/v1alpha1', 'Sandbox']);
  const { metadata, spec } = Object(sandbox['spec']).podTemplate;
  assert.deepEqual(spec, pod['spec']);
  assert.deepEqual(metadata.labels, Object(policy['spec']).podSelector.matchLabels);
});

type Played = { readonly cluster: ClaimCluster; readonly steps: readonly string[] };

/** A cluster that goes through the states of a pod, one at each look. */
function play(states: readonly Partial<PodState>[], output = ''): Played {
  const steps: string[] = [];
  let look = 0;
  const api: ClaimApi = {
    hasSandboxes: async () => false,
    create: async ({ kind }) => void steps.push(`create ${kind}`),
    remove: async ({ kind }) => void steps.push(`remove ${kind}`),
    pod: async () => {
      const state = states[Math.min(look++, states.length - 1)];
      return state && { phase: 'Pending', reason: '', running: [], ended: undefined, waiting: '', ...state };
    },
    run: async (_, container, words, input) => {
      steps.push(`${container}: ${words.slice(4).join(' ') || words.at(-1)} <${Buffer.from(input)}>`);
      return Buffer.from('bytes');
    },
    attach: async (_, input) => void steps.push(`input ${await text(input)}`),
    follow: async (_, stream) => void stream.write(output),
  };
  return { cluster: { api, place }, steps };
}

const RUNS: readonly Partial<PodState>[] = [
  {},
  { running: ['files'] },
  {},
  { running: ['program', 'keeper'] },
  { running: ['keeper'], ended: { code: 3, reason: 'Error' } },
];

test('a claim on a cluster takes files in, streams, an end, and files out', async () => {
  const { cluster, steps } = play(RUNS, 'printed');
  const files = { 'in/a.txt': 'one two' };
  const run = await launch('count.ts', { on: cluster, grants: GRANTS, files, timeLimit: 9000 });
  run.input.end('three');
  assert.equal(await text(run.output), 'printed');
  assert.deepEqual(await run.exited, { kind: 'exited', code: 3 });
  assert.equal(Buffer.from(await run.read('out/count')).toString(), 'bytes');
  await run.end();
  assert.deepEqual(steps, [
    'create ConfigMap',
    'create NetworkPolicy',
    'create Pod',
    'files: /work/in /work/in/a.txt 7 <one two>',
    'files: : > /control/go <>',
    'input three',
    'keeper: /work out count <>',
    'remove Pod',
    'remove NetworkPolicy',
    'remove ConfigMap',
  ]);
  await assert.rejects(run.read('../secret'), /no path within the folder/);
});

test('limits of a claim on a cluster are told, and a pod that does not start leaves nothing', async () => {
  const ends = async (last: Partial<PodState>): Promise<unknown> => {
    const { cluster } = play([...RUNS.slice(0, 4), last]);
    return (await launch('t', { on: cluster, grants: 'null' })).exited;
  };
  assert.deepEqual(await ends({ reason: 'DeadlineExceeded' }), { kind: 'limit', limit: 'time' });
  assert.deepEqual(await ends({ ended: { code: 137, reason: 'OOMKilled' } }), {
    kind: 'limit',
    limit: 'memory',
  });
  const { cluster, steps } = play([{ waiting: 'ErrImageNeverPull' }]);
  await assert.rejects(launch('t', { on: cluster, grants: 'null' }), /does not start: ErrImageNeverPull/);
  assert.deepEqual(steps.slice(-3), ['remove Pod', 'remove NetworkPolicy', 'remove ConfigMap']);
  const wrong = play([]);
  await assert.rejects(launch('t', { on: wrong.cluster, grants: '[' }), /the grants:1/);
  assert.deepEqual(wrong.steps, []);
});
