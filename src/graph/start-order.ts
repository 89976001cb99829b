import type { Arrow, Graph } from './graph-types.ts';

/**
 * Sorts the programs of a graph into steps: a program comes behind those that its arrows lead to, so that servers are
 * ready before their clients. Of programs that wait for one another, the first in the document does not wait.
 */
export function startOrder({
  programs,
  arrows,
}: Pick<Graph, 'programs' | 'arrows'>): readonly (readonly string[])[] {
  const waits = new Map<string, Set<string>>([...programs.keys()].map((name) => [name, new Set()]));
  const freed = new Map<string, string[]>([...programs.keys()].map((name) => [name, []]));
  for (const [first, then] of [...arrows.values()].flatMap(pairsOf)) {
    if (waits.get(then)?.has(first)) continue;
    waits.get(then)?.add(first);
    freed.get(first)?.push(then);
  }
  const steps: (readonly string[])[] = [];
  const left = new Set(programs.keys());
  let now = [...left].filter((name) => waits.get(name)?.size === 0);
  while (left.size > 0) {
    const [cycle] = left;
    if (now.length === 0 && cycle !== undefined) now = [cycle];
    steps.push(now);
    for (const name of now) left.delete(name);
    const next: string[] = [];
    for (const name of now)
      for (const other of freed.get(name) ?? []) {
        const rest = waits.get(other);
        if (rest?.delete(name) && rest.size === 0 && left.has(other)) next.push(other);
      }
    now = next;
  }
  return steps;
}

/** Programs of an arrow that start first, each with the one that waits for it. */
function pairsOf(arrow: Arrow): readonly (readonly [first: string, then: string])[] {
  switch (arrow.kind) {
    case 'connection':
      return [[arrow.to, arrow.from]];
    case 'pipe':
      return [[arrow.to, arrow.from]];
    case 'directory':
      return [[arrow.from, arrow.to]];
    case 'service':
      return 'to' in arrow ? arrow.clients.map((client) => [arrow.to, client] as const) : [];
    case 'shared_memory':
    case 'outside':
    case 'published':
      return [];
  }
}
