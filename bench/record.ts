import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Measured, OURS } from './report.ts';

/** The machine and the moment of a run. */
export type Machine = {
  readonly date: string;
  readonly processor: string;
  readonly processors: number;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly user: 'root' | 'an ordinary user';
  /** Processes that wanted to run when the benchmark began, as an average of one minute (proc_loadavg(5)). */
  readonly load: number;
};

/** The record of the last run of a benchmark, from which the tables of pages are made. */
export type RunRecord = { readonly machine: Machine } & Measured;

/** Describes this machine now. */
export function thisMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? process.arch,
    processors: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `Linux ${release()}`,
    node: process.version.slice(1),
    user: process.getuid?.() === 0 ? 'root' : 'an ordinary user',
    load: Number(loadavg()[0]?.toFixed(1) ?? Number.NaN),
  };
}

function pathOf(benchmark: string): string {
  return join('bench/results', `${benchmark}.json`);
}

/** Reads the record of a benchmark, from the root of the repository; `undefined` if it was never recorded. */
export function readRecord(benchmark: string): RunRecord | undefined {
  const path = pathOf(benchmark);
  // The file is ours: --write has written it.
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunRecord) : undefined;
}

/** Keeps the record of a benchmark. Figures are rounded to four digits, so that a new run changes what it must. */
export function writeRecord(benchmark: string, record: RunRecord): void {
  const round = (key: string, value: unknown): unknown =>
    typeof value === 'number' && key !== 'processors' && key !== 'turns'
      ? Number(value.toPrecision(4))
      : value;
  writeFileSync(pathOf(benchmark), `${JSON.stringify(record, round, 2)}\n`);
}

/** Writes in one line of Markdown on which machine, when, and with which peers a benchmark ran. */
export function provenance(benchmark: string, { machine, turns, peers, absent }: RunRecord): string {
  const { date, processor, processors, memory, system, node, user, load } = machine;
  const others = Object.entries(peers).map(([name, version]) => `, ${name} ${version}`.trimEnd());
  const left = Object.entries(absent)
    .filter(([name]) => name !== OURS)
    .map(([name, reason]) => `${name} (${reason})`);
  const where = `${processor}, ${processors} processors, ${memory}, ${system}, as ${user}`;
  const absentees = left.length === 0 ? '' : ` Absent: ${left.join(', ')}.`;
  return `_\`npm run bench -- ${benchmark}\`, ${date}, ${turns} turns, load ${load}: ${where}; Node ${node}${others.join('')}.${absentees}_`;
}
