import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/channels.md');
const [first = '', sidecar = ''] = page.blocks('sh');
const [picture = ''] = page.blocks('');

test('the commands of docs/channels.md print objects, and the options of the sidecar', (t) => {
  const desk = makeDesk(t, {});
  mkdirSync(join(desk.cwd, 'examples'));
  cpSync('examples/shop', join(desk.cwd, 'examples/shop'), { recursive: true });
  install(desk.cwd);
  const printed = desk.run(first);
  assert.deepEqual([printed.status, printed.stderr], [0, '']);
  const signer = readFileSync(join(desk.cwd, 'signer.yaml'), 'utf8');
  assert.match(signer, /^kind: ClusterRole$/m);
  assert.doesNotMatch(signer, /- serviceaccounts/, 'it reads no accounts where kubelets make certificates');
  assert.match(readFileSync(join(desk.cwd, 'shop.yaml'), 'utf8'), /podCertificate:/);
  // The picture is of that graph.
  for (const name of ['front', 'orders']) assert.ok(picture.includes(name) && signer.length > 0);
  const help = desk.run(sidecar).stdout;
  for (const [option] of page.text.matchAll(/--(?:accept|reach|certificates)\b/g))
    assert.ok(help.includes(option));
});

page.end();
