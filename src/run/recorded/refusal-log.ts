import { type ConnectionRefusal, connectionRefusalToJson } from '../../network/refusal.ts';

/** Refusals that are kept. */
const MOST_KEPT = 100;

/** The last refusals of a program, as values of JSON. */
export class RefusalLog {
  readonly #listeners = new Set<(refusal: unknown) => void>();
  #count = 0;
  #last: readonly unknown[] = [];

  /** Adds a refused connection. */
  add(refusal: ConnectionRefusal): void {
    const value: unknown = JSON.parse(connectionRefusalToJson(refusal));
    this.#count++;
    this.#last = [...this.#last.slice(1 - MOST_KEPT), value];
    for (const listener of this.#listeners) listener(value);
  }

  /** All refusals that were counted, and the last of them. */
  get state(): { readonly count: number; readonly last: readonly unknown[] } {
    return { count: this.#count, last: this.#last };
  }

  /** Calls a function for each further refusal; returns the way to end that. */
  watch(listener: (refusal: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
