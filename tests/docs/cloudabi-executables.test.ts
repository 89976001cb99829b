import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page } from '../frame/docs/page.ts';
import { makeDesk } from '../frame/docs/shell.ts';
import { noExecutables } from '../frame/elf/executables.ts';

const page = new Page('docs/cloudabi-executables.md');
const run = page.block('sh', /cloudabi explain/);
const source = page.block('c', /hello\.c/);
const build = page.block('sh', /cc --native/);

test('the program of docs/cloudabi-executables.md is built, explained and run', {
  skip: noExecutables ?? false,
}, (t) => {
  const desk = makeDesk(t, { 'hello.c': source });
  const { status, stdout, stderr } = desk.run(`${build}${run}`);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(stdout.match(/^Hello from an executable$/gm)?.length, 1);
  assert.match(stdout, /hello \(CloudABI executable\)/);
});

page.end();
