import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { launchGraph, type RunningGraph } from '../../src/graph/index.ts';
import { ask } from '../frame/graph/graphs.ts';
import { makeFolder, until } from '../frame/programs.ts';

/** Starts the example with a port that the host chooses; `undefined` when the test was skipped. */
async function openShop(t: TestContext): Promise<RunningGraph | undefined> {
  if (!existsSync('/usr/bin/redis-server')) {
    t.skip('there is no redis-server here');
    return undefined;
  }
  const folder = makeFolder(t);
  cpSync('examples/shop', folder, { recursive: true });
  const file = join(folder, 'shop.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('port: 8080', 'port: 0'));
  const shop = await launchGraph(file);
  t.after(() => shop.down());
  assert.deepEqual([...shop.problems], []);
  return shop;
}

test('the shop loses no order while it is started anew, and while its programs are killed', async (t) => {
  const shop = await openShop(t);
  if (shop === undefined) return;
  const answers: string[] = [];
  let over = false;
  const load = Array.from({ length: 3 }, async () => {
    while (!over) answers.push(await ask(shop.addressOf('web'), '/order/tea'));
  });
  const more = async (count: number): Promise<void> => {
    const before = answers.length;
    await until('there are more answers', () => answers.length >= before + count);
  };
  await more(10);
  assert.deepEqual([...(await shop.restart())], []);
  await more(10);
  for (const name of ['orders', 'store']) {
    const pid = shop.status().programs.find(({ program }) => program === name)?.pid ?? 0;
    assert.ok(pid > 1);
    process.kill(pid, 'SIGKILL');
    await more(10);
  }
  over = true;
  await Promise.all(load);
  assert.deepEqual(
    answers.filter((answer) => !/^200 Order \d+ of tea\n$/.test(answer)),
    [],
  );
  const last = Number(/\d+ of/.exec(await ask(shop.addressOf('web'), '/order/tea'))?.[0].split(' ')[0]);
  assert.ok(last > answers.length, `${last} orders are counted, of at least ${answers.length}`);
  assert.equal(await ask(shop.addressOf('web'), '/order/..%2f'), '404 There is no such item\n');
});
