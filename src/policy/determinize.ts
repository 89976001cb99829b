import type { Automaton, AutomatonNode } from './automaton.ts';
import { SLASH } from './token.ts';

/** A state of a deterministic automaton. */
export type AutomatonState = {
  /** The state after each byte that `steps` does not have. */
  fallback: number;
  readonly steps: ReadonlyMap<number, number>;
  /** Numbers of the rules whose patterns match what was read so far, from the top. */
  readonly accepts: readonly number[];
};

/** The state from which nothing matches any more. */
export const DEAD = 0;

/** Tells whether a rule that matches leaves nothing for another one to decide. */
export type Covers = (rule: number, other: number) => boolean;

/**
 * Makes an automaton deterministic by the subset construction. AutomatonState 0 is the dead one, state 1 the start.
 *
 * @param most The largest number of states.
 * @returns `undefined` when there would be more.
 */
export function determinize(
  automaton: Automaton,
  most: number,
  covers: Covers,
): readonly AutomatonState[] | undefined {
  const sets: (readonly AutomatonNode[])[] = [[], closureOf([automaton.start], covers)];
  const numbers = new Map<string, number>(sets.map((set, number) => [keyOf(set), number]));
  const numberOf = (nodes: readonly AutomatonNode[]): number => {
    if (nodes.length === 0) return DEAD;
    const set = closureOf(nodes, covers);
    const key = keyOf(set);
    let number = numbers.get(key);
    if (number === undefined) {
      number = sets.length;
      sets.push(set);
      numbers.set(key, number);
    }
    return number;
  };
  const states: AutomatonState[] = [];
  for (let at = 0; at < sets.length; at++) {
    if (sets.length > most) return undefined;
    states.push(stateOf(sets[at] ?? [], numberOf));
  }
  return states;
}

function stateOf(
  set: readonly AutomatonNode[],
  numberOf: (nodes: readonly AutomatonNode[]) => number,
): AutomatonState {
  /** Targets of every byte but the slash, and of every byte. */
  const byName: AutomatonNode[] = [];
  const byAll: AutomatonNode[] = [];
  const named = new Map<number, AutomatonNode[]>();
  const add = (byte: number, node: AutomatonNode): void => {
    const known = named.get(byte);
    if (known === undefined) named.set(byte, [node]);
    else known.push(node);
  };
  for (const node of set) {
    if (node.any !== undefined) byName.push(node.any);
    if (node.loop === 'name') byName.push(node);
    if (node.loop === 'all') byAll.push(node);
    for (const [byte, next] of node.byByte) add(byte, next);
    for (const next of node.rests) add(SLASH, next);
    for (const { bytes, next } of node.bySet.values()) for (const byte of bytes) add(byte, next);
  }
  const name = [...byName, ...byAll];
  const fallback = numberOf(name);
  const steps = new Map<number, number>();
  if (!named.has(SLASH)) named.set(SLASH, []);
  for (const [byte, nodes] of named) {
    const next = numberOf([...nodes, ...(byte === SLASH ? byAll : name)]);
    if (next !== fallback) steps.set(byte, next);
  }
  const accepts = [...new Set(set.flatMap((node) => node.accepts))].sort((a, b) => a - b);
  return { fallback, steps, accepts };
}

/** Adds nodes that are reached without a byte, and leaves those out that can change nothing. */
function closureOf(nodes: readonly AutomatonNode[], covers: Covers): readonly AutomatonNode[] {
  const found = new Set(nodes);
  for (const node of found) for (const next of node.free) found.add(next);
  const sorted = [...found].sort((a, b) => a.id - b.id);
  const certain = sorted.filter(({ loop }) => loop === 'all');
  if (certain.length === 0) return sorted;
  const rules = certain.flatMap(({ accepts }) => accepts).sort((a, b) => a - b);
  const matched = new Set(rules);
  const first = rules.slice(0, 8);
  return sorted.filter(({ leadsTo, loop }) => {
    if (typeof leadsTo !== 'number') return true;
    if (loop !== 'all' && matched.has(leadsTo)) return false;
    return !first.some((rule) => rule !== leadsTo && covers(rule, leadsTo));
  });
}

function keyOf(nodes: readonly AutomatonNode[]): string {
  let key = '';
  for (const { id } of nodes) key += String.fromCharCode(id & 0x7fff, id >>> 15);
  return key;
}
