// A pod on a real node: its grants come from a ConfigMap, and each of them is held.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { NODE_IMAGE, noCluster, TestCluster } from '../frame/oci/cluster.ts';

const manifest = `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: cloudabi }
handler: cloudabi
---
apiVersion: v1
kind: ConfigMap
metadata: { name: grants }
data:
  grants.yaml: |
    %TAG ! tag:nuxi.nl,2015:cloudabi/
    ---
    !command
    base: none
    directories:
      /bin: !file { path: /bin, rights: [read, execute] }
      /lib: !file { path: /lib, rights: [read, execute] }
      /lib64: !file { path: /lib64, rights: [read, execute] }
    network: { mode: host, bind: [8080] }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  runtimeClassName: cloudabi
  terminationGracePeriodSeconds: 1
  volumes: [{ name: grants, configMap: { name: grants } }]
  containers:
  - name: web
    image: ${NODE_IMAGE}
    imagePullPolicy: Never
    command: [/bin/sh, -c, 'httpd -f -p 8080 -h /bin']
    volumeMounts: [{ name: grants, mountPath: /cloudabi, readOnly: true }]
    readinessProbe: { httpGet: { port: 8080, path: /ls }, periodSeconds: 1 }
    livenessProbe: { exec: { command: [/bin/true] }, periodSeconds: 1, failureThreshold: 10 }
    resources: { limits: { memory: 64Mi, cpu: 500m } }
---
apiVersion: v1
kind: Pod
metadata: { name: hungry }
spec:
  runtimeClassName: cloudabi
  restartPolicy: Never
  containers:
  - name: hungry
    image: ${NODE_IMAGE}
    imagePullPolicy: Never
    command: [/bin/sh, -c, 'a=xxxxxxxxxxxxxxxx; while :; do a=$a$a; done']
    resources: { limits: { memory: 16Mi } }
`;

const skip = noCluster;

test('a pod of RuntimeClass cloudabi is ready with the grants of its ConfigMap and nothing else', {
  skip,
}, (context) => {
  const cluster = new TestCluster(context);
  const applied = cluster.apply(manifest);
  assert.equal(applied.status, 0, applied.stderr);
  const ready = cluster.kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=300s');
  assert.equal(ready.status, 0, cluster.kubectl('describe', 'pod', 'web').stdout);
  const inPod = (script: string) => cluster.kubectl('exec', 'web', '--', 'sh', '-c', script);
  assert.match(inPod('id').stdout, /^uid=0/);
  // A probe reaches the port that is granted. Another port, and files that were not granted, are out of reach.
  assert.match(inPod('cat /etc/hosts').stderr, /Permission denied/);
  assert.match(inPod('cat /cloudabi/grants.yaml').stderr, /Permission denied/);
  assert.match(inPod('nc -l -p 8081').stderr, /Permission denied/);
  assert.match(inPod('echo > /bin/new').stderr, /Permission denied/);
  const reason = '{.status.containerStatuses[0].state.terminated.reason}';
  const named = () => cluster.kubectl('get', 'pod', 'hungry', '-o', `jsonpath=${reason}`).stdout;
  const ended = (): string => {
    for (let turn = 0; turn < 1500 && named() === ''; turn++) spawnSync('sleep', ['0.2']);
    return named();
  };
  // On a busy machine, containerd may hear of the end before it hears of the memory.
  for (let attempt = 0; attempt < 5 && ended() !== 'OOMKilled'; attempt++) {
    cluster.kubectl('delete', 'pod', 'hungry', '--timeout=60s');
    assert.equal(cluster.apply(manifest).status, 0);
  }
  assert.equal(ended(), 'OOMKilled');
  assert.equal(cluster.kubectl('delete', 'pod', 'web', '--timeout=60s').status, 0);
});
