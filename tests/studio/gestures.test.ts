// The page by mouse, by keyboard, and with documents that are too large.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { PAIR } from '../frame/graph/graphs.ts';
import { openPage, TestStudio } from '../frame/studio/studios.ts';

const LOOSE = PAIR.replace('      net: !network [!arrow back]\n', '')
  .replace('      listen: !arrow back\n', '')
  .replace(/ {2}back: !connection.*\n/, '');

/** The place of a thing that moves no more: at first the page makes room for what it shows. */
async function restingBox(
  page: Page,
  thing: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
  let last = '';
  for (let looks = 0, same = 0; looks < 1000; looks++) {
    const box = await thing.boundingBox();
    const now = JSON.stringify(box);
    same = now === last ? same + 1 : 0;
    if (box !== null && same >= 5) return box;
    last = now;
    await page.waitForTimeout(50);
  }
  return assert.fail('it does not come to rest');
}

/** Drags from the middle of one thing to the middle of another. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [a, b] = [await restingBox(page, from), await restingBox(page, to)];
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 8 });
  await page.mouse.up();
}

/** Waits until the document has a text: the page has saved it. */
async function documentHas(studio: TestStudio, page: Page, pattern: RegExp): Promise<void> {
  for (let look = 0; look < 3600 && !pattern.test(studio.document); look++) await page.waitForTimeout(50);
  assert.match(studio.document, pattern);
}

test('an arrow is drawn between handles of the same kind alone, and a program is dragged in', async (t) => {
  const studio = await TestStudio.start(t, LOOSE);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  const handle = (program: string, side: 'source' | 'target', kind: string): Locator =>
    page.locator(`.react-flow__node[data-id="${program}"] .handle.${side}.${kind}`);
  await handle('front', 'source', 'connection').waitFor();
  await drag(page, handle('front', 'source', 'connection'), handle('back', 'target', 'pipe'));
  assert.equal(await page.getByRole('dialog').count(), 0, 'handles of two kinds');
  await drag(page, handle('front', 'source', 'connection'), handle('back', 'target', 'connection'));
  await page.getByRole('dialog').getByRole('button', { name: 'Draw' }).click();
  await documentHas(studio, page, /\n {2}back: !connection \{ from: front, to: back \}\n/);
  await page.getByLabel(/^Arrow back, connection from front to back/).waitFor();
  await page.getByRole('button', { name: 'Linux program' }).dragTo(page.locator('.react-flow__pane'), {
    targetPosition: { x: 300, y: 380 },
  });
  await page.getByRole('dialog').locator('input[name=name]').fill('store');
  await page.getByRole('dialog').locator('input[name=program]').fill('/bin/true');
  await page.getByRole('button', { name: 'Add' }).click();
  await documentHas(studio, page, /\n {2}store:\n {4}program: \/bin\/true\n {4}grants: !command\n/);
  await documentHas(studio, page, /\nx-studio:\n {2}store: \[-?\d+, -?\d+\]\n/);
  const box = page.getByLabel(/^Program store/);
  await box.waitFor();
  const before = studio.document;
  const place = await restingBox(page, box);
  await page.mouse.move(place.x + 60, place.y + 20);
  await page.mouse.down();
  await page.mouse.move(place.x + 160, place.y - 60, { steps: 6 });
  await page.mouse.up();
  for (let look = 0; look < 3600 && studio.document === before; look++) await page.waitForTimeout(50);
  assert.notEqual(studio.document, before);
  assert.match(studio.document, /\nx-studio:\n {2}store: \[-?\d+, -?\d+\]\n$/);
  assert.deepEqual(errors, []);
});

test('the keyboard alone selects, moves, removes, brings back and lays out', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  const box = page.getByLabel('Program back, stopped');
  await box.waitFor();
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate("document.activeElement.getAttribute('aria-label')");
    if (focused === 'Program back, stopped') break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Program back' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Program back' }).waitFor({ state: 'detached' });
  await box.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await documentHas(studio, page, /\nx-studio:\n {2}back: \[/);
  await page.keyboard.press('Delete');
  await documentHas(studio, page, /programs:\n {2}front:(?![\s\S]*back\.ts)/);
  await page.keyboard.press('Control+z');
  await documentHas(studio, page, /back\.ts/);
  await page.keyboard.press('Control+Shift+Z');
  await documentHas(studio, page, /^(?![\s\S]*back\.ts)/);
  // The page hears of a change later than the document has it.
  await box.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await box.waitFor();
  await page.keyboard.press('l');
  await documentHas(studio, page, /\nx-studio:\n(?: {2}(?:front|back): \[\d+, \d+\]\n){2}$/);
  assert.deepEqual(errors, []);
});

test('a document that an editor changes is shown at once, and is not overwritten', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page } = opened;
  await page.getByLabel('Program back, stopped').waitFor();
  writeFileSync(studio.file, PAIR.replaceAll('back', 'rear').replace('rear.ts', 'back.ts'));
  await page.getByLabel('Program rear, stopped').waitFor();
  writeFileSync(studio.file, '!graph [\n');
  await page.getByText('The text is no YAML').waitFor();
  await page.getByLabel('Program rear, stopped').waitFor();
  assert.match(
    (await studio.post('edit', { edit: 'remove-program', name: 'rear' })) ?? '',
    /^This cannot be done/,
  );
  assert.equal(studio.document, '!graph [\n');
});

test('a graph that does not start says why on the page', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const place = taken.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const studio = await TestStudio.start(t, PAIR.replace('port: 0', `port: ${port}`));
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  await opened.page.getByRole('button', { name: 'Play' }).click();
  await opened.page
    .locator('.notice')
    .getByText("Arrow 'web' cannot be made: address already in use")
    .waitFor();
  await opened.page.getByRole('button', { name: 'Play' }).waitFor();
});

test('a graph of 10,000 programs and a document that is too large leave the page at work', async (t) => {
  const boxes = Array.from({ length: 10_000 }, (_, index) => `  p${index}: { program: back.ts }\n`).join('');
  const studio = await TestStudio.start(t, `!graph\nprograms:\n${boxes}`);
  const opened = await openPage(t, studio.url);
  if (opened === undefined) return;
  const { page, errors } = opened;
  await page.getByText('The first 2000 of 10000 programs are drawn').waitFor();
  await page.getByText('more than the 4096 allowed').first().waitFor();
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  writeFileSync(studio.file, `!graph\nprograms: # ${'x'.repeat(2 * 1024 * 1024)}\n`);
  await page.keyboard.press('Escape');
  await page.getByText('more than the 1048576 allowed').first().waitFor();
  assert.deepEqual(errors, []);
});
