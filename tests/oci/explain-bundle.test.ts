import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../../src/oci/config/configuration.ts';
import { explainBundle } from '../../src/oci/explain-bundle.ts';
import { usualConfiguration } from '../../src/oci/features.ts';

const lines = (change: object = {}): string =>
  explainBundle(
    readConfiguration(JSON.stringify({ ...Object(usualConfiguration()), ...change }), '/bundle'),
  ).join('\n');

test('a bundle is explained by what its configuration gives', () => {
  const text = lines();
  assert.match(text, /^program {4}sh$/m);
  assert.match(text, /^root {7}\/bundle\/rootfs \(read, execute; no devices\)$/m);
  assert.match(text, /^mount {6}\/dev\/shm \(read, write\): tmpfs$/m);
  assert.match(text, /^mount {6}\/sys \(read\): sysfs$/m);
  assert.match(text, /^namespace {2}pid: its own$/m);
  assert.match(text, /^may have {3}CAP_AUDIT_WRITE, CAP_KILL, CAP_NET_BIND_SERVICE$/m);
  assert.match(text, /^grants {5}all of the above/m);
});

test('a bundle with grants says so, and one that could write them is refused', () => {
  const mount = (...options: string[]) => ({
    mounts: [{ destination: '/cloudabi', type: 'bind', source: '/volume', options: ['bind', ...options] }],
  });
  assert.match(lines(mount('ro')), /^grants {5}those of \/cloudabi\/grants\.yaml/m);
  assert.throws(() => lines(mount()), /must be read-only/);
});
