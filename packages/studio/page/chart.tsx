import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { ChartPart } from '../../../src/studio/wire.ts';

/** The height of a chart, in pixels. */
const HEIGHT = 130;

/** Colours of lines, which are variables of the style sheet. */
const COLOURS = ['--connection', '--pipe', '--directory', '--shared_memory', '--wrong', '--soft'];

type ChartProps = {
  readonly title: string;
  readonly unit: string;
  readonly times: ChartPart['times'];
  readonly lines: ChartPart['lines'];
  readonly dark: boolean;
};

/** Draws lines over the same times; its label has the last values, for those who do not see it. */
export function Chart({ title, unit, times, lines, dark }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const names = lines.map(({ name }) => name).join(' ');
  const plot = useRef<UPlot | null>(null);
  const data = useRef<UPlot.AlignedData>([[]]);
  data.current = [[...times], ...lines.map(({ values }) => [...values])];
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    // The colours are those of the theme that is set now.
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 0.5 }, size: 56 };
    const made = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
        axes: [
          { ...axis, size: 28 },
          { ...axis, values: (_, ticks) => ticks.map(short) },
        ],
        series: [
          {},
          ...names.split(' ').map((label, index) => ({
            label,
            stroke: colour(COLOURS[index % COLOURS.length] ?? ''),
            width: 1.5,
            spanGaps: false,
          })),
        ],
      },
      data.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    element.dataset['theme'] = dark ? 'dark' : 'light';
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, dark]);
  useEffect(() => plot.current?.setData(data.current));
  const last = lines.map(({ name, values }) => {
    const value = values.findLast((one) => one !== null);
    return `${name} ${value === undefined || value === null ? 'unknown' : short(value)}`;
  });
  return (
    <figure className="chart">
      <figcaption>
        {title}
        {unit === '' ? '' : `, ${unit}`}
        <span className="chart-lines">
          {lines.map(({ name }, index) => (
            <span key={name} className={`line-colour line-${index % COLOURS.length}`}>
              {name}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${last.join(', ')} ${unit}`} />
    </figure>
  );
}

/** A number in a few characters. */
function short(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${Number(rest.toPrecision(3))}${units[unit]}`;
}
