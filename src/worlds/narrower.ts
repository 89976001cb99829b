import { isBeneath } from '../host/files/beneath.ts';

/* Landlock has no exceptions: what a rule gives beneath a directory holds for everything beneath it. */

/** The access beneath a path, besides reading. */
export type Reach = { readonly path: string; readonly write: boolean; readonly execute: boolean };

/** A reach within which another is meant to be narrower, and the rights that it gives there all the same. */
export type Excess<R extends Reach> = {
  readonly outer: R;
  readonly rights: readonly ('write' | 'execute')[];
};

/** Finds a reach that gives more at a path than the path's own; `undefined` without one. */
export function excessOver<R extends Reach>(inner: Reach, all: readonly R[]): Excess<R> | undefined {
  for (const outer of all) {
    if (!isBeneath(inner.path, outer.path)) continue;
    const rights = (['write', 'execute'] as const).filter((right) => outer[right] && !inner[right]);
    if (rights.length > 0) return { outer, rights };
  }
  return undefined;
}

const done = { write: 'changed', execute: 'executed' } as const;

/** Says why a narrower reach cannot be held where Landlock stands alone. */
export function excessProblem(inner: string, { outer, rights }: Excess<Reach>): string {
  const what = rights.map((right) => done[right]).join(' and ');
  return `Cannot make ${inner} narrower than the grant of ${outer.path} around it: without namespaces, everything beneath ${outer.path} may be ${what}; grant both alike, or use all walls`;
}
