import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeFolder } from '../frame/programs.ts';

const page = new Page('docs/capsicum.md');
const [recording = '', ...more] = page.blocks('js').filter((text) => text.includes("mode: 'record'"));
const programs = page.blocks('js').filter((text) => text !== recording);
const recorded = page.block('text', /NAMEI/);
const reported = page.block('text', /Refused/);

test('every program of docs/capsicum.md runs as written, and ends up in capability mode', (t) => {
  assert.equal(programs.length, 6);
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'docs'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  for (const program of programs) {
    const tail = `
      import { inCapabilityMode } from 'cloudabi/capsicum';
      const deadline = Date.now() + 300_000;
      const look = setInterval(() => {
        if (!inCapabilityMode() && Date.now() < deadline) return;
        console.log('in capability mode:', inCapabilityMode());
        process.exit(0);
      }, 10);`;
    // Another server may listen on 8080 here.
    writeFileSync(join(folder, 'program.mjs'), program.replace('8080', '0') + tail);
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    });
    const told = program.includes('rightsOf') ? 'read,stat\n' : '';
    assert.deepEqual([stdout, stderr], [`${told}in capability mode: true\n`, ''], program);
  }
});

test('the server of docs/capsicum.md serves its directory, and nothing beside it', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'docs/deep'), { recursive: true });
  writeFileSync(join(folder, 'docs/page.html'), '<p>page</p>');
  writeFileSync(join(folder, 'docs/deep/page.html'), '<p>deep</p>');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync('../secret', join(folder, 'docs/link'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  const tail = `
    import { inCapabilityMode } from 'cloudabi/capsicum';
    server.on('listening', () => console.log(server.address().port, inCapabilityMode()));`;
  const server = programs.find((program) => program.includes('createServer')) ?? '';
  writeFileSync(join(folder, 'program.mjs'), server.replace('8080', "0, '127.0.0.1'") + tail);
  const child = spawn(process.execPath, ['program.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [port, entered] = String(line).trim().split(' ');
  assert.equal(entered, 'true');
  const ask = async (path: string): Promise<[number | undefined, string]> => {
    const [response]: IncomingMessage[] = await once(get({ host: '127.0.0.1', port, path }), 'response');
    return [response?.statusCode, await text(response ?? Readable.from([]))];
  };
  assert.deepEqual(await ask('/page.html'), [200, '<p>page</p>']);
  assert.deepEqual(await ask('/./deep//page.html'), [200, '<p>deep</p>']);
  assert.equal((await ask('/absent'))[0], 404);
  for (const outside of [
    '/../secret',
    '/deep/../../secret',
    '/link',
    '/../docs/../secret',
    '/../../../etc/passwd',
  ]) {
    const [status, said] = await ask(outside);
    assert.equal(status, 404, outside);
    assert.match(said, /EACCES/, outside);
  }
});

test('a refusal is reported as docs/capsicum.md shows', (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  const [, path = ''] = /'([^']+)'/.exec(reported) ?? [];
  const tail = `
    import { readFileSync } from 'node:fs';
    function render() { return readFileSync('${path}'); }
    try { render(); } catch {}
    setTimeout(() => process.exit(0), 1000);`;
  writeFileSync(join(folder, 'views.js'), programs.find((text) => text.includes('onRefused')) + tail);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { stderr } = spawnSync(process.execPath, ['views.js'], { cwd: folder, encoding: 'utf8' });
  // Threads, places in Node's sources and in the application's are others here.
  const shape = (text: string): string[] =>
    text
      .trimEnd()
      .replaceAll(/thread \d+/g, 'thread N')
      .replaceAll(/\(\S+?([^/]+?):\d+:\d+\)/g, '($1)')
      .split('\n');
  assert.deepEqual(shape(stderr).slice(0, shape(reported).length), shape(reported));
});

page.end();

test('the program that records hears of what would have been refused', (t) => {
  assert.deepEqual(more, []);
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'docs'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  writeFileSync(join(folder, 'program.mjs'), recording);
  const ended = spawnSync(process.execPath, ['program.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.deepEqual([ended.stdout, ended.stderr, ended.status], [recorded, '', 0]);
});
