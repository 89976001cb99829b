import { graphlib, layout } from '@dagrejs/dagre';
import type { CanvasPlace, Outline } from '../../../src/studio/wire.ts';

/** The size of a box, in pixels; the style sheet has the same. */
export const BOX = { width: 200, height: 104 } as const;

/** The nodes at both sides, which are no programs: a colon is in no name of a program. */
export const VISITORS = 'outside:visitors';
export const INTERNET = 'outside:internet';

/** The nodes that an arrow leads from and to. */
export function endsOf(way: Outline['ways'][number]): readonly (readonly [from: string, to: string])[] {
  if (way.kind === 'published') return way.to === null ? [] : [[VISITORS, way.to]];
  if (way.kind === 'outside') return way.from === null ? [] : [[way.from, INTERNET]];
  if (way.between.length > 0) return way.between.slice(1).map((to) => [way.between[0] ?? '', to] as const);
  return way.from === null || way.to === null ? [] : [[way.from, way.to]];
}

/** Lays a graph out from left to right. */
export function layoutOf({ boxes, ways }: Outline): ReadonlyMap<string, CanvasPlace> {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 80, marginx: 20, marginy: 20 });
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
