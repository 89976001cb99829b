import { parseArgs } from 'node:util';

/** How results call what this project does; all other names are peers. */
export const OURS = 'cloudabi';

/** What was asked for. Ratios are ours over the peer's. */
export type Aim =
  | { readonly kind: 'at most'; readonly times: number; readonly of: string }
  | { readonly kind: 'at least'; readonly times: number; readonly of: string }
  /** In the unit of the result. */
  | { readonly kind: 'at most more'; readonly by: number; readonly than: string }
  | { readonly kind: 'no more than'; readonly value: number };

/** One work, and what it took each contender. Of requests a second, more is better; of all else, less. */
export type Result = {
  readonly work: string;
  readonly unit: 'ns' | 'us' | 'ms' | 'MB' | 'requests/s';
  readonly values: Readonly<Record<string, number>>;
  readonly aims?: readonly Aim[];
};

/** What all benchmarks can be told. */
export type BenchOptions = { readonly json: boolean; readonly turns: number };

/** Reads the command line: `--json`, `--turns N`. */
export function benchOptions(turns: number): BenchOptions {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, turns: { type: 'string', default: String(turns) } },
  });
  return { json: values.json, turns: Number(values.turns) };
}

/** The lesser of a time and what was measured before, if anything was: noise of a machine only ever adds. */
export function least(before: number | undefined, time: number): number {
  return before === undefined ? time : Math.min(before, time);
}

/** The middle value of a list; NaN of an empty one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Ours over each peer. */
function ratios({ values }: Result): Record<string, number> {
  const ours = values[OURS] ?? Number.NaN;
  const peers = Object.entries(values).filter(([name]) => name !== OURS);
  return Object.fromEntries(peers.map(([name, value]) => [name, ours / value]));
}

function describeAim(aim: Aim, { unit }: Result): string {
  switch (aim.kind) {
    case 'at most':
    case 'at least':
      return `${aim.kind} ${aim.times} x ${aim.of}`;
    case 'at most more':
      return `at most ${aim.by} ${unit} over ${aim.than}`;
    case 'no more than':
      return `at most ${aim.value} ${unit}`;
  }
}

/** Whether an aim was reached; `undefined` where the peer is not there. */
function isReached(aim: Aim, result: Result): boolean | undefined {
  const ours = result.values[OURS] ?? Number.NaN;
  if (aim.kind === 'no more than') return ours <= aim.value;
  const peer = result.values[aim.kind === 'at most more' ? aim.than : aim.of];
  if (peer === undefined) return undefined;
  if (aim.kind === 'at most more') return ours - peer <= aim.by;
  return aim.kind === 'at most' ? ours / peer <= aim.times : ours / peer >= aim.times;
}

function aimsText(result: Result): string {
  const texts = (result.aims ?? []).map((aim) => {
    const reached = isReached(aim, result);
    return `${describeAim(aim, result)}${reached === undefined ? '' : reached ? ': reached' : ': missed'}`;
  });
  return texts.join('; ');
}

/** A number with three digits that say something. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Prints results: a table, or with `--json` an array of results with their ratios and aims. */
export function report(results: readonly Result[], { json }: Pick<BenchOptions, 'json'>): void {
  if (json) {
    const rows = results.map((result) => ({
      ...result,
      ratios: ratios(result),
      aims: (result.aims ?? []).map((aim) => ({
        aim: describeAim(aim, result),
        reached: isReached(aim, result) ?? null,
      })),
    }));
    console.log(JSON.stringify(rows, undefined, 2));
    return;
  }
  const names = [...new Set(results.flatMap(({ values }) => Object.keys(values)))];
  const peers = names.filter((name) => name !== OURS);
  const cell = (value: number | undefined): string => (value === undefined ? '-' : digits(value));
  const rows = results.map((result) => [
    result.work,
    result.unit,
    ...[OURS, ...peers].map((name) => cell(result.values[name])),
    ...peers.map((name) => cell(ratios(result)[name])),
    aimsText(result),
  ]);
  printTable(['', 'unit', OURS, ...peers, ...peers.map((name) => `to ${name}`), 'aim'], rows);
}

/** Prints a table in Markdown: the first column and the last left-aligned, the others right-aligned. */
function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isText = (column: number): boolean => column === 0 || column === head.length - 1;
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isText(column) ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  for (const row of [head, rule, ...rows]) console.log(line(row));
}
