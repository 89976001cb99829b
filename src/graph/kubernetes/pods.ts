import { endsOf } from '../check-arrows.ts';
import type { Arrow, Graph } from '../graph-types.ts';

/** Tells whether the programs of an arrow share a pod: nothing but a volume joins them. */
export function needsOnePod(arrow: Arrow): boolean {
  if (arrow.kind === 'service') return 'to' in arrow;
  return arrow.kind === 'directory' || (arrow.kind === 'connection' && arrow.socket !== undefined);
}

/** Programs that share a pod, in the order of the document. The pod has the name of the first. */
export type Pod = { readonly name: string; readonly programs: readonly string[] };

/** Groups the programs of a graph into pods. */
export function podsOf({ programs, arrows }: Pick<Graph, 'programs' | 'arrows'>): readonly Pod[] {
  const parent = new Map([...programs.keys()].map((name) => [name, name]));
  const root = (name: string): string => {
    let at = name;
    for (let above = parent.get(at); above !== undefined && above !== at; above = parent.get(at)) at = above;
    return at;
  };
  for (const arrow of arrows.values()) {
    if (!needsOnePod(arrow)) continue;
    const [first = '', ...others] = endsOf(arrow).map(root);
    for (const other of others) parent.set(other, first);
  }
  const groups = new Map<string, string[]>();
  for (const name of programs.keys()) groups.set(root(name), [...(groups.get(root(name)) ?? []), name]);
  return [...groups.values()].map(([name = '', ...others]) => ({ name, programs: [name, ...others] }));
}

/** The name of the pod of a program, which is that of its ServiceAccount. */
export function podNamed(graph: Pick<Graph, 'programs' | 'arrows'>, program: string): string {
  return podsOf(graph).find(({ programs }) => programs.includes(program))?.name ?? program;
}
