import { readFileSync, writeFileSync } from 'node:fs';
import { benchmarks } from './benchmarks.ts';
import { provenance, type RunRecord, readRecord } from './record.ts';
import { renderTable, type Table } from './table.ts';

const BLOCK = /<!-- bench: (\S+) -->\n[\s\S]*?<!-- \/bench -->/g;

/** The names between markers of a page, in their order. Throws for a marker that is not closed. */
export function tablesOf(page: string): string[] {
  const names = [...page.matchAll(BLOCK)].map(([, name = '']) => name);
  const opened = page.match(/<!-- bench: /g)?.length ?? 0;
  const closed = page.match(/<!-- \/bench -->/g)?.length ?? 0;
  if (names.length !== opened || opened !== closed) throw new Error('A marker of a table is not closed');
  return names;
}

/** Renders a table with its markers: one line about the run, then the table. */
export function renderBlock(benchmark: string, table: Table, record: RunRecord): string {
  const block = `${provenance(benchmark, record)}\n\n${renderTable(table, record.results)}`;
  return `<!-- bench: ${table.name} -->\n\n${block}\n\n<!-- /bench -->`;
}

/** Renders all tables of a benchmark for a terminal, but for those that compare the same figures in fewer columns. */
export function renderRun(benchmark: string, record: RunRecord): string {
  const tables = (benchmarks[benchmark] ?? []).filter(({ page }) => page === 'docs/performance.md');
  return [provenance(benchmark, record), ...tables.map((table) => renderTable(table, record.results))].join(
    '\n\n',
  );
}

/** Replaces the tables of a page by those of the records; a table without a record stays as it is. */
export function fillPage(path: string, text: string, recordOf = readRecord): string {
  const found = new Map(
    Object.entries(benchmarks).flatMap(([benchmark, tables]) =>
      tables.filter(({ page }) => page === path).map((table) => [table.name, { benchmark, table }] as const),
    ),
  );
  return text.replaceAll(BLOCK, (block, name: string) => {
    const entry = found.get(name);
    if (entry === undefined) throw new Error(`${path}: no benchmark makes a table ${name}`);
    const record = recordOf(entry.benchmark);
    return record === undefined ? block : renderBlock(entry.benchmark, entry.table, record);
  });
}

/** The pages that have tables of benchmarks. */
export const pages: readonly string[] = [
  ...new Set(
    Object.values(benchmarks)
      .flat()
      .map(({ page }) => page),
  ),
];

/** Writes the tables of all pages anew from the records. */
export function writePages(): void {
  for (const path of pages) writeFileSync(path, fillPage(path, readFileSync(path, 'utf8')));
}
