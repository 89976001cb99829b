import { parseArgs } from 'node:util';
import { foundPeers } from './peers.ts';

/** The name of this project among contenders; all other names are peers. */
export const OURS = 'cloudabi';

export type Unit = 'ns' | 'us' | 'ms' | 'MB' | 'requests/s';

/** One work, and the figure of each contender. Of requests a second, more is better; of all else, less. */
export type Result = {
  readonly work: string;
  readonly unit: Unit;
  readonly values: Readonly<Record<string, number>>;
};

/** The common form in which each benchmark prints its figures, as JSON. */
export type Measured = {
  readonly turns: number;
  readonly results: readonly Result[];
  /** Versions of the peers that took part, by name. */
  readonly peers: Readonly<Record<string, string>>;
  /** Peers that did not take part, each with the reason. */
  readonly absent: Readonly<Record<string, string>>;
};

/** Options of all benchmarks: how many turns contenders take, and that only the first works are wanted. */
export type BenchOptions = { readonly turns: number; readonly brief: boolean };

/** Reads the command line: `--turns N`, `--brief`. */
export function benchOptions(turns: number): BenchOptions {
  const { values } = parseArgs({
    options: {
      turns: { type: 'string', default: String(turns) },
      brief: { type: 'boolean', default: false },
    },
  });
  const wanted = Number(values.turns);
  if (Number.isInteger(wanted) && wanted > 0) return { turns: wanted, brief: values.brief };
  console.error(`--turns wants a number from 1, not '${values.turns}'`);
  process.exit(2);
}

/** Returns the lesser of a time and the least before it, if there is one: noise of a machine only ever adds. */
export function least(before: number | undefined, time: number): number {
  return before === undefined ? time : Math.min(before, time);
}

/** Returns the middle value of a list; NaN of an empty one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints results, with the peers that were looked for, in the common form. A figure that is no number is left out. */
export function report(results: readonly Result[], { turns }: BenchOptions): void {
  const known = results.map(({ values, ...result }) => ({
    ...result,
    values: Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value))),
  }));
  const measured: Measured = { turns, results: known, ...foundPeers() };
  console.log(JSON.stringify(measured));
}
