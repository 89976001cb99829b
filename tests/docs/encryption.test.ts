// docs/encryption.md: its commands print what it shows, and its document and program are served.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/encryption.md');
const first = page.block('sh', /echo hello/);
const shown = page.block('text', /hello/);
const document = page.block('yaml');
const api = page.block('ts');
const copy = page.block('sh', /cp -r/);
const back = page.block('sh', /--check/);
const printed = page.block('text', /authentic/);

test('commands, document and program encrypt and decrypt', (t) => {
  const { cwd, run } = makeDesk(t, {
    'grants.yaml': document.replace(
      'base: system',
      'base: system\narguments: [/notes/today]\nstdout: !fd stdout',
    ),
  });
  const began = run(first);
  assert.equal(began.stderr, '');
  assert.equal(began.stdout, shown);
  const read = run('cloudabi-run --config grants.yaml /bin/cat');
  assert.equal(read.stdout, 'hello\n', read.stderr);
  install(cwd);
  writeFileSync(join(cwd, 'list.mjs'), api);
  const listed = run('node list.mjs');
  assert.match(listed.stdout, /today\n.*code: 0/s, listed.stderr);
  mkdirSync(join(cwd, 'papers'));
  for (const name of ['a', 'b'])
    writeFileSync(join(cwd, 'papers', name), name === 'a' ? 'first\n' : 'second\n');
  const restored = run(`${copy}${back}`);
  assert.equal(restored.stderr, '');
  assert.equal(restored.stdout, printed);
  assert.equal(readFileSync(join(cwd, 'papers.back/papers/b'), 'utf8'), 'second\n');
});

page.end();
