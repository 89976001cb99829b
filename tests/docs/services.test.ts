import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { PlanJson } from '../../src/index.ts';
import { SERVICES_PAGE, withServices } from '../../src/services/services-page.ts';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';
import { exits } from '../frame/wasm-module.ts';

const page = new Page('docs/services.md');
const grants = page.block('yaml', /^users:/m);
const shell = page.block('sh');
const library = page.block('yaml', /^services:/m);
const example = page.block('ts', /defineService/);

test('the first document of docs/services.md is a plan', (t) => {
  const { run } = makeDesk(t, { 'program.wasm': exits(0) });
  const { stdout, stderr } = run('cloudabi explain --json program.wasm', grants);
  assert.equal(stderr, '');
  const plan: PlanJson = JSON.parse(stdout);
  assert.deepEqual(
    plan.grants.map(({ description }) => description.split(' ').slice(0, 3).join(' ')),
    ['Asks service pwd', 'Asks service random'],
  );
});

test('unmodified programs ask services as docs/services.md says', (t) => {
  const { run } = makeDesk(t, {});
  const { stdout, stderr } = run(shell);
  assert.equal(stderr, '');
  assert.match(stdout, /^uid=1\(daemon\) gid=1\(daemon\)/);
  assert.match(run('cloudabi run /usr/bin/getent', library).stdout, /^daemon:x:1:1:/);
});

test('docs/services.md has the services that there are', () => {
  assert.equal(page.text, withServices(page.text), 'npm run generate');
  assert.equal(SERVICES_PAGE, page.path);
});

test('docs/services.md shows a service as it is', () => {
  assert.equal(example, readFileSync('src/services/offered/random.ts', 'utf8'));
});

page.end();
