import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/write-a-service.md');
const served = page.block('ts', /declareService/);
const client = page.block('ts', /\/\/ client\.ts/);
const grants = page.block('yaml', /limits:/);
const lost = page.block('yaml', /when_lost/);
const double = page.block('ts', /\/\/ quotes\.test\.ts/);

test('the service of docs/write-a-service.md answers its client, and has no more than fifty lines', (t) => {
  assert.ok(served.trim().split('\n').length <= 50);
  const { cwd, run } = makeDesk(t, { 'quotes.ts': served, 'client.ts': client });
  mkdirSync(join(cwd, 'texts'));
  writeFileSync(join(cwd, 'texts', 'seneca'), `Dum differtur vita transcurrit.${'.'.repeat(200)}`);
  const { stdout, stderr } = run('cloudabi run client.ts', grants);
  assert.equal(stdout, `Dum differtur vita transcurrit.${'.'.repeat(89)}`, stderr);
  const told = run('cloudabi explain client.ts', grants).stdout;
  assert.match(told, /Asks service .*quotes\.ts/);
});

test('the grants of docs/write-a-service.md that say when a program ends are a plan', (t) => {
  const { cwd, run } = makeDesk(t, { 'quotes.ts': served, 'client.ts': client });
  mkdirSync(join(cwd, 'texts'));
  const { stdout, stderr } = run('cloudabi explain client.ts', lost);
  assert.equal(stderr, '');
  assert.match(stdout, /Asks service pwd within .*, and ends with it/);
});

test('the double of docs/write-a-service.md stands in for the service', (t) => {
  // As the compiler would leave it: Node of this version may not read types.
  const { cwd, run } = makeDesk(t, {
    'quotes.mjs': served,
    'double.mjs': double.replace('./quotes.ts', './quotes.mjs'),
  });
  install(cwd);
  const { stdout, stderr } = run('node double.mjs');
  assert.deepEqual([stdout, stderr], ['', '']);
  assert.match(readFileSync(join(cwd, 'double.mjs'), 'utf8'), /openService/);
});

page.end();
