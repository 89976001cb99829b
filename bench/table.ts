import { type Aim, aimText } from './aims.ts';
import { OURS, type Result } from './report.ts';

/** A column: the figure of a contender, or its ratio to another's. */
export type Column =
  | { readonly kind: 'value'; readonly of: string; readonly title: string | undefined }
  | { readonly kind: 'ratio'; readonly of: string; readonly to: string; readonly title: string | undefined };

/** A column of figures; without a title, it has the contender's name. */
export function value(of: string, title?: string): Column {
  return { kind: 'value', of, title };
}

/** A column of ratios of our figures to a peer's. */
export function ratioTo(to: string, title?: string): Column {
  return { kind: 'ratio', of: OURS, to, title };
}

/** A column of ratios of any contender to another. */
export function ratioOf(of: string, to: string, title?: string): Column {
  return { kind: 'ratio', of, to, title };
}

/** A row: a work of the benchmark, its title in the table, and its aims. */
export type Row = { readonly work: string; readonly title: string; readonly aims: readonly Aim[] };

/** Makes a row that is called as its work is. */
export function row(work: string, ...aims: readonly Aim[]): Row {
  return { work, title: work, aims };
}

/** Makes a row with a title of its own. */
export function titled(title: string, work: string, ...aims: readonly Aim[]): Row {
  return { work, title, aims };
}

/** A table of a page, made from the results of one benchmark. It stands between markers with its name. */
export type Table = {
  readonly name: string;
  /** Path of the page from the root of the repository. */
  readonly page: string;
  /** Title of the first column. */
  readonly head: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
};

/** Writes a number with three digits that say something, two if it is small, or all digits before the point. */
export function digits(number: number): string {
  if (number > 0 && number < 0.01) return number.toPrecision(2);
  return number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2);
}

function figure(column: Column, { values }: Result): number | undefined {
  const of = values[column.of];
  if (column.kind === 'value') return of;
  const to = values[column.to];
  return of === undefined || to === undefined || to === 0 ? undefined : of / to;
}

function titleOf(column: Column, unit: string | undefined): string {
  if (column.kind === 'value') return `${column.title ?? column.of}${unit === undefined ? '' : `, ${unit}`}`;
  return column.title ?? (column.of === OURS ? `to ${column.to}` : `${column.of} to ${column.to}`);
}

/**
 * Renders a table in Markdown. A row without a result, and a column without a figure, are left out: that work was not
 * possible or that contender did not take part. The unit stands in the titles, or in a column if rows differ.
 */
export function renderTable(table: Table, results: readonly Result[]): string {
  const rows = table.rows.flatMap(({ work, title, aims }) => {
    const result = results.find((each) => each.work === work);
    return result === undefined ? [] : [{ title, aims, result }];
  });
  const columns = table.columns.filter((column) =>
    rows.some(({ result }) => figure(column, result) !== undefined),
  );
  const units = new Set(rows.map(({ result }) => result.unit));
  const unit = units.size === 1 ? [...units][0] : undefined;
  const mixed = units.size > 1;
  const aimed = rows.some(({ aims }) => aims.length > 0);
  const head = [
    table.head,
    ...(mixed ? ['unit'] : []),
    ...columns.map((column) => titleOf(column, unit)),
    ...(aimed ? ['aim'] : []),
  ];
  const lines = rows.map(({ title, aims, result }) => [
    title,
    ...(mixed ? [result.unit] : []),
    ...columns.map((column) => {
      const number = figure(column, result);
      return number === undefined ? '–' : digits(number);
    }),
    ...(aimed ? [aims.map((aim) => aimText(aim, result)).join(' · ')] : []),
  ]);
  const right = head.map((_, index) => index > (mixed ? 1 : 0) && index <= columns.length + (mixed ? 1 : 0));
  return markdown(head, right, lines);
}

/** Lays out a table; the last column is not padded if it is text, for reasons are long. */
function markdown(head: readonly string[], right: readonly boolean[], lines: readonly string[][]): string {
  const escaped = lines.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((title, column) => {
    if (column === head.length - 1 && !right[column]) return title.length;
    return Math.max(title.length, ...escaped.map((cells) => cells[column]?.length ?? 0));
  });
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    right[column] ? `${'-'.repeat(Math.max(width - 1, 2))}:` : '-'.repeat(Math.max(width, 3)),
  );
  return [line(head), line(rule), ...escaped.map(line)].join('\n');
}
