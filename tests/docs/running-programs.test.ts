// docs/running-programs.md: its commands exist, and say when nothing runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/running-programs.md');
const commands = page.block('sh', /^cloudabi ps/);
const audited = page.block('sh', /audit verify/);

test('the commands of docs/running-programs.md look for the program', (t) => {
  const { run } = makeDesk(t, {});
  const [list = '', ...others] = commands.trim().split('\n');
  assert.match(run(list).stdout, /^PID +SINCE +PROCESSES +MEMORY +PROGRAM$/m);
  assert.equal(others.length, 4);
  for (const line of others) {
    const { status, stderr } = run(line);
    assert.equal(status, 64, stderr);
    assert.match(stderr, /No command of yours runs 'npm'/);
  }
});

test('the audit of docs/running-programs.md is whole', (t) => {
  const { run } = makeDesk(t, { Makefile: 'test:\n\t@echo tested\n' });
  const { status, stdout, stderr } = run(audited);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /2 records, each as it was written/);
});

page.end();
