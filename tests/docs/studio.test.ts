import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { command, executable } from '../frame/cli/commands.ts';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';
import { BACK, FRONT, PAIR } from '../frame/graph/graphs.ts';

const page = new Page('docs/studio.md');
const first = page.block('sh');
const picture = page.block('');

test('the first command of docs/studio.md serves the page', async (t) => {
  const desk = makeDesk(t, { 'shop.yaml': PAIR, 'front.ts': FRONT, 'back.ts': BACK });
  const words = first.trim().split(' ').slice(1);
  const studio = spawn(process.execPath, [executable('cloudabi'), ...words], {
    cwd: desk.cwd,
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => studio.kill('SIGKILL'));
  const [url] = await once(createInterface(studio.stdout), 'line');
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
  assert.match(await (await fetch(url)).text(), /<title>Studio<\/title>/);
  studio.kill('SIGTERM');
  assert.deepEqual(await once(studio, 'exit'), [0, null]);
});

test('docs/studio.md names every option, every request of the desk and every file of the page', () => {
  const { stdout } = command('cloudabi', ['studio', '--help']);
  for (const [, option = ''] of stdout.matchAll(/^ {2}(--[\w-]+(?: <\w+>)?) /gm))
    assert.ok(
      page.text.includes(`\`${option.replace(/<(\w+)>/, (_, name) => name.toUpperCase())}\``),
      option,
    );
  const source = readFileSync(join('src', 'studio', 'desk.ts'), 'utf8');
  const requests = [...source.matchAll(/^ {6}(\w+): \{/gm)].map(([, name = '']) => name);
  const [, named = ''] = /It answers eight\nrequests of the server: ([^.]*)\./.exec(page.text) ?? [];
  assert.deepEqual(
    [...named.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort(),
    [...requests, 'serving'].sort(),
  );
  assert.match(picture, /the four files of the page/);
});
page.end();
