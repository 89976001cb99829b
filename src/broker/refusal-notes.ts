import type { ReachedLimit } from '../host/pump/records.ts';
import type { ConnectionRefusal, RefusedTarget } from '../network/refusal.ts';
import { nameTarget } from '../network/refusal.ts';
import type { RefusedAttempt } from '../network/verdict.ts';
import { reachedLimitNames } from './reached-limit-names.ts';

/** Refusals that are reported within a second, at most; further ones are dropped. */
const MOST_PER_SECOND = 100;

/** Those of them whose process is searched for, which takes a millisecond or so. */
const MOST_SEARCHES = 10;

/** Milliseconds in which the same look-up is reported once: programs ask for each type of records by itself. */
const LOOK_UP_ONCE = 5000;

const MOST_LOOK_UPS = 256;

/** Makes the records of refusals, no more than a person or a log can take. */
export class RefusalNotes {
  readonly #onRefused: ((refusal: ConnectionRefusal) => void) | undefined;
  readonly #lookUps = new Map<string, number>();
  #second = 0;
  #count = 0;

  /** @param onRefused Without it, nothing is recorded. */
  constructor(onRefused: ((refusal: ConnectionRefusal) => void) | undefined) {
    this.#onRefused = onRefused;
  }

  /** @param findProcess Finds the process that tried; called only for reported refusals. */
  add(
    target: RefusedTarget,
    findProcess: (() => ConnectionRefusal['process']) | undefined,
    { denial, remedy }: Pick<RefusedAttempt, 'denial' | 'remedy'>,
  ): void {
    if (this.#onRefused === undefined || !this.#isDue(target)) return;
    this.#onRefused({
      time: new Date(),
      process: this.#count <= MOST_SEARCHES ? findProcess?.() : undefined,
      target,
      denial,
      remedy,
    });
  }

  /** Notes that a limit was reached. */
  addLimit(limit: ReachedLimit): void {
    this.add({ kind: 'limit' }, undefined, {
      denial: { kind: 'limit', limit: reachedLimitNames[limit] },
      remedy: { kind: 'none' },
    });
  }

  #isDue(target: RefusedTarget): boolean {
    const now = performance.now();
    if (target.kind === 'look-up') {
      const name = nameTarget(target);
      const last = this.#lookUps.get(name);
      if (last !== undefined && now - last < LOOK_UP_ONCE) return false;
      this.#lookUps.delete(name);
      this.#lookUps.set(name, now);
      const [oldest] = this.#lookUps.keys();
      if (this.#lookUps.size > MOST_LOOK_UPS && oldest !== undefined) this.#lookUps.delete(oldest);
    }
    const second = Math.floor(now / 1000);
    if (second !== this.#second) this.#count = 0;
    this.#second = second;
    return this.#count++ < MOST_PER_SECOND;
  }
}
