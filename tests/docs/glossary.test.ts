// The glossary has the words that are ours, each in one line, and none that is not in use.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertOwnCommands } from '../frame/docs/own-commands.ts';
import { Page } from '../frame/docs/page.ts';

const page = new Page('docs/glossary.md');
const checks = page.block('sh');
const tables = page.text.split(/^## .*$/m).slice(1);
const wordsOf = (table: string): string[] =>
  [...table.matchAll(/^\| ([a-zA-Z ]+) \| .+ \|$/gm)]
    .map(([, word = '']) => word)
    .filter((word) => word !== 'word');

/** Reads all files of folders whose name ends so, but for the glossary. */
function textOf(folders: readonly string[], end: RegExp): string {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((name) => end.test(name) && name !== page.path)
    .map((name) => readFileSync(name, 'utf8').toLowerCase())
    .join('\n');
}

test('every word of the glossary is in use', () => {
  assertOwnCommands(checks);
  const text = textOf(['src', 'docs', 'attacks'], /\.(?:ts|md)$/);
  const words = tables.flatMap(wordsOf);
  assert.ok(words.length > 45, `${words.length} words`);
  const unused = words.filter(
    (word) => !new RegExp(`\\b${word.toLowerCase().replace(' ', '[ -]')}s?\\b`).test(text),
  );
  assert.deepEqual(unused, []);
});

test('the glossary says each word once, in the order of the alphabet, in one line', () => {
  const words = tables.flatMap(wordsOf);
  assert.equal(new Set(words).size, words.length);
  for (const table of tables) {
    assert.deepEqual(wordsOf(table), wordsOf(table).toSorted());
    const rows = table.split('\n').filter((line) => line.startsWith('|'));
    assert.equal(rows.length - 2, wordsOf(table).length);
    for (const row of rows) assert.ok(row.length < 160, row);
  }
});

test('readers find the glossary where they begin', () => {
  assert.match(readFileSync('README.md', 'utf8'), /\(docs\/glossary\.md\)/);
  for (const name of ['reading.md', 'architecture.md'])
    assert.match(readFileSync(join('docs', name), 'utf8'), /\(glossary\.md\)/, name);
});

page.end();
