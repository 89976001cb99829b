// docs/promises.md. Its table is compared in tests/worlds/promises.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/promises.md');
const commands = page.block('sh', /--promise/);

test('the command of docs/promises.md prints a file', (t) => {
  const { status, stdout, stderr } = makeDesk(t, { 'README.md': 'read\n' }).run(commands);
  assert.equal(stdout, 'read\n', stderr);
  assert.equal(status, 0);
});

page.end();
