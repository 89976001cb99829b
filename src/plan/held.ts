import { HeldFiles } from '../resources/held-files.ts';
import type { Plan } from './plan-types.ts';

/*
 * A plan is plain data, which may be kept, printed and carried out several times. The files that were looked up for it are
 * kept beside it until it is carried out for the first time, so that the checked file is the opened one.
 */

const files = new WeakMap<Plan, HeldFiles>();

/** Keeps the files that were looked up for a plan. They stay open until `takeFiles`. */
export function keepFiles(plan: Plan, held: HeldFiles): void {
  files.set(plan, held);
}

/** The files that were looked up for a plan, and stay with it; `undefined` for none. */
export function heldFilesOf(plan: Plan): HeldFiles | undefined {
  return files.get(plan);
}

/**
 * Takes the files that were looked up for a plan. The caller closes them.
 *
 * @returns None, which are looked up anew, where nothing was kept or they have been taken.
 */
export function takeFiles(plan: Plan): HeldFiles {
  const held = files.get(plan);
  files.delete(plan);
  return held ?? new HeldFiles();
}
