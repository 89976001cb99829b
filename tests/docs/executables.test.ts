// docs/executables.md.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executableKinds } from '../../src/resources/executables.ts';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/executables.md');
const commands = page.block('sh', /cloudabi checksum/);

test('the first commands of docs/executables.md start ls, and refuse cat', (t) => {
  const { status, stdout, stderr } = makeDesk(t).run(commands);
  assert.notEqual(status, 0);
  assert.equal(stdout, '/\n');
  assert.match(stderr, /cat: .*Permission denied/);
});

test('docs/executables.md names all kinds', () => {
  for (const kind of executableKinds) assert.ok(page.text.includes(`\`${kind}\``), kind);
});

page.end();
