import { groups, isGroup } from './groups.ts';
import type { Trial } from './trial.ts';

/** Colours of a terminal, or nothing. */
export type Paint = (colour: 'red' | 'green' | 'dim', text: string) => string;

const CODES = { red: 31, green: 32, dim: 2 } as const;

/** Colours for a terminal that wants them (https://no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  if (stream.isTTY !== true || (process.env['NO_COLOR'] ?? '') !== '') return (_, text) => text;
  return (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}

/** A row for each group, a column for each world: how many of the attempts made there were refused. */
export function renderTable(trials: readonly Trial[], paint: Paint): string {
  const tried = trials.filter(({ verdict }) => verdict !== 'skipped');
  const columns = [...new Set(tried.map(columnOf))].toSorted(
    (a, b) => Number(isProof(a)) - Number(isProof(b)),
  );
  const present = Object.keys(groups)
    .filter(isGroup)
    .filter((group) => tried.some(({ attempt }) => attempt.group === group));
  const first = Math.max(...present.map((group) => groups[group].length), 'together'.length);
  const cell = (found: readonly Trial[], width: number): string => {
    const good = found.filter(({ verdict }) => verdict === 'held' || verdict === 'proven').length;
    const bad = found.some(({ verdict }) => verdict === 'gave way');
    const text = (found.length === 0 ? '–' : `${good}/${found.length}`).padStart(width);
    return found.length === 0 ? paint('dim', text) : paint(bad ? 'red' : 'green', text);
  };
  const row = (name: string, found: readonly Trial[]): string =>
    [
      name.padEnd(first),
      ...columns.map((column) =>
        cell(
          found.filter((trial) => columnOf(trial) === column),
          column.length,
        ),
      ),
    ].join('  ');
  return [
    [' '.repeat(first), ...columns].join('  '),
    ...present.map((group) =>
      row(
        groups[group],
        tried.filter(({ attempt }) => attempt.group === group),
      ),
    ),
    row('together', tried),
  ].join('\n');
}

function columnOf({ attempt, world }: Trial): string {
  return world.startsWith('unconfined') ? `${attempt.kind}${PROOF}` : `${attempt.kind} ${world}`;
}

const PROOF = ' without walls';

function isProof(column: string): boolean {
  return column.endsWith(PROOF);
}
