import type { Limit } from './limit.ts';
import { boolShape, type WireShape } from './shape.ts';

/** A value that a grant says once and for all: no other is narrower. */
export function exactLimit<Value extends string | number | boolean>(
  about: string,
  shape: WireShape<Value>,
): Limit<Value> {
  return { ...shape, about, covers: (outer, inner) => outer === inner };
}

/** A restriction that can be put on and not taken off: true is narrower. */
export function strictLimit(about: string): Limit<boolean> {
  return { ...boolShape, about, covers: (outer, inner) => inner || !outer };
}
