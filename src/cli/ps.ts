import type { Command } from 'commander';
import { print, printJsonValue } from './output.ts';

/** Adds `cloudabi ps`. What it needs is loaded when it is called. */
export function addPs(program: Command): void {
  program
    .command('ps')
    .description('list the programs that commands of this user run')
    .option('--json', 'print the list as JSON')
    .action(async ({ json }: { json?: true }) => {
      const [{ runningPrograms }, { usageNow }] = await Promise.all([
        import('../control/registry.ts'),
        import('../control/usage.ts'),
      ]);
      const rows = runningPrograms()
        .map((running) => ({
          ...running,
          usage: running.first === undefined ? undefined : usageNow(running.first),
        }))
        .sort((a, b) => a.began - b.began);
      if (json)
        printJsonValue(
          rows.map(({ pid, first, command, path, arguments: words, began, socket, usage }) => ({
            pid,
            first: first ?? null,
            command,
            program: path,
            arguments: words,
            began: new Date(began),
            usage: usage ?? null,
            changeable: socket !== undefined,
          })),
        );
      else print(describeRows(rows.map((row) => cellsOf(row))));
    });
}

type Row = {
  readonly pid: number;
  readonly path: string;
  readonly arguments: readonly string[];
  readonly began: number;
  readonly usage: { readonly processes: number; readonly memory: number } | undefined;
};

const HEAD = ['PID', 'SINCE', 'PROCESSES', 'MEMORY', 'PROGRAM'];

/** The longest command line that is shown, in UTF-16 units. */
const LONGEST = 100;

function cellsOf({ pid, path, arguments: words, began, usage }: Row): readonly string[] {
  const line = [path, ...words].join(' ');
  return [
    `${pid}`,
    new Date(began).toISOString().slice(0, 19).replace('T', ' '),
    usage === undefined ? '-' : `${usage.processes}`,
    usage === undefined ? '-' : `${Math.ceil(usage.memory / 1024 / 1024)}MiB`,
    line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line,
  ];
}

function describeRows(rows: readonly (readonly string[])[]): string {
  const all = [HEAD, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\s/g, ' ')));
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
