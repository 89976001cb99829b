import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { BACK, FRONT, PAIR } from '../frame/graph/graphs.ts';
import { openPage, TestStudio } from '../frame/studio/studios.ts';

/** A front end that asks a host which no arrow leads to. */
const ASKS = FRONT.replace("'http://back:7000'", "'https://rates.example'");

test('a refused connection is shown, and its button draws the arrow that allows it', async (t) => {
  const studio = await TestStudio.start(t, PAIR, { 'front.ts': ASKS, 'back.ts': BACK });
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  await page.getByLabel('Program front, stopped').waitFor();
  assert.equal(await studio.post('up', null), null);
  await page.getByRole('button', { name: 'web', exact: true }).click();
  const address = await page.getByRole('link', { name: /^127\.0\.0\.1:/ }).textContent();
  await fetch(`http://${address}/`, { headers: { connection: 'close' } });
  await page.keyboard.press('2');
  await page.getByRole('button', { name: 'Allow rates.example:443' }).first().click();
  await page.getByText('The document allows it now').waitFor();
  assert.match(
    studio.document,
    /\n {2}rates-example: !outside \{ from: front, host: "rates\.example:443" \}\n/,
  );
  assert.match(studio.document, /net: !network \[!arrow back, !arrow rates-example\]/);
  await page.keyboard.press('4');
  await page.getByText('from the supervisor of the graph').waitFor();
  await page.getByRole('img', { name: /^Connections: open \d/ }).waitFor();
  await studio.post('down', null);
  assert.deepEqual(errors, []);
});

test('dashboards come from Prometheus where there is one, and the server reaches it alone', async (t) => {
  const asked: URL[] = [];
  const prometheus = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://prometheus');
    asked.push(url);
    const end = Number(url.searchParams.get('end'));
    const values = [
      [end - 15, '1.5'],
      [end, 'NaN'],
    ];
    response.end(
      JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } }),
    );
  });
  prometheus.listen(0, '127.0.0.1');
  await once(prometheus, 'listening');
  t.after(() => prometheus.close());
  const place = prometheus.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const studio = await TestStudio.start(t, PAIR, undefined, [
    '--prometheus',
    `http://127.0.0.1:${port}/base/`,
  ]);
  const history = async (kind: string, name: string) => {
    const headers = { Authorization: `Bearer ${studio.token}`, 'Content-Type': 'application/json' };
    return JSON.parse(
      (await studio.ask('POST', '/api/history', headers, JSON.stringify({ kind, name }))).body,
    );
  };
  const answer = await history('program', 'front');
  assert.equal(answer.refused, null);
  assert.deepEqual([answer.source, answer.part.times.length], ['prometheus', 241]);
  assert.deepEqual(answer.part.lines[0].values.slice(-3), [null, 1.5, null]);
  const [first] = asked.map(({ searchParams }) => searchParams.get('query')).sort();
  assert.equal(
    first,
    '100 * sum(rate(cloudabi_program_cpu_seconds_total{graph="graph",program="front"}[1m]))',
  );
  assert.ok(asked.every(({ pathname }) => pathname === '/base/api/v1/query_range'));
  const before = asked.length;
  assert.match((await history('program', 'front"} or vector(1)')).refused, /no metrics of such a name/);
  assert.equal(asked.length, before);
});

test('an address of Prometheus that is none is a mistake of the command line', async (t) => {
  for (const address of ['9090', 'file:///etc/passwd', 'http://user@host/', 'http://host/?q'])
    await assert.rejects(
      TestStudio.start(
        t,
        PAIR,
        undefined,
        ['--prometheus', address],
        /--prometheus: '.*' is no address such as/,
      ),
      /ended with 64/,
    );
});

test('the page has nothing that axe finds wrong, in light and in dark', async (t) => {
  const studio = await TestStudio.start(t, PAIR.replace('!arrow back]', '!arrow bakc]'));
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page } = opened;
  await page.getByText("did you mean 'back'").first().waitFor();
  // The policy of the page lets no script in but by the debugger.
  await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  const check = async (state: string) => {
    const found: { violations: { id: string; nodes: { html: string }[] }[] } =
      await page.evaluate('axe.run()');
    assert.deepEqual(
      found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
      state,
    );
  };
  await check('light');
  for (const [key, what] of [
    ['1', 'problems'],
    ['3', 'logs'],
    ['5', 'text'],
    ['d', 'dark'],
    ['?', 'help'],
    ['Escape', 'no help'],
    ['a', 'program'],
    ['Escape', 'no program'],
    ['c', 'arrow'],
  ] as const) {
    await page.keyboard.press(key);
    await check(what);
  }
  await page.keyboard.press('Escape');
  await page.getByLabel(/^Program front/).click();
  await check('inspector');
});
