import type { Mechanism } from '../walls/mechanisms.ts';
import { namespacesFailure, procFailure } from '../worlds/probe.ts';
import type { Walls } from '../worlds/world.ts';
import type { ProgramKind } from './plan-types.ts';

/** Chooses the walls of a program: where namespaces may be missing, they are tried out first. */
export function wallsHere(kind: ProgramKind, accept: readonly Mechanism[]): Walls {
  if (!accept.includes('namespaces') || kind === 'wasm') return 'all';
  const missing = namespacesFailure() ?? (kind === 'node' ? procFailure() : undefined);
  return missing === undefined ? 'all' : 'landlock';
}
