// The tables of docs/performance.md and docs/comparison.md are those of the recorded run. Nothing is measured here.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { atMost } from '../../bench/aims.ts';
import { benchmarks } from '../../bench/benchmarks.ts';
import { fillPage, pages, renderBlock, tablesOf } from '../../bench/pages.ts';
import { type RunRecord, readRecord } from '../../bench/record.ts';
import { ratioTo, row, type Table, value } from '../../bench/table.ts';

const all = Object.entries(benchmarks).flatMap(([benchmark, tables]) =>
  tables.map((table) => ({ benchmark, table })),
);

test('each benchmark is a program, and each program that measures is a benchmark', () => {
  for (const name of Object.keys(benchmarks)) assert.ok(existsSync(`bench/${name}.ts`), name);
  const programs = readdirSync('bench')
    .filter(
      (name) => name.endsWith('.ts') && readFileSync(`bench/${name}`, 'utf8').includes('= benchOptions('),
    )
    .map((name) => name.replace('.ts', ''));
  assert.deepEqual(programs.sort(), Object.keys(benchmarks).sort());
});

test('each table of a benchmark stands in its page once, and a page has no others', () => {
  for (const page of pages) {
    const wanted = all.filter(({ table }) => table.page === page).map(({ table }) => table.name);
    assert.deepEqual(tablesOf(readFileSync(page, 'utf8')).sort(), wanted.sort(), page);
  }
});

test('the tables of pages are those that the records make', () => {
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    assert.equal(fillPage(page, text), text, `${page}: npm run bench -- --tables`);
  }
});

test('each benchmark has a record, and each figure that was recorded stands in a table', () => {
  for (const [benchmark, tables] of Object.entries(benchmarks)) {
    const { results = [] } = readRecord(benchmark) ?? {};
    assert.ok(results.length > 0, benchmark);
    const shown = new Set(tables.flatMap(({ rows }) => rows.map(({ work }) => work)));
    assert.deepEqual(
      results.map(({ work }) => work).filter((work) => !shown.has(work)),
      [],
      benchmark,
    );
  }
});

test('each table is one of Markdown, with as many cells in each line', () => {
  for (const { benchmark, table } of all) {
    const record = readRecord(benchmark);
    assert.ok(record !== undefined, benchmark);
    const [head = '', rule = '', ...lines] = renderBlock(benchmark, table, record).match(/^\|.*\|$/gm) ?? [];
    const cells = (line: string): number => line.replaceAll('\\|', '').split('|').length;
    assert.match(rule, /^(?:\| -+:? )+\|$/);
    assert.ok(lines.length > 0, table.name);
    for (const line of [rule, ...lines]) assert.equal(cells(line), cells(head), line);
  }
});

test('each aim has a reason to print where it is missed', () => {
  for (const { table } of all)
    for (const { title, aims } of table.rows)
      for (const { reason } of aims) assert.match(reason, /^.{10,}[^.]$/, `${table.name}, ${title}`);
});

/** A table with rows that reach their aim, miss it, or cannot be judged. */
const example: Table = {
  name: 'example',
  page: 'docs/example.md',
  head: 'call',
  columns: [value('native'), value('cloudabi'), value('gone'), ratioTo('native')],
  rows: [
    row('fast', atMost(2, 'native', 'never printed')),
    row('slow', atMost(2, 'native', 'it asks | thrice')),
    row('impossible here', atMost(2, 'native', 'never printed')),
    row('alone', atMost(2, 'native', 'never printed')),
  ],
};
const record: RunRecord = {
  machine: {
    date: '2026-01-02',
    processor: 'Example',
    processors: 2,
    memory: '4 GiB',
    system: 'Linux 6.18',
    node: '20.19.0',
    user: 'root',
    load: 0.1,
  },
  turns: 3,
  peers: { cc: '12.2.0' },
  absent: { gone: 'not installed' },
  results: [
    { work: 'fast', unit: 'ns', values: { native: 100, cloudabi: 150 } },
    { work: 'slow', unit: 'ns', values: { native: 100, cloudabi: 250.4 } },
    { work: 'alone', unit: 'ns', values: { cloudabi: 1 } },
  ],
};

test('a table says where it was measured, which peers were absent, and what became of each aim', () => {
  const block = renderBlock('example', example, record);
  assert.equal(
    block,
    `<!-- bench: example -->

_\`npm run bench -- example\`, 2026-01-02, 3 turns, load 0.1: Example, 2 processors, 4 GiB, Linux 6.18, as root; Node 20.19.0, cc 12.2.0. Absent: gone (not installed)._

| call  | native, ns | cloudabi, ns | to native | aim |
| ----- | ---------: | -----------: | --------: | --- |
| fast  |        100 |          150 |      1.50 | at most 2 × native: reached |
| slow  |        100 |          250 |      2.50 | at most 2 × native: missed: it asks \\| thrice |
| alone |          – |         1.00 |         – | at most 2 × native: untried |

<!-- /bench -->`,
  );
});

test('a new record changes the table of its benchmark, and nothing else of a page', () => {
  const text = readFileSync('docs/performance.md', 'utf8');
  const filled = fillPage('docs/performance.md', text, (benchmark) => {
    const kept = readRecord(benchmark);
    if (benchmark !== 'threads' || kept === undefined) return kept;
    return { ...kept, machine: record.machine };
  });
  const changed = filled.split('\n').filter((line, index) => line !== text.split('\n')[index]);
  assert.deepEqual(
    changed.map((line) => line.includes('-- threads`, 2026-01-02')),
    [true],
  );
});

test('a marker that is not closed, or that no benchmark knows, is a mistake', () => {
  assert.throws(() => tablesOf('<!-- bench: calls -->\n'), /not closed/);
  assert.throws(
    () => fillPage('docs/performance.md', '<!-- bench: none -->\n<!-- /bench -->'),
    /no benchmark/,
  );
});
