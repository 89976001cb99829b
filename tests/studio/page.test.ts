// The page in a real browser.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ask, PAIR } from '../frame/graph/graphs.ts';
import { openPage, TestStudio } from '../frame/studio/studios.ts';

test('the files of the page have at most 200 kB, compressed', () => {
  const size = ['index.html', 'page.js', 'page.css', 'icon.svg']
    .map((name) => gzipSync(readFileSync(`dist/studio/page/${name}`), { level: 9 }).length)
    .reduce((a, b) => a + b);
  assert.ok(size <= 200_000, `${size} bytes`);
  assert.ok(statSync('dist/studio/page/page.js').size > 100_000, 'it was built');
});

test('a graph is drawn, started, watched and stopped on the page', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  await page.getByLabel('Program front, stopped').click();
  assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');
  await page.getByText('It reaches these hosts').waitFor();
  await page.keyboard.press('p');
  await page.getByLabel('Program front, ready').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByRole('button', { name: 'web', exact: true }).waitFor({ state: 'detached' });
  await page.locator('.canvas').press('Escape');
  await page.locator('.react-flow__pane').click({ position: { x: 5, y: 5 } });
  await page.getByRole('button', { name: 'web', exact: true }).click();
  const address = (await page.getByRole('link', { name: /^127\.0\.0\.1:/ }).textContent()) ?? '';
  assert.match(await ask({ port: Number(address.replace(/^.*:/, '')) }, '/tea'), /^200 front back/);
  await page.getByRole('log').getByText('asked /tea').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByLabel('Program front, stopped').waitFor();
  assert.deepEqual(errors, []);
});

test('edits on the page reach the document and are undone; a refused arrow shows the words of the checker', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  await page.getByLabel('Program front, stopped').waitFor();
  await page.keyboard.press('a');
  await page.getByLabel('Name').fill('mail');
  await page.getByRole('textbox', { name: 'Program' }).fill('back.ts');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Program mail' }).waitFor();
  assert.match(studio.document, /\n {2}mail:\n {4}program: back\.ts\n/);
  await page.getByRole('button', { name: 'Draw arrow' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('select[name=to]').selectOption('mail');
  await dialog.locator('select[name=from]').selectOption('mail');
  await dialog.getByRole('button', { name: 'Draw' }).click();
  await dialog.getByText("The arrow leads from 'mail' to itself; an arrow joins two programs").waitFor();
  assert.doesNotMatch(studio.document, /mail: !connection/, 'a refused arrow is not drawn');
  await dialog.locator('select[name=from]').selectOption('front');
  await dialog.locator('input[name=name]').fill('post');
  await dialog.getByRole('button', { name: 'Draw' }).click();
  await page.getByRole('heading', { name: 'Arrow post' }).waitFor();
  assert.match(studio.document, /\n {2}post: !connection \{ from: front, to: mail \}\n/);
  await page.getByText('What holds it on Kubernetes').waitFor();
  await page.getByRole('button', { name: 'Remove arrow' }).click();
  await page.getByLabel(/^Arrow post/).waitFor({ state: 'detached' });
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByLabel(/^Program mail/).waitFor({ state: 'detached' });
  assert.equal(studio.document, PAIR);
  assert.deepEqual(errors, []);
});

test('names in a hostile document are text on the page, and run nothing', async (t) => {
  const script = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  const document = `!graph
programs:
  "${script}": { program: "${script}", replicas: "${script}", grants: { "${script}": !arrow "${script}" } }
  good: { program: back.ts }
arrows:
  "${script}": !connection { from: good, to: "${script}", port: "${script}" }
`;
  const studio = await TestStudio.start(t, document);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  page.on('dialog', () => assert.fail('a script ran'));
  await page.getByLabel(/^Program good/).waitFor();
  await page.locator('.problems li').first().waitFor();
  await page.getByLabel(/^Program <img/).click();
  await page.getByRole('heading', { name: `Program ${script}` }).waitFor();
  assert.equal(await page.locator('.studio img, .studio script').count(), 0);
  assert.deepEqual(errors, []);
});

test('a page of another origin reads nothing and changes nothing, even with the token', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const opened = await openPage(t, 'data:text/html,<title>elsewhere</title>');
  if (opened === undefined) return;
  const { page } = opened;
  const tried = await page.evaluate(
    async ({ port, token }) => {
      const url = `http://127.0.0.1:${port}`;
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const attempts = [
        () => fetch(`${url}/api/undo`, { method: 'POST', headers, body: 'null' }),
        () => fetch(`${url}/api/events`, { headers }),
        () => fetch(url),
        () => fetch(`${url}/api/undo`, { method: 'POST', mode: 'no-cors', body: 'null' }),
      ];
      const ends: string[] = [];
      for (const attempt of attempts)
        ends.push(
          await attempt().then(
            ({ type, status }) => `${type} ${status}`,
            () => 'refused',
          ),
        );
      return ends;
    },
    { port: studio.port, token: studio.token },
  );
  assert.deepEqual(tried, ['refused', 'refused', 'refused', 'refused']);
  assert.equal(studio.document, PAIR);
  await page.goto(`data:text/html,<iframe src="${studio.url.replace('#', '%23')}"></iframe>`);
  assert.equal(await page.frameLocator('iframe').getByText('front').count(), 0, 'it is not shown in a frame');
});
