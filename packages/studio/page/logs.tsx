import { useEffect, useRef } from 'react';
import type { LogText } from '../../../src/studio/wire.ts';

/** The logs of the programs, or of one that is selected; what the supervisor says has a star. */
export function Logs({
  lines,
  program,
}: {
  readonly lines: readonly LogText[];
  readonly program: string | null;
}) {
  const end = useRef<HTMLDivElement>(null);
  const shown = program === null ? lines : lines.filter((line) => line.program === program);
  const last = shown.at(-1);
  useEffect(() => {
    if (last !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [last]);
  return (
    <div
      className="logs"
      role="log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
      tabIndex={0}
      aria-label={program === null ? 'Logs' : `Logs of ${program}`}
    >
      {shown.length === 0 && (
        <p>{program === null ? 'No program has printed anything.' : `${program} has printed nothing.`}</p>
      )}
      {shown.slice(-500).map((line, index) => (
        <div key={index} className={`line ${line.stream}`}>
          <span className="line-of">
            {line.program}
            {line.replica === 1 ? '' : `.${line.replica}`} {line.stream === 'graph' ? '*' : '|'}
          </span>{' '}
          {line.text}
        </div>
      ))}
      <div ref={end} />
    </div>
  );
}
