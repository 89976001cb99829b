import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as capsicum from '../../src/capsicum/index.ts';
import { rightNames } from '../../src/resources/rights.ts';
import { services } from '../../src/services/table.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/capsicum-on-linux.md');
const program = page.block('js', /limitStdio/);
const printed = page.block('text', /^write/);
const controls = page.block('js', /processControl/);
const ends = page.block('text', /^exited/);

/** The rows of a table under a heading, without its first two lines. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.text.split(`## ${heading}\n`);
  const lines =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| ')) ?? [];
  return lines.slice(2).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

const words = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

test('the program of docs/capsicum-on-linux.md prints what the page says', (t) => {
  const { cwd } = makeDesk(t, { 'program.mjs': program.replace('/tmp/example.log', 'example.log') });
  install(cwd);
  const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd, encoding: 'utf8' });
  assert.equal(stderr, '');
  const sorted = (text: string): string[] => text.trim().split(' ').sort();
  assert.deepEqual(sorted(stdout), sorted(printed));
});

test('the process of docs/capsicum-on-linux.md ends with the one that controls it', (t) => {
  const { cwd } = makeDesk(t, { 'program.mjs': controls });
  install(cwd);
  const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd, encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(stdout, ends);
});

test('every right of a living Node has its row, and no row names a right that does not exist', () => {
  const rows = rowsUnder('Right by right');
  assert.ok(rows.length > 20);
  const node = new Set(rows.flatMap(([, , cell]) => words(cell)));
  for (const right of Object.keys(capsicum.rights)) assert.ok(node.has(right), right);
  const abi: readonly string[] = [...rightNames, 'sock_accept'];
  for (const [, first, , last] of rows)
    for (const word of [...words(first), ...words(last)])
      assert.ok(abi.includes(word) || word === 'F_SETFL' || word === '..' || word === 'pidfd', word);
});

test('every function that the page names exists', () => {
  const rows = rowsUnder('Call by call');
  assert.ok(rows.length > 15);
  const exported = new Set([
    ...Object.keys(capsicum),
    'launch',
    'ended',
    'kill',
    'pdkill',
    'pdwait',
    'signal',
  ]);
  const offered = new Set(services.keys());
  for (const [, here] of rows)
    for (const word of words(here)) {
      const [name = ''] = word.split('(');
      if (word.includes('(')) assert.ok(exported.has(name), word);
      else if (['fileargs', 'pwd', 'dns', 'powerbox'].includes(word)) assert.ok(offered.has(word), word);
    }
});

page.end();
