import { graphlib, layout } from '@dagrejs/dagre';
import type { CanvasPlace, Outline } from '../../../src/studio/wire.ts';

/** The size of a box, in pixels; the style sheet has the same. */
export const BOX = { width: 200, height: 104 } as const;

/** The nodes at both sides, which are no programs: a colon is in no name of a program. */
export const VISITORS = 'outside:visitors';
export const INTERNET = 'outside:internet';
export const SERVICES = 'outside:services';

/** The nodes that an arrow leads from and to. */
export function endsOf(way: Outline['ways'][number]): readonly (readonly [from: string, to: string])[] {
  if (way.kind === 'published') return way.to === null ? [] : [[VISITORS, way.to]];
  if (way.kind === 'outside') return way.from === null ? [] : [[way.from, INTERNET]];
  if (way.kind === 'service') return way.clients.map((client) => [client, way.to ?? SERVICES] as const);
  if (way.between.length > 0) return way.between.slice(1).map((to) => [way.between[0] ?? '', to] as const);
  return way.from === null || way.to === null ? [] : [[way.from, way.to]];
}

/** Boxes that are drawn: a page with more of them would not answer any more. */
export const MOST_BOXES = 2000;

/** Larger graphs are laid out in rows: the layers of dagre would take minutes. */
const LARGEST_LAYOUT = 1500;

/** The part of a graph that is drawn. */
export function drawnPart({ boxes, ways }: Outline): Outline {
  if (boxes.length <= MOST_BOXES && ways.length <= 2 * MOST_BOXES) return { boxes, ways };
  return { boxes: boxes.slice(0, MOST_BOXES), ways: ways.slice(0, 2 * MOST_BOXES) };
}

/** Lays a graph out in rows of the same length. */
function rowsOf(boxes: Outline['boxes']): ReadonlyMap<string, CanvasPlace> {
  const length = Math.ceil(Math.sqrt(boxes.length));
  return new Map(
    boxes.map(({ name }, index) => [
      name,
      { x: (index % length) * (BOX.width + 80), y: Math.floor(index / length) * (BOX.height + 40) },
    ]),
  );
}

/** Lays a graph out from left to right. */
export function layoutOf({ boxes, ways }: Outline): ReadonlyMap<string, CanvasPlace> {
  if (boxes.length + ways.length > LARGEST_LAYOUT) return rowsOf(boxes);
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 130, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  const names = boxes.map(({ name }) => name);
  const known = new Set(names);
  for (const name of names) graph.setNode(name, { ...BOX });
  for (const way of ways)
    for (const [from, to] of endsOf(way))
      if (known.has(from) && known.has(to)) graph.setEdge(from, to, {}, way.name);
  layout(graph);
  return new Map(
    names.map((name) => {
      const { x = 0, y = 0 } = graph.node(name) as Partial<CanvasPlace>;
      return [name, { x: x - BOX.width / 2, y: y - BOX.height / 2 }];
    }),
  );
}
