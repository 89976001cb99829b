import { useCallback, useEffect, useRef, useState } from 'react';
import type { CanvasPlace } from '../../../src/studio/wire.ts';
import { edit, post } from './api.ts';
import { Canvas, DRAGGED, type DrawnArrow, type Flow, type Selected } from './canvas.tsx';
import { useTheme } from './dark.ts';
import { Dashboards } from './dashboards.tsx';
import { ArrowForm, ProgramForm } from './forms.tsx';
import { Help } from './help.tsx';
import { Inspector, Problems } from './inspector.tsx';
import { drawnPart, layoutOf, MOST_BOXES } from './layout.ts';
import { Logs } from './logs.tsx';
import { Refusals } from './refusals.tsx';
import { change, pageState, usePage } from './store.ts';
import { TextPanel } from './text.tsx';

type Panel = 'problems' | 'refusals' | 'logs' | 'dashboards' | 'text';
type Open =
  | { readonly kind: 'help' }
  | { readonly kind: 'program'; readonly form: string; readonly place: CanvasPlace }
  | { readonly kind: 'arrow'; readonly drawn: DrawnArrow };

const PANELS: readonly (readonly [panel: Panel, label: string])[] = [
  ['problems', 'Problems'],
  ['refusals', 'Refusals'],
  ['logs', 'Logs'],
  ['dashboards', 'Dashboards'],
  ['text', 'Text'],
];

/** Keys that type into a field are none of ours. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null;
}

/** The whole page. */
export function Studio() {
  const state = usePage();
  const { document: shown, checked, run } = state;
  const [selected, setSelected] = useState<Selected>(null);
  const [panel, setPanel] = useState<Panel>('problems');
  const [open, setOpen] = useState<Open | null>(null);
  const [dark, toggleDark] = useTheme();
  const flow = useRef<Flow | null>(null);
  const onDraw = useCallback((drawn: DrawnArrow) => setOpen({ kind: 'arrow', drawn }), []);
  const onDropProgram = useCallback(
    (form: string, place: CanvasPlace) => setOpen({ kind: 'program', form, place }),
    [],
  );
  const addGraphProgram = (form: string) =>
    setOpen({
      kind: 'program',
      form,
      place: flow.current?.screenToFlowPosition({ x: 320, y: 240 }) ?? { x: 0, y: 0 },
    });
  const addArrow = () =>
    setOpen({
      kind: 'arrow',
      drawn: { kind: 'connection', from: selected?.kind === 'program' ? selected.name : '', to: '' },
    });
  useKeys({
    '?': () => setOpen({ kind: 'help' }),
    a: () => addGraphProgram('tree'),
    c: addArrow,
    l: () => void layOut().then(() => flow.current?.fitView()),
    f: () => void flow.current?.fitView(),
    p: () => void act(run === 'running' ? 'down' : 'up'),
    u: () => void act('update'),
    1: () => setPanel('problems'),
    2: () => setPanel('refusals'),
    3: () => setPanel('logs'),
    4: () => setPanel('dashboards'),
    5: () => setPanel('text'),
    d: toggleDark,
    'ctrl+z': () => void act('undo'),
    'ctrl+shift+z': () => void act('redo'),
    'ctrl+y': () => void act('redo'),
  });
  if (state.link === 'refused')
    return (
      <main className="alone">
        <h1>Studio</h1>
        <p>This page has no token. Open the address that the command has printed.</p>
      </main>
    );
  if (shown === null)
    return (
      <main className="alone">
        <h1>Studio</h1>
        <p>Connecting…</p>
      </main>
    );
  const { outline } = shown;
  const problems = checked === null || checked.right ? 0 : checked.count;
  return (
    <div className="studio">
      <header className="bar">
        <h1>{shown.file.replace(/^.*\//, '')}</h1>
        <div role="toolbar" aria-label="Graph" className="tools">
          <button
            type="button"
            className="main"
            disabled={run === 'starting' || run === 'stopping' || (run === 'stopped' && problems > 0)}
            onClick={() => void act(run === 'running' ? 'down' : 'up')}
          >
            {run === 'running' ? 'Stop' : 'Play'}
          </button>
          <button
            type="button"
            disabled={run !== 'running' || problems > 0}
            onClick={() => void act('update')}
          >
            Update
          </button>
          <span className="run" role="status">
            {run}
          </span>
          <button type="button" disabled={!shown.canUndo} onClick={() => void act('undo')}>
            Undo
          </button>
          <button type="button" disabled={!shown.canRedo} onClick={() => void act('redo')}>
            Redo
          </button>
          <button type="button" onClick={() => void layOut().then(() => flow.current?.fitView())}>
            Layout
          </button>
          <button type="button" onClick={addArrow}>
            Draw arrow
          </button>
          <button type="button" aria-pressed={dark} onClick={toggleDark}>
            Dark
          </button>
          <button type="button" onClick={() => setOpen({ kind: 'help' })}>
            Keys
          </button>
        </div>
        {state.link !== 'connected' && (
          <span role="alert">The studio does not answer; is its command still running?</span>
        )}
      </header>
      <nav className="palette" aria-label="Palette">
        <h2>Add</h2>
        {(
          [
            ['tree', 'Program'],
            ['command', 'Linux program'],
          ] as const
        ).map(([form, label]) => (
          <button
            key={form}
            type="button"
            draggable
            onDragStart={(event) => event.dataTransfer.setData(DRAGGED, form)}
            onClick={() => addGraphProgram(form)}
            title="Drag it onto the canvas, or press Enter"
          >
            {label}
          </button>
        ))}
        <h2>Arrows</h2>
        <ul className="legend">
          <li className="connection">connection</li>
          <li className="pipe">pipe</li>
          <li className="directory">directory</li>
          <li className="shared_memory">shared memory</li>
          <li className="service">service</li>
        </ul>
      </nav>
      <main className="canvas" aria-label="Canvas">
        {outline.boxes.length > MOST_BOXES && (
          <p className="broken" role="status">
            The first {MOST_BOXES} of {outline.boxes.length} programs are drawn.
          </p>
        )}
        {shown.broken && (
          <p className="broken" role="alert">
            The text is no YAML; the canvas shows the last one that was.
          </p>
        )}
        <Canvas
          dark={dark}
          selected={selected}
          onSelect={setSelected}
          onDraw={onDraw}
          onDropProgram={onDropProgram}
          onFlow={(instance) => {
            flow.current = instance;
          }}
        />
      </main>
      <Inspector state={state} outline={outline} selected={selected} onSelect={setSelected} />
      <section className="panels" aria-label="Panels">
        <div role="tablist" aria-label="Panels" className="tabs">
          {PANELS.map(([name, label]) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={panel === name}
              aria-controls="panel"
              onClick={() => setPanel(name)}
            >
              {label}
              {name === 'problems' && problems > 0 ? ` (${problems})` : ''}
              {name === 'refusals' && state.refusals.length > 0 ? ` (${state.refusals.length})` : ''}
            </button>
          ))}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
        <div role="tabpanel" id="panel" tabIndex={0} aria-labelledby={`tab-${panel}`} className="panel">
          {panel === 'problems' &&
            (checked === null || checked.right ? (
              <p>No problem.</p>
            ) : (
              <Problems problems={checked.problems} />
            ))}
          {panel === 'logs' && (
            <Logs lines={state.lines} program={selected?.kind === 'program' ? selected.name : null} />
          )}
          {panel === 'refusals' && (
            <Refusals
              refusals={state.refusals}
              program={selected?.kind === 'program' ? selected.name : null}
            />
          )}
          {panel === 'dashboards' && (
            <Dashboards selected={selected} programs={outline.boxes.map(({ name }) => name)} dark={dark} />
          )}
          {panel === 'text' && <TextPanel state={state} />}
        </div>
      </section>
      <div className="notice" role="status" aria-live="polite">
        {state.notice !== null && (
          <>
            <span>{state.notice}</span>
            <button type="button" onClick={() => change({ notice: null })}>
              Close
            </button>
          </>
        )}
      </div>
      {open?.kind === 'help' && <Help onClose={() => setOpen(null)} />}
      {open?.kind === 'program' && (
        <ProgramForm
          form={open.form}
          place={open.place}
          outline={outline}
          onClose={(name) => {
            setOpen(null);
            if (name !== null) setSelected({ kind: 'program', name });
          }}
        />
      )}
      {open?.kind === 'arrow' && (
        <ArrowForm
          drawn={open.drawn}
          outline={outline}
          onClose={(name) => {
            setOpen(null);
            if (name !== null) setSelected({ kind: 'arrow', name });
          }}
        />
      )}
    </div>
  );
}

async function act(action: 'up' | 'down' | 'update' | 'undo' | 'redo'): Promise<void> {
  change({ notice: await post(action) });
}

/** Lays all boxes out anew. */
async function layOut(): Promise<void> {
  const outline = pageState().document?.outline;
  if (outline === undefined) return;
  const names = new Set(outline.boxes.map(({ name }) => name));
  const places = [...layoutOf(drawnPart(outline))].filter(([name]) => names.has(name));
  change({ notice: await edit({ edit: 'move', places: Object.fromEntries(places) }) });
}

/** Calls functions for keys, but not while something is typed. */
function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      const control = event.ctrlKey || event.metaKey;
      const name = control ? `ctrl+${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}` : event.key;
      const found = Object.hasOwn(current.current, name) && !event.altKey ? current.current[name] : undefined;
      if (found === undefined) return;
      event.preventDefault();
      found();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
