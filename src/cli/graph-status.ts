import { fieldOf } from '../control/json-lines.ts';
import { printable } from '../text/printable.ts';

const PROGRAM_HEAD = ['PROGRAM', 'STATE', 'PID', 'STARTS', 'FAILURES', 'REFUSALS', 'MEMORY', 'CPU'];
const ARROW_HEAD = ['ARROW', 'KIND', 'ADDRESS', 'OPEN', 'CONNECTIONS', 'SENT', 'RECEIVED', 'REFUSED'];

/** Describes the state of a graph for people. */
export function describeStatus(status: unknown): string {
  const programs = listAt(status, 'programs').map((one) => {
    const replica = fieldOf(one, 'replica');
    const name = `${fieldOf(one, 'program')}`;
    return [
      replica === 1 ? name : `${name}.${replica}`,
      cell(one, 'state'),
      cell(one, 'pid'),
      cell(one, 'starts'),
      cell(one, 'failures'),
      cell(one, 'refusals'),
      `${Math.ceil(numberAt(one, 'memory') / 1024 / 1024)}MiB`,
      `${(numberAt(one, 'cpuTime') / 1000).toFixed(2)}s`,
    ];
  });
  const arrows = listAt(status, 'arrows').map((one) =>
    ['arrow', 'kind', 'address', 'open', 'connections', 'sent', 'received', 'refused'].map((key) =>
      cell(one, key),
    ),
  );
  return `${table(PROGRAM_HEAD, programs)}${arrows.length === 0 ? '' : `\n${table(ARROW_HEAD, arrows)}`}`;
}

/** Describes the changes between two graphs for people. */
export function describeChanges(diff: unknown): string {
  const lines = ['added', 'removed', 'changed'].flatMap((what) =>
    ['programs', 'arrows'].flatMap((part) =>
      listAt(fieldOf(diff, part), what).map((name) => `${part.slice(0, -1)} ${name}: ${what}\n`),
    ),
  );
  return lines.length === 0 ? 'Nothing differs.\n' : lines.join('');
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}

function numberAt(value: unknown, key: string): number {
  const number = fieldOf(value, key);
  return typeof number === 'number' ? number : 0;
}

function cell(value: unknown, key: string): string {
  const found = fieldOf(value, key);
  return found === null || found === undefined ? '-' : printable(String(found));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map(
      (row) =>
        `${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
