import { endsOf } from './check-arrows.ts';
import type { Arrow, Graph, GraphProgram } from './graph-types.ts';

/** The names of what differs between two graphs. */
export type Changes = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};

/** The changes from one graph to another. */
export type GraphDiff = { readonly programs: Changes; readonly arrows: Changes };

/** Compares two graphs. A program is changed when its part of the document, or an arrow at it, is. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  const arrows = changesOf(before.arrows, after.arrows, () => false);
  const moved = new Set([...arrows.added, ...arrows.removed, ...arrows.changed]);
  const touched = new Set(
    [...before.arrows.values(), ...after.arrows.values()]
      .filter(({ name }) => moved.has(name))
      .flatMap((arrow) => endsOf(arrow)),
  );
  return { programs: changesOf(before.programs, after.programs, (name) => touched.has(name)), arrows };
}

type Named = ReadonlyMap<string, Pick<GraphProgram | Arrow, 'shape'>>;

function changesOf(before: Named, after: Named, isTouched: (name: string) => boolean): Changes {
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.keys()].filter((name) => {
      const old = before.get(name);
      return old !== undefined && (old.shape !== after.get(name)?.shape || isTouched(name));
    }),
  };
}

/** Tells whether two instances of a program may run at once: not where they would share an end, or make one socket. */
export function mayRunTogether({ uses }: GraphProgram): boolean {
  return !uses.some(
    ({ arrow, side }) =>
      arrow.kind === 'pipe' ||
      arrow.kind === 'shared_memory' ||
      (arrow.kind === 'connection' && side === 'to' && arrow.socket !== undefined),
  );
}

/** Describes changes for people. */
export function describeDiff({ programs, arrows }: GraphDiff): string {
  const lines = (['added', 'removed', 'changed'] as const).flatMap((what) => [
    ...programs[what].map((name) => `program ${name}: ${what}`),
    ...arrows[what].map((name) => `arrow ${name}: ${what}`),
  ]);
  return lines.length === 0 ? 'Nothing differs.\n' : `${lines.join('\n')}\n`;
}
