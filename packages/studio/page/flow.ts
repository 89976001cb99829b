import { type Edge, MarkerType } from '@xyflow/react';
import type { CanvasPlace, DocumentProblem, Outline } from '../../../src/studio/wire.ts';
import type { BoxNode, SideNode } from './box.tsx';
import { BOX, endsOf, INTERNET, layoutOf, SERVICES, VISITORS } from './layout.ts';
import type { PageState } from './store.ts';

/** The problems that stand in some lines of the document. */
export function problemsWithin(
  { checked }: Pick<PageState, 'checked'>,
  [first, last]: readonly [number, number],
): readonly DocumentProblem[] {
  if (checked === null || checked.right) return [];
  return checked.problems.filter(({ line }) => line !== null && line >= first && line <= last);
}

/** The states of the replicas of a program, as one word. */
export function stateOf({ status, run }: Pick<PageState, 'status' | 'run'>, name: string): string {
  const states = new Set(
    status?.programs.filter(({ program }) => program === name).map(({ state }) => state),
  );
  if (states.size === 0) return run === 'running' ? 'not started' : 'stopped';
  const [only = ''] = states;
  return states.size === 1 ? only : [...states].join(', ');
}

/** Memory and processor time of a program, in a few characters. */
export function usageOf({ status }: Pick<PageState, 'status'>, name: string): string {
  const all = status?.programs.filter(({ program }) => program === name) ?? [];
  if (all.every(({ pid }) => pid === null)) return '';
  const memory = all.reduce((sum, one) => sum + one.memory, 0);
  const time = all.reduce((sum, one) => sum + one.cpuTime, 0);
  return `${Math.ceil(memory / 2 ** 20)} MiB · ${(time / 1000).toFixed(1)} s`;
}

/** Makes the nodes of a document: where the document has no place for one, the layout has. */
export function nodesOf(state: PageState, outline: Outline): readonly (BoxNode | SideNode)[] {
  const needsLayout = outline.boxes.some(({ place }) => place === null);
  const computed = needsLayout ? layoutOf(outline) : new Map<string, CanvasPlace>();
  const kinds = new Map(
    state.checked?.right === true ? state.checked.plans.map(({ program, kind }) => [program, kind]) : [],
  );
  const boxes = outline.boxes.map((box): BoxNode => {
    const place = box.place ?? computed.get(box.name) ?? { x: 0, y: 0 };
    const problems = problemsWithin(state, box.lines).length;
    return {
      id: box.name,
      type: 'program',
      position: place,
      width: BOX.width,
      height: BOX.height,
      ariaLabel: `Program ${box.name}, ${stateOf(state, box.name)}${problems === 0 ? '' : `, ${problems} problems`}`,
      data: {
        name: box.name,
        program: box.program,
        kind: kinds.get(box.name) ?? (box.form === 'command' ? 'command' : 'program'),
        replicas: box.replicas,
        state: stateOf(state, box.name),
        usage: usageOf(state, box.name),
        problems,
      },
    };
  });
  return [...sidesOf(boxes), ...boxes];
}

/** The outside at both sides of the boxes. */
function sidesOf(boxes: readonly BoxNode[]): readonly SideNode[] {
  const xs = boxes.map(({ position }) => position.x);
  const ys = boxes.map(({ position }) => position.y);
  const left = xs.length === 0 ? 0 : xs.reduce((a, b) => Math.min(a, b));
  const right = xs.length === 0 ? 0 : xs.reduce((a, b) => Math.max(a, b));
  const middle =
    ys.length === 0 ? 0 : (ys.reduce((a, b) => Math.min(a, b)) + ys.reduce((a, b) => Math.max(a, b))) / 2;
  const side = (
    id: string,
    label: string,
    which: SideNode['data']['side'],
    x: number,
    lower = 0,
  ): SideNode => ({
    id,
    type: 'side',
    position: { x, y: middle + 34 + lower },
    width: 130,
    height: 36,
    draggable: false,
    deletable: false,
    ariaLabel: label,
    data: { label, side: which },
  });
  return [
    side(VISITORS, 'Visitors', 'visitors', left - 270),
    side(INTERNET, 'Hosts outside', 'internet', right + BOX.width + 80),
    side(SERVICES, 'Services', 'services', right + BOX.width + 80, 70),
  ];
}

/** Makes the edges of a document. */
export function edgesOf(state: PageState, outline: Outline): readonly Edge[] {
  const known = new Set([VISITORS, INTERNET, SERVICES, ...outline.boxes.map(({ name }) => name)]);
  const live = new Map(state.status?.arrows.map((one) => [one.arrow, one]));
  return outline.ways.flatMap((way) =>
    endsOf(way)
      .filter(([from, to]) => known.has(from) && known.has(to))
      .map(([from, to], index): Edge => {
        const problems = problemsWithin(state, way.lines).length;
        const now = live.get(way.name);
        const handle = way.kind === 'outside' || way.kind === 'published' ? 'connection' : way.kind;
        const refused = now?.refused ?? 0;
        return {
          id: `${way.name}:${index}`,
          source: from,
          target: to,
          sourceHandle: handle,
          targetHandle: handle,
          className: `way ${way.kind}${problems > 0 ? ' wrong' : ''}${(now?.open ?? 0) > 0 ? ' open' : ''}`,
          label: `${way.name}${now?.open ? ` · ${now.open} open` : ''}${refused > 0 ? ` · ${refused} refused` : ''}`,
          ariaLabel: `Arrow ${way.name}, ${way.kind} from ${from} to ${to}`,
          markerEnd: { type: MarkerType.ArrowClosed, markerUnits: 'userSpaceOnUse', width: 18, height: 18 },
          data: { arrow: way.name },
        };
      }),
  );
}
