import assert from 'node:assert/strict';
import { closeSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serveChooserPage } from '../../src/control/chooser-page.ts';
import { type Choose, serveChooser } from '../../src/control/chooser-server.ts';
import { Passed, type Wire } from '../../src/services/wire.ts';
import { makeFolder } from '../frame/programs.ts';
import { openService, wireMap } from '../frame/services/open-channel.ts';

function makeTree(t: TestContext): string {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'tree/<b>'), { recursive: true });
  writeFileSync(join(folder, 'tree/<b>/page.txt'), 'a page');
  return folder;
}

const want = wireMap({ kind: 'file', access: 'read', reason: '<script>alert(1)</script>' });

function contentOf(answer: Wire): string {
  assert.ok(answer instanceof Map);
  const passed = answer.get('descriptor');
  assert.ok(passed instanceof Passed);
  const text = readFileSync(passed.descriptor, 'utf8');
  closeSync(passed.descriptor);
  return text;
}

function openBox(t: TestContext, folder: string): ReturnType<typeof openService> {
  const limits = { directory: join(folder, 'tree'), chooser: join(folder, 'choose') };
  return openService(t, 'powerbox', wireMap(limits));
}

test('an application answers with a function', async (t) => {
  const folder = makeTree(t);
  const asked: string[] = [];
  const choose: Choose = ({ path, entries, reason }) => {
    asked.push(`${path} ${reason}`);
    const [entry] = entries;
    return entry === undefined ? 'refuse' : { entry: entry.name };
  };
  const chooser = serveChooser(join(folder, 'choose'), choose);
  t.after(() => chooser.close());
  assert.equal(contentOf(await openBox(t, folder).ask('choose', want)), 'a page');
  assert.deepEqual(asked, [' <script>alert(1)</script>', '<b> <script>alert(1)</script>']);
});

test('a function that fails refuses', async (t) => {
  const folder = makeTree(t);
  const chooser = serveChooser(join(folder, 'choose'), () => Promise.reject(new Error('no')));
  t.after(() => chooser.close());
  assert.equal(await openBox(t, folder).ask('choose', want), null);
});

type Answered = { status: number | undefined; body: string };

type AskOptions = { method?: string; headers?: Record<string, string>; body?: string };

function ask(url: string, { method = 'GET', headers = {}, body = '' }: AskOptions = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    })
      .on('error', reject)
      .end(body);
  });
}

test('a page on the loopback answers, for its token, its address and its question alone', async (t) => {
  const folder = makeTree(t);
  const { url, close } = await serveChooserPage(join(folder, 'choose'));
  t.after(close);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (question: string, choice: string, headers = {}): Promise<Answered> =>
    ask(url, {
      method: 'POST',
      headers: { ...form, ...headers },
      body: `question=${question}&choice=${choice}`,
    });
  assert.match((await ask(url)).body, /No program asks/);
  const answer = openBox(t, folder).ask('choose', want);
  let shown = '';
  while (!shown.includes('asks for a file')) shown = (await ask(url)).body;
  assert.ok(!shown.includes('<script>') && !shown.includes('<b>/'));
  assert.match(shown, /&lt;b&gt;\//);
  const id = /name="question" value="([\w-]+)"/.exec(shown)?.[1] ?? '';
  // Attacks: another token, a name that leads here, a page of another origin, an old question.
  assert.equal((await ask(url.replace(/\/[\w-]+\/$/, '/wrong/'))).status, 404);
  assert.equal((await ask(url, { headers: { host: 'attacker.example' } })).status, 404);
  assert.equal((await post(id, '0', { origin: 'http://attacker.example' })).status, 403);
  assert.equal((await post('another', '0')).status, 303);
  assert.match((await ask(url)).body, new RegExp(id));
  assert.equal((await post(id, '0', { origin: new URL(url).origin })).status, 303);
  let inner = shown;
  while (!inner.includes('page.txt')) inner = (await ask(url)).body;
  const next = /name="question" value="([\w-]+)"/.exec(inner)?.[1] ?? '';
  assert.notEqual(next, id);
  await post(next, '0');
  assert.equal(contentOf(await answer), 'a page');
});
