import type { GraphStatus } from './status.ts';

/** Milliseconds between two samples, and the samples of an hour. */
const STEP = 10_000;
const MOST = 360;

/** A line of a chart. */
export type HistoryLine = { readonly name: string; readonly values: readonly (number | null)[] };

/** Lines over the same times, in seconds since 1970. */
export type HistoryPart = { readonly times: readonly number[]; readonly lines: readonly HistoryLine[] };

/** Sums over the replicas of a program; milliseconds, bytes, and counts since the start of the graph. */
type ProgramSample = readonly [cpuTime: number, memory: number, starts: number, refusals: number];

type ArrowSample = readonly [
  open: number | null,
  connections: number | null,
  sent: number | null,
  received: number | null,
  refused: number | null,
];

type Sample = {
  readonly time: number;
  readonly programs: ReadonlyMap<string, ProgramSample>;
  readonly arrows: ReadonlyMap<string, ArrowSample>;
};

/** The last hour of a graph that runs, as far as its supervisor sees it. */
export class StatusHistory {
  readonly #status: () => GraphStatus;
  readonly #samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(status: () => GraphStatus) {
    this.#status = status;
  }

  /** Takes a sample at once, and one every ten seconds. */
  start(): void {
    this.take(Date.now());
    this.#timer = setInterval(() => this.take(Date.now()), STEP);
    this.#timer.unref();
  }

  /** Takes no more samples. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param now Milliseconds since 1970. */
  take(now: number): void {
    const { programs, arrows } = this.#status();
    const sums = new Map<string, ProgramSample>();
    for (const one of programs) {
      const [cpuTime, memory, starts, refusals] = sums.get(one.program) ?? [0, 0, 0, 0];
      sums.set(one.program, [
        cpuTime + one.cpuTime,
        memory + one.memory,
        starts + one.starts,
        refusals + one.refusals,
      ]);
    }
    this.#samples.push({
      time: now / 1000,
      programs: sums,
      arrows: new Map(
        arrows.map((one) => [one.arrow, [one.open, one.connections, one.sent, one.received, one.refused]]),
      ),
    });
    if (this.#samples.length > MOST) this.#samples.shift();
  }

  /** The lines of a program: percent of a processor, bytes, starts and refusals since the start of the graph. */
  ofProgram(name: string): HistoryPart {
    const at = (sample: Sample, index: 0 | 1 | 2 | 3): number | null =>
      sample.programs.get(name)?.[index] ?? null;
    return this.#part([
      ['cpu', this.#rates((sample) => at(sample, 0), 0.1)],
      ['memory', this.#samples.map((sample) => at(sample, 1))],
      ['starts', this.#samples.map((sample) => at(sample, 2))],
      ['refusals', this.#samples.map((sample) => at(sample, 3))],
    ]);
  }

  /** The lines of an arrow: open connections, connections and bytes a second, refused connections. */
  ofArrow(name: string): HistoryPart {
    const at = (sample: Sample, index: 0 | 1 | 2 | 3 | 4): number | null =>
      sample.arrows.get(name)?.[index] ?? null;
    return this.#part([
      ['open', this.#samples.map((sample) => at(sample, 0))],
      ['connections', this.#rates((sample) => at(sample, 1), 1)],
      ['sent', this.#rates((sample) => at(sample, 2), 1)],
      ['received', this.#rates((sample) => at(sample, 3), 1)],
      ['refused', this.#samples.map((sample) => at(sample, 4))],
    ]);
  }

  #part(lines: readonly (readonly [name: string, values: readonly (number | null)[]])[]): HistoryPart {
    return {
      times: this.#samples.map(({ time }) => time),
      lines: lines.map(([name, values]) => ({ name, values })),
    };
  }

  /** The growth of a counter in a second; null before the second sample, and where it began anew. */
  #rates(value: (sample: Sample) => number | null, factor: number): readonly (number | null)[] {
    return this.#samples.map((sample, index) => {
      const before = this.#samples[index - 1];
      const [from, to] = [before && value(before), value(sample)];
      if (before === undefined || from === null || from === undefined || to === null || to < from)
        return null;
      const seconds = sample.time - before.time;
      return seconds > 0 ? ((to - from) / seconds) * factor : null;
    });
  }
}
