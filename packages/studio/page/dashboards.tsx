import { useEffect, useState } from 'react';
import type { ChartPart } from '../../../src/studio/wire.ts';
import { askHistory } from './api.ts';
import type { Selected } from './canvas.tsx';
import { Chart } from './chart.tsx';

/** Milliseconds between two looks; the supervisor takes a sample as often. */
const AGAIN = 10_000;

/** Programs that are compared when nothing is selected. */
const MOST_COMPARED = 6;

/** A chart: its lines by their names in the history. */
type Wanted = { readonly title: string; readonly unit: string; readonly lines: readonly string[] };

const CHARTS: Readonly<Record<'program' | 'arrow', readonly Wanted[]>> = {
  program: [
    { title: 'Processor', unit: 'percent of one', lines: ['cpu'] },
    { title: 'Memory', unit: 'bytes', lines: ['memory'] },
    { title: 'Starts and refusals', unit: '', lines: ['starts', 'refusals'] },
  ],
  arrow: [
    { title: 'Connections', unit: '', lines: ['open', 'refused'] },
    { title: 'New connections', unit: 'a second', lines: ['connections'] },
    { title: 'Bytes', unit: 'a second', lines: ['sent', 'received'] },
  ],
};

type Shown = {
  readonly of: string;
  readonly source: string | null;
  readonly refused: string | null;
  readonly parts: readonly (readonly [name: string, part: ChartPart])[];
};

/** Shows the last hour of what is selected, or compares the first programs. */
export function Dashboards({
  selected,
  programs,
  dark,
}: {
  readonly selected: Selected;
  readonly programs: readonly string[];
  readonly dark: boolean;
}) {
  const [shown, setShown] = useState<Shown | null>(null);
  const kind = selected?.kind ?? 'program';
  const names = (selected === null ? programs.slice(0, MOST_COMPARED) : [selected.name]).join(' ');
  const of = `${kind} ${names}`;
  useEffect(() => {
    let gone = false;
    const look = async () => {
      const answers = await Promise.all(
        names.split(' ').map(async (name) => [name, await askHistory(kind, name)] as const),
      );
      if (gone) return;
      const parts = answers.flatMap(([name, { part }]) => (part === null ? [] : [[name, part] as const]));
      const [first] = answers;
      setShown({ of, parts, source: first?.[1].source ?? null, refused: first?.[1].refused ?? null });
    };
    void look();
    const timer = setInterval(() => void look(), AGAIN);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [kind, names, of]);
  if (shown === null || shown.of !== of) return <p>Looking…</p>;
  if (shown.refused !== null) return <p>{shown.refused}</p>;
  const [first] = shown.parts;
  if (first === undefined) return <p>There is nothing to show.</p>;
  const [, { times, lines }] = first;
  const line = (part: ChartPart, name: string) => part.lines.find((one) => one.name === name)?.values ?? [];
  return (
    <>
      <p className="soft">
        {selected === null ? 'All programs' : `${kind === 'program' ? 'Program' : 'Arrow'} ${selected.name}`},
        the last hour, from {shown.source === 'prometheus' ? 'Prometheus' : 'the supervisor of the graph'}.
      </p>
      <div className="charts">
        {CHARTS[kind].map((wanted) =>
          selected === null ? (
            <Chart
              key={wanted.title}
              dark={dark}
              title={wanted.title}
              unit={wanted.unit}
              times={times}
              lines={shown.parts.map(([name, part]) => ({ name, values: line(part, wanted.lines[0] ?? '') }))}
            />
          ) : (
            <Chart
              key={wanted.title}
              dark={dark}
              title={wanted.title}
              unit={wanted.unit}
              times={times}
              lines={lines.filter(({ name }) => wanted.lines.includes(name))}
            />
          ),
        )}
      </div>
    </>
  );
}
