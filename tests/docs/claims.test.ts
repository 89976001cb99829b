import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/claims.md');
const [here = '', cluster = ''] = page.blocks('ts');

test('the first program of docs/claims.md runs here as the page says', (t) => {
  const desk = makeDesk(t, {});
  install(desk.cwd);
  writeFileSync(join(desk.cwd, 'own.mjs'), here);
  const { status, stdout, stderr } = desk.run('node own.mjs');
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^hello\ncounted\n \{ kind: 'exited', code: 0 \} 3\n/);
});

test('the second program of docs/claims.md looks for the cluster of kubectl', (t) => {
  const desk = makeDesk(t, {});
  install(desk.cwd, '@kubernetes/client-node');
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
    users: [{ name: 'u' }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  };
  writeFileSync(join(desk.cwd, 'config'), JSON.stringify(config));
  writeFileSync(join(desk.cwd, 'own.mjs'), cluster);
  const { status, stderr } = desk.run('KUBECONFIG="$PWD/config" node own.mjs');
  assert.equal(status, 1);
  assert.match(stderr, /127\.0\.0\.1:9|ECONNREFUSED/);
});

page.end();
