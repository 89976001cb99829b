import { useId } from 'react';
import type { CanvasArrow, CanvasBox, DocumentProblem, Outline } from '../../../src/studio/wire.ts';
import { edit } from './api.ts';
import type { Selected } from './canvas.tsx';
import { problemsWithin } from './flow.ts';
import { change, type PageState } from './store.ts';

/** Shows what is selected: its grants and mechanisms in the words of `explain`, its state and its problems. */
export function Inspector({
  state,
  outline,
  selected,
  onSelect,
}: {
  readonly state: PageState;
  readonly outline: Outline;
  readonly selected: Selected;
  readonly onSelect: (selected: Selected) => void;
}) {
  const box =
    selected?.kind === 'program' ? outline.boxes.find(({ name }) => name === selected.name) : undefined;
  const way =
    selected?.kind === 'arrow' ? outline.ways.find(({ name }) => name === selected.name) : undefined;
  return (
    <aside className="inspector" aria-label="Inspector">
      {box && <ProgramPart key={box.name} state={state} box={box} onSelect={onSelect} />}
      {way && <ArrowPart key={way.name} state={state} way={way} onSelect={onSelect} />}
      {!box && !way && <Overview state={state} outline={outline} onSelect={onSelect} />}
    </aside>
  );
}

type PartProps = { readonly state: PageState; readonly onSelect: (selected: Selected) => void };

function ProgramPart({ state, box, onSelect }: PartProps & { readonly box: CanvasBox }) {
  const words =
    state.checked?.right === true
      ? state.checked.plans.find(({ program }) => program === box.name)
      : undefined;
  const replicas = state.status?.programs.filter(({ program }) => program === box.name) ?? [];
  const set = (key: 'program' | 'replicas' | 'restart') => (value: string) =>
    void edit({ edit: 'set', name: box.name, key, value }).then(say);
  const rename = async (to: string) => {
    const refused = await edit({ edit: 'rename-program', name: box.name, to });
    if (refused === null) onSelect({ kind: 'program', name: to });
    say(refused);
  };
  return (
    <>
      <h2>Program {box.name}</h2>
      <Problems problems={problemsWithin(state, box.lines)} />
      <Field label="Name" value={box.name} onSet={(to) => void rename(to)} />
      <Field label="Program" value={box.program} onSet={set('program')} />
      <Field label="Replicas" value={box.replicas} onSet={set('replicas')} />
      <label>
        Restart
        <select value={box.restart} onChange={(event) => set('restart')(event.target.value)}>
          <option value="always">always</option>
          <option value="on_failure">on_failure</option>
          <option value="never">never</option>
        </select>
      </label>
      {replicas.map((one) => (
        <dl key={one.replica} className="facts">
          <dt>Replica {one.replica}</dt>
          <dd>
            {one.state}
            {one.pid === null ? '' : `, pid ${one.pid}`}
          </dd>
          <dt>Starts, failures, refusals</dt>
          <dd>
            {one.starts}, {one.failures}, {one.refusals}
          </dd>
          {one.lastEnd !== null && (
            <>
              <dt>Last end</dt>
              <dd>{one.lastEnd}</dd>
            </>
          )}
        </dl>
      ))}
      <h3>What it has</h3>
      {words === undefined ? (
        <p>The plan is shown when the document has no problem.</p>
      ) : (
        <pre>{words.words}</pre>
      )}
      <button type="button" onClick={() => void edit({ edit: 'remove-program', name: box.name }).then(say)}>
        Remove program
      </button>
    </>
  );
}

function ArrowPart({ state, way, onSelect }: PartProps & { readonly way: CanvasArrow }) {
  const words =
    state.checked?.right === true ? state.checked.ways.find(({ arrow }) => arrow === way.name) : undefined;
  const now = state.status?.arrows.find(({ arrow }) => arrow === way.name);
  const rename = async (to: string) => {
    const refused = await edit({ edit: 'rename-arrow', name: way.name, to });
    if (refused === null) onSelect({ kind: 'arrow', name: to });
    say(refused);
  };
  return (
    <>
      <h2>Arrow {way.name}</h2>
      <p>{words?.way ?? way.kind}</p>
      <Problems problems={problemsWithin(state, way.lines)} />
      <Field label="Name" value={way.name} onSet={(to) => void rename(to)} />
      <dl className="facts">
        {way.details.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {words !== undefined && (
          <>
            <dt>What holds it here</dt>
            <dd>{words.here}</dd>
            <dt>What holds it on Kubernetes</dt>
            <dd>{words.kubernetes}</dd>
          </>
        )}
        {now !== undefined && (
          <>
            <dt>Address</dt>
            <dd>{now.address === null ? 'none' : <Address kind={way.kind} address={now.address} />}</dd>
            <dt>Connections open, carried, refused</dt>
            <dd>
              {now.open ?? '–'}, {now.connections ?? '–'}, {now.refused ?? '–'}
            </dd>
            <dt>Bytes sent, received</dt>
            <dd>
              {now.sent ?? '–'}, {now.received ?? '–'}
            </dd>
          </>
        )}
      </dl>
      <button type="button" onClick={() => void edit({ edit: 'remove-arrow', name: way.name }).then(say)}>
        Remove arrow
      </button>
    </>
  );
}

function Address({ kind, address }: { readonly kind: string; readonly address: string }) {
  // The address is our own supervisor's: a number, a colon and a port.
  if (kind !== 'published' || !/^[\d.]+:\d+$/.test(address)) return <>{address}</>;
  return (
    <a href={`http://${address}/`} target="_blank" rel="noreferrer noopener">
      {address}
    </a>
  );
}

function Overview({ state, outline, onSelect }: PartProps & { readonly outline: Outline }) {
  const { checked } = state;
  return (
    <>
      <h2>{state.document?.file}</h2>
      <p>
        {outline.boxes.length} programs, {outline.ways.length} arrows.{' '}
        {checked === null ? 'It is being checked.' : checked.right ? 'The document has no problem.' : ''}
      </p>
      {checked !== null && !checked.right && (
        <>
          <h3>
            {checked.count} {checked.count === 1 ? 'problem' : 'problems'}
          </h3>
          <Problems problems={checked.problems} />
        </>
      )}
      <h3>Programs</h3>
      <ul className="list">
        {outline.boxes.slice(0, 500).map(({ name }) => (
          <li key={name}>
            <button type="button" className="link" onClick={() => onSelect({ kind: 'program', name })}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      <h3>Arrows</h3>
      <ul className="list">
        {outline.ways.slice(0, 500).map(({ name, kind }) => (
          <li key={name}>
            <button type="button" className="link" onClick={() => onSelect({ kind: 'arrow', name })}>
              {name}
            </button>{' '}
            {kind}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Mistakes with their lines and carets. */
export function Problems({ problems }: { readonly problems: readonly DocumentProblem[] }) {
  return (
    <ul className="problems">
      {problems.map((one) => (
        <li key={`${one.line}:${one.column}:${one.message}`}>
          <strong>{one.line === null ? '' : `Line ${one.line}: `}</strong>
          {one.message}
          {one.excerpt !== null && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and is reached by the keyboard
            <pre tabIndex={0}>{one.excerpt}</pre>
          )}
        </li>
      ))}
    </ul>
  );
}

function Field({
  label,
  value,
  onSet,
}: {
  readonly label: string;
  readonly value: string;
  readonly onSet: (value: string) => void;
}) {
  const id = useId();
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        const input = event.currentTarget.elements.namedItem('value');
        if (input instanceof HTMLInputElement && input.value !== value) onSet(input.value.trim());
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name="value"
        key={value}
        defaultValue={value}
        onBlur={(event) => event.currentTarget.form?.requestSubmit()}
      />
    </form>
  );
}

function say(refused: string | null): void {
  if (refused !== null) change({ notice: refused });
}
