// Measures the frames of the studio's page with 200 boxes: while the canvas is moved, and while a box is.
// `npm run studio:frames` prints frames a second; in a headless Chromium without a graphics card, which renders in software.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const BOXES = Number(process.env['BOXES'] ?? 200);
const STEPS = 120;

const folder = mkdtempSync(join(tmpdir(), 'studio-frames-'));
const file = join(folder, 'many.yaml');
const names = Array.from({ length: BOXES }, (_, index) => `p${index}`);
const arrows = names.slice(1).map((name, index) => {
  const from = names[Math.floor(index / 3)];
  return `  a${index}: !connection { from: ${from}, to: ${name} }\n`;
});
const programs = names.map((name) => `  ${name}: { program: ${name}.ts }\n`);
writeFileSync(file, `!graph\nprograms:\n${programs.join('')}arrows:\n${arrows.join('')}`);
const argv = [
  fileURLToPath(new URL('../dist/bin/cloudabi.js', import.meta.url)),
  'studio',
  '--no-open',
  file,
];
const studio = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
const [url] = await once(createInterface(studio.stdout), 'line');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(url);
await page.getByLabel(/^Program p0,/).waitFor();
await page.waitForTimeout(2000);

/** Counts frames while the mouse moves; the time between two of them in milliseconds. */
async function measure(what, x, y) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(`globalThis.times = [];
    globalThis.running = true;
    const step = (now) => { times.push(now); if (running) requestAnimationFrame(step); };
    requestAnimationFrame(step);`);
  for (let step = 0; step < STEPS; step++) await page.mouse.move(x + step, y + (step % 40));
  const times = await page.evaluate('running = false, times');
  await page.mouse.up();
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const sorted = gaps.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const late = sorted[Math.floor(sorted.length * 0.95)];
  const mean = (times.at(-1) - times[0]) / gaps.length;
  console.log(
    `${what}: ${(1000 / mean).toFixed(1)} frames a second in the mean; between two ${median.toFixed(1)} ms (median), ${late.toFixed(1)} ms (95 %), ${gaps.length} frames`,
  );
}

console.log(`${BOXES} boxes, ${arrows.length} arrows, all in view`);
await measure('moving the canvas', 600, 540);
const box = await page.getByLabel(/^Program p0,/).boundingBox();
await measure('moving a box', box.x + box.width / 2, box.y + box.height / 2);
await browser.close();
studio.kill('SIGTERM');
await once(studio, 'exit');
rmSync(folder, { recursive: true });
