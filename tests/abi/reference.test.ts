import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { calls } from '../../src/abi/generated/calls.ts';
import { Errno, Rights } from '../../src/abi/generated/constants.ts';

const text = readFileSync('docs/abi-reference.md', 'utf8');

/** The anchors that headings get by themselves, and those that are written out. */
const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
  title.toLowerCase().replaceAll('`', '').replaceAll(' ', '-'),
);
const anchors = [...headings, ...[...text.matchAll(/<a id="([^"]*)">/g)].map(([, id = '']) => id)];

/** Reads the second column of an index by subject; the first column names a subject in its first row alone. */
function indexed(heading: string): Map<string, string[]> {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [, rows = ''] = section.split('| --- |\n');
  const found = new Map<string, string[]>();
  let subject = '';
  for (const [, first = '', second = ''] of (rows.split('\n\n')[0] ?? '').matchAll(
    /^\| (.*?) ?\| (.*?) \|/gm,
  )) {
    subject = /`(.*)`/.exec(first)?.[1] ?? subject;
    found.set(subject, [...(found.get(subject) ?? []), /`(.*)`/.exec(second)?.[1] ?? '']);
  }
  return found;
}

test('every link leads to exactly one place', () => {
  const known = new Set(anchors);
  assert.deepEqual(
    anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index),
    [],
  );
  const links = [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, to = '']) => to);
  assert.ok(links.length > 1000, `${links.length} links`);
  for (const to of links) {
    const [file = '', anchor] = to.split('#');
    if (file === '') assert.ok(known.has(anchor ?? ''), to);
    else assert.ok(existsSync(`docs/${file}`), to);
  }
});

test('no reference and no column is left unfinished', () => {
  for (const line of text.split('\n')) {
    assert.doesNotMatch(line, /[{}]|`undefined|\[object/);
    if (line.startsWith('|')) assert.match(line, / \|$/);
  }
});

test('each call, type and value has a place', () => {
  for (const { name } of calls) assert.ok(headings.includes(name), name);
  for (const name of Object.keys(Errno)) assert.ok(anchors.includes(`errno-${name}`), name);
  for (const name of Object.keys(Rights)) assert.ok(anchors.includes(`rights-${name}`), name);
});

test('the index by right names each call as often as it needs the right', () => {
  const index = indexed('Calls by right');
  assert.deepEqual([...index.keys()], Object.keys(Rights));
  for (const [right, named] of index) {
    const needing = calls.flatMap(({ name, needs }) =>
      needs.filter(({ rights }) => rights.includes(right)).map(() => name),
    );
    assert.deepEqual(named, needing, right);
  }
});

test('the index by error names each call that has a reason of its own for it', () => {
  const index = indexed('Errors by call');
  assert.ok(index.size > 10);
  for (const name of Object.keys(Errno)) {
    const reporting = calls.filter(({ failures }) => failures.includes(name)).map((call) => call.name);
    assert.deepEqual(index.get(name) ?? [], reporting, name);
  }
});
