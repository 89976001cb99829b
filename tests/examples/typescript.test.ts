import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { file, launch, pipe } from '../../src/index.ts';
import { LocalListener } from '../../src/run/testing.ts';
import { programWith } from '../frame/program/sources.ts';

const root = fileURLToPath(new URL('../../', new URL('..', import.meta.url)));
const example = (path: string): string => join(root, 'examples', path);

/** Asks again until the server listens. */
async function get(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { headers: { Connection: 'close' } });
    } catch (error) {
      if (attempt > 2000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

for (const framework of ['hono', 'express', 'fastify']) {
  test(`the file server with ${framework} serves its directory and nothing above it`, async () => {
    const listen = new LocalListener();
    const log = pipe('write');
    await using server = launch(example(`file-server/${framework}.ts`), {
      listen,
      log,
      site: file(example('file-server/site')),
    });
    const logged = text(log.stream);
    const page = await get(`${listen.url}/`);
    assert.match(await page.text(), /the only directory that the server has/);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal((await get(`${listen.url}/style.css`)).status, 200);
    assert.equal((await get(`${listen.url}/missing`)).status, 404);
    assert.equal((await get(`${listen.url}/..%2Fgrants.yaml`)).status, 404);
    assert.equal((await get(`${listen.url}/..%2F..%2F..%2F..%2Fetc%2Fpasswd`)).status, 404);
    server.kill();
    await server.exited;
    assert.match(await logged, /GET.*style\.css/);
  });
}

test('the image worker makes a picture smaller', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const worker = launch(example('image-worker/resize.ts'), {
    input: file(example('image-worker/picture.png')),
    output: file(join(folder, 'out.png'), { rights: ['write', 'create'] }),
    width: 16,
  });
  assert.deepEqual(
    { ...(await worker.exited), usage: undefined },
    { kind: 'exited', code: 0, usage: undefined },
  );
  const small = readFileSync(join(folder, 'out.png'));
  assert.deepEqual([small.readUInt32BE(16), small.readUInt32BE(20)], [16, 10]);
  const lines = inflateSync(small.subarray(41, 41 + small.readUInt32BE(33)));
  const line = 1 + 16 * 4;
  const centre = 5 * line + 1 + 8 * 4;
  assert.deepEqual([...lines.subarray(centre, centre + 4)], [240, 180, 40, 255]);
});

test('the mail filter hears its three plug-ins and survives a fourth that ends', async (t) => {
  const script = `
    import { filter, PlugIn, plugIns } from ${JSON.stringify(example('mail-filter/host.js'))};
    const all = [...plugIns(), new PlugIn(process.argv[1])];
    const spam = { from: 'a', subject: 'winner', body: 'miracle' };
    const ham = { from: 'a', subject: 'minutes', body: 'see http://a.example' };
    const results = [await filter(spam, all), await filter(ham, all), await filter(ham, all)];
    console.log(JSON.stringify(results));
    await Promise.all(all.map((each) => each.close()));`;
  const hostile = programWith(
    t,
    `import { readFileSync } from 'node:fs'; readFileSync('/etc/passwd'); export default () => {};`,
  );
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, hostile],
    { encoding: 'utf8', cwd: root, timeout: 300_000 },
  );
  assert.equal(status, 0, stderr);
  const results = JSON.parse(stdout) as { spam: boolean; headers: string[][] }[];
  assert.deepEqual(
    results.map(({ spam }) => spam),
    [true, false, false],
  );
  assert.deepEqual(
    results[1]?.headers.map(([name]) => name),
    ['X-Links', 'X-Digest'],
  );
  assert.match(stderr, /program\.ts: Exited with status 1/);
});

test('the hello program writes its message', () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'dist/bin/cloudabi-run.js'),
      '--config',
      example('hello-typescript/grants.yaml'),
      example('hello-typescript/hello.ts'),
    ],
    { encoding: 'utf8' },
  );
  assert.equal(stdout, 'Hello, world\n');
});
