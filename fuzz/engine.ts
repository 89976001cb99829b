import { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** An input that broke a promise, made as short as it could be. */
export type Finding = { readonly input: Uint8Array; readonly error: unknown };

/** Progress of a search. */
export type Progress = { readonly runs: number; readonly inputs: number; readonly features: number };

/** Number of inputs that are tried between two looks at the clock. */
const BATCH = 64;

/** Number of shorter inputs that are tried to make a finding short. */
const SHORTENINGS = 4000;

/**
 * A search for inputs that break a target's promise: it mutates inputs it has, and keeps those that reach code, or
 * reach it more often, than any before.
 */
export class Engine {
  readonly #target: Target;
  readonly #random: Random;
  readonly #coverage = new Coverage();
  readonly #words: readonly Uint8Array[];
  readonly #inputs: Uint8Array[] = [];
  readonly #before: (input: Uint8Array) => void;
  #runs = 0;
  #features = 0;

  /** @param before Called with each input before it is tried, so that one that never ends is known. */
  constructor(target: Target, seed: number, before: (input: Uint8Array) => void) {
    this.#target = target;
    this.#random = new Random(seed);
    this.#words = target.words.map((word) => new TextEncoder().encode(word));
    this.#before = before;
  }

  /** Tries inputs as they are: the seeds. */
  seed(inputs: readonly Uint8Array[]): Finding | undefined {
    for (const input of [new Uint8Array(0), ...inputs]) {
      const finding = this.#try(input);
      if (finding !== undefined) return finding;
      if (!this.#inputs.includes(input)) this.#inputs.push(input);
    }
    return undefined;
  }

  /** Searches until a point in time as `Date.now()` tells it, and returns the first finding. */
  search(until: number): Finding | undefined {
    const material = {
      random: this.#random,
      words: this.#words,
      others: this.#inputs,
      maximumLength: this.#target.maximumLength,
    };
    do {
      for (let left = BATCH; left > 0; left--) {
        const finding = this.#try(mutate(this.#choose(), material));
        if (finding !== undefined) return finding;
      }
    } while (Date.now() < until);
    return undefined;
  }

  get progress(): Progress {
    return { runs: this.#runs, inputs: this.#inputs.length, features: this.#features };
  }

  /** Newer inputs are more often worth another mutation. */
  #choose(): Uint8Array {
    const count = this.#inputs.length;
    const newest = Math.max(1, count >>> 3);
    const at =
      this.#random.below(2) === 0 ? count - 1 - this.#random.below(newest) : this.#random.below(count);
    return this.#inputs[at] ?? new Uint8Array(0);
  }

  #try(input: Uint8Array): Finding | undefined {
    this.#runs++;
    this.#before(input);
    this.#coverage.clear();
    try {
      this.#target.run(input);
    } catch (error) {
      return this.#shorten({ input, error });
    }
    const fresh = this.#coverage.take();
    if (fresh > 0) {
      this.#features += fresh;
      this.#inputs.push(input);
    }
    return undefined;
  }

  /** Leaves out parts that are not needed to break the promise. */
  #shorten(finding: Finding): Finding {
    let { input, error } = finding;
    let left = SHORTENINGS;
    for (let size = input.length >>> 1; size > 0; size >>>= 1) {
      for (let at = 0; at < input.length && left > 0; left--) {
        const shorter = Uint8Array.from([...input.subarray(0, at), ...input.subarray(at + size)]);
        this.#before(shorter);
        try {
          this.#target.run(shorter);
          at += size;
        } catch (shorterError) {
          input = shorter;
          error = shorterError;
        }
      }
    }
    return { input, error };
  }
}
