import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../run/programs.ts';
import { Page } from './page.ts';

const page = new Page('docs/capsicum.md');
const programs = page.blocks('js');
const reported = page.block('text');

test('every program of docs/capsicum.md runs as written, and ends up in capability mode', (t) => {
  assert.equal(programs.length, 4);
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
    // Whatever listens on 8080 here is not the test's business.
    writeFileSync(join(folder, 'program.mjs'), program.replace('8080', '0') + tail);
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.deepEqual([stdout, stderr], ['in capability mode: true\n', ''], program);
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
