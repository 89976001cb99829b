// docs/oci.md: the program that it installs is one, and the commands of its table exist.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandNames } from '../../src/cli/oci.ts';
import { readGrants } from '../../src/plan/grants.ts';
import { Command } from '../../src/resources/command.ts';
import { Page } from '../frame/docs/page.ts';

const page = new Page('docs/oci.md');
const install = page.block('sh', /cloudabi-oci install/);
// Engines read these; tests/oci starts them with such settings.
const containerd = page.block('toml', /BinaryName/);
const document = page.block('yaml', /^%TAG/);
const runtimeClass = page.block('yaml', /RuntimeClass/);

test('docs/oci.md installs a program that engines can call', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'oci-docs-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const [first = ''] = install.split('\n');
  const path = '/usr/local/bin/cloudabi-oci';
  const words = first.replace(path, join(directory, 'cloudabi-oci')).split(' ').slice(1);
  const written = spawnSync(process.execPath, ['dist/bin/cloudabi-oci.js', ...words], { encoding: 'utf8' });
  assert.equal(written.status, 0, written.stderr);
  const { status, stdout } = spawnSync(join(directory, 'cloudabi-oci'), ['--version'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^cloudabi-oci version \d/);
  for (const text of [install, containerd]) assert.ok(text.includes(path));
  assert.match(runtimeClass, /handler: cloudabi$/m);
});

test('the grants of docs/oci.md are a document', () => {
  assert.ok(readGrants(document, { directory: '/' }).content instanceof Command);
});

test('docs/oci.md names all commands', () => {
  const text = readFileSync('docs/oci.md', 'utf8');
  const table = text.slice(text.indexOf('## Commands'), text.indexOf('## Enforcement'));
  const names = [...table.matchAll(/`([a-z]+)[ `]/g)].map(([, name]) => name);
  for (const name of commandNames()) assert.ok(names.includes(name), name);
});

test('docs/oci.md names tests of attacks that exist', () => {
  const rows = [...readFileSync('docs/oci.md', 'utf8').matchAll(/\| `tests\/([\w/-]+)`: (.*) \|$/gm)];
  assert.ok(rows.length > 10);
  for (const [, file, promise = ''] of rows)
    assert.ok(readFileSync(`tests/${file}.test.ts`, 'utf8').includes(promise), `${file}: ${promise}`);
});

page.end();
