import { Automaton } from './automaton.ts';
import { type AutomatonState, DEAD, determinize } from './determinize.ts';
import { type Pattern, tokensOf } from './pattern.ts';
import { TableError } from './table-error.ts';
import { START } from './table-layout.ts';
import { SLASH } from './token.ts';

/** The most states of the automaton of a set. */
const MAX_STATES = 20_000;

/** Patterns of which one must match. */
export class PatternSet {
  readonly patterns: readonly Pattern[];
  readonly #states: readonly AutomatonState[];

  /** @throws TableError when the patterns are too complex together. */
  constructor(patterns: readonly Pattern[]) {
    this.patterns = patterns;
    const states = statesOf([patterns]);
    if (states === undefined)
      throw new TableError('The patterns are too complex; use patterns with fewer stars');
    this.#states = states;
  }

  /** Tells whether one of the patterns matches a text. */
  matches(text: string | Uint8Array): boolean {
    return (this.#states[this.#after(text)]?.accepts.length ?? 0) > 0;
  }

  /** Tells whether a pattern could match something beneath a directory; an empty text is where relative patterns begin. */
  reaches(directory: string | Uint8Array): boolean {
    const state = this.#after(directory);
    if (directory.length === 0) return state !== DEAD;
    return state !== DEAD && stepFrom(this.#states[state], SLASH) !== DEAD;
  }

  #after(text: string | Uint8Array): number {
    let state: number = START;
    for (const byte of typeof text === 'string' ? Buffer.from(text) : text)
      state = stepFrom(this.#states[state], byte);
    return state;
  }
}

/**
 * Tells whether every text that a pattern of `inner` matches is matched by one of `outer`, too. Where the patterns are too
 * complex to tell, the answer is no.
 */
export function arePatternsWithin(inner: readonly Pattern[], outer: readonly Pattern[]): boolean {
  const known = new Set(outer);
  const others = inner.filter((one) => !known.has(one));
  if (others.length === 0) return true;
  const states = statesOf([others, outer]);
  // Each state is reached by some text.
  return states?.every(({ accepts }) => !accepts.includes(0) || accepts.includes(1)) ?? false;
}

function statesOf(sets: readonly (readonly Pattern[])[]): readonly AutomatonState[] | undefined {
  const automaton = new Automaton();
  for (const [number, patterns] of sets.entries())
    for (const one of patterns) automaton.add(tokensOf(one), number);
  return determinize(automaton, MAX_STATES, () => false);
}

function stepFrom(state: AutomatonState | undefined, byte: number): number {
  return state?.steps.get(byte) ?? state?.fallback ?? DEAD;
}
