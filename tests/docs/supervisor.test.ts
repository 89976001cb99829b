// docs/supervisor.md: its command prints the output that the page shows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/supervisor.md');
const first = page.block('sh', /exec/);
const output = page.block('text', /statx/);
page.block('', /launcher/);

test('the first command meets a hidden name as the page says', (t) => {
  const { run } = makeDesk(t);
  const { stdout, stderr } = run(first);
  assert.equal(stdout + stderr, output);
});

page.end();
