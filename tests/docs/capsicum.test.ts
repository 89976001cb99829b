import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../run/programs.ts';

const page = readFileSync('docs/capsicum.md', 'utf8');

test('every program of docs/capsicum.md runs as written, and ends up in capability mode', (t) => {
  const programs = [...page.matchAll(/^( *)```js\n(.*?)^ *```/gms)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  assert.equal(programs.length, 4);
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'docs'));
  symlinkSync(resolve('.'), join(folder, 'node_modules/cloudabi'));
  for (const program of programs) {
    const tail = `
      import { inCapabilityMode } from 'cloudabi/capsicum';
      const deadline = Date.now() + 10_000;
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
      timeout: 20_000,
    });
    assert.deepEqual([stdout, stderr], ['in capability mode: true\n', ''], program);
  }
});
