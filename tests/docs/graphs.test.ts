import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';
import { freePort } from '../frame/free-port.ts';

const page = new Page('docs/graphs.md');
const [first = '', tour = '', cluster = ''] = page.blocks('sh');
const [shop = '', arrows = '', services = ''] = page.blocks('yaml');
const [prices = '', front = '', api = ''] = page.blocks('ts');

test('the graph of docs/graphs.md runs as the page says', async (t) => {
  const port = await freePort();
  const desk = makeDesk(t, {
    'shop.yaml': shop.replace('8080', `${port}`),
    'prices.ts': prices,
    'front.ts': front,
  });
  mkdirSync(join(desk.cwd, 'run'), { mode: 0o700 });
  install(desk.cwd);
  const run = (commands: string): ReturnType<typeof desk.run> =>
    desk.run(`export XDG_RUNTIME_DIR="$PWD/run"; ${commands.replaceAll('8080', `${port}`)}`);
  const around = run(first);
  assert.deepEqual([around.status, around.stderr], [0, '']);
  assert.match(around.stdout, /^prices\.2 +ready[\s\S]*^front +ready[\s\S]*^web +published +127\.0\.0\.1:/m);
  const { status, stdout, stderr } = run(tour);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^It costs 12\.50$/m);
  assert.match(stdout, /^prices(?:\.2)? \| price of \/tea$/m);
  const program = `${api}
    const answer = await fetch('http://127.0.0.1:${port}/cup', { headers: { connection: 'close' } });
    console.log(await answer.text());
    await shop.down();`;
  writeFileSync(join(desk.cwd, 'own.mjs'), program.replace('await using', 'const'));
  const own = run('node own.mjs');
  assert.deepEqual([own.status, own.stderr], [0, '']);
  assert.match(own.stdout, new RegExp(`port: ${port}`));
});

test('the arrows of docs/graphs.md are a graph', (t) => {
  const desk = makeDesk(t, { 'graph.yaml': arrows, 'pages/one': '' });
  const { status, stdout, stderr } = desk.run('cloudabi graph explain graph.yaml');
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /Arrow store: web connects to store[\s\S]*the supervisor carries the bytes/);
});

test('the services of docs/graphs.md are a graph', (t) => {
  const desk = makeDesk(t, { 'graph.yaml': services, 'front.ts': front, 'keeper.ts': prices });
  const { status, stdout, stderr } = desk.run('cloudabi graph explain graph.yaml');
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(
    stdout,
    /Arrow users: front, batch ask the service pwd[\s\S]*Arrow vault: front, batch ask keeper/,
  );
});

test('the first command about clusters in docs/graphs.md prints objects', (t) => {
  const images = shop.replaceAll('    grants:', '    image: registry.example.org/shop:1\n    grants:');
  const desk = makeDesk(t, { 'shop.yaml': images, 'prices.ts': prices, 'front.ts': front });
  const [manifests = ''] = cluster.split('\n');
  const { status, stdout, stderr } = desk.run(manifests);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^kind: NetworkPolicy$/m);
});

const example = new Page('examples/shop/README.md');
const orders = example.block('sh');
test('the commands of examples/shop exist', (t) => {
  const desk = makeDesk(t, {});
  for (const line of orders.split('\n').filter((text) => text.startsWith('cloudabi graph'))) {
    const [, , command = ''] = line.split(' ');
    assert.equal(desk.run(`cloudabi graph ${command} --help`).status, 0, line);
  }
});
example.end();

page.end();
