import type { AutomatonState } from './determinize.ts';
import { CELL_WORDS, NONE, StateWord } from './table-layout.ts';
import type { Words } from './words.ts';

/** The places of the states and cells of one automaton. */
export type Packed = { readonly statesAt: number; readonly cells: number; readonly cellsAt: number };

/** Owner of a cell that is free: no state has this number. */
const FREE = 0xffffffff;

/**
 * Packs the steps of all states into one array of cells by row displacement: the cells of states interleave, and each
 * says which state it belongs to.
 *
 * @param reduce Leaves out rules that cannot decide.
 */
export function packStates(
  states: readonly AutomatonState[],
  reduce: (accepts: readonly number[]) => readonly number[],
  words: Words,
): Packed {
  const lists = new Map<string, number>();
  const listOf = (accepts: readonly number[]): number => {
    const numbers = reduce(accepts);
    if (numbers.length === 0) return NONE;
    const key = numbers.join();
    const known = lists.get(key);
    if (known !== undefined) return known;
    const at = words.reserve(1 + numbers.length);
    words.set(at, numbers.length);
    for (const [index, number] of numbers.entries()) words.set(at + 1 + index, number);
    lists.set(key, at);
    return at;
  };
  const cells = new Cells();
  const bases = states.map(({ steps }, number) => cells.place(number, steps));
  const statesAt = words.reserve(states.length * StateWord.size);
  for (const [number, { fallback, accepts }] of states.entries()) {
    const at = statesAt + number * StateWord.size;
    words.set(at + StateWord.base, bases[number] ?? 0);
    words.set(at + StateWord.fallback, fallback);
    words.set(at + StateWord.accepts, listOf(accepts));
  }
  const count = cells.length;
  const cellsAt = words.reserve(count * CELL_WORDS);
  for (let cell = 0; cell < count; cell++) {
    words.set(cellsAt + cell * CELL_WORDS, cells.owner(cell));
    words.set(cellsAt + cell * CELL_WORDS + 1, cells.next(cell));
  }
  return { statesAt, cells: count, cellsAt };
}

class Cells {
  #owners = new Uint32Array(4096).fill(FREE);
  #next = new Uint32Array(4096);
  /** The first cell that may be free, and the last one in use and one. */
  #low = 0;
  #end = 0;

  /** Cells that any base and byte may name. */
  get length(): number {
    return this.#end + 256;
  }

  owner(cell: number): number {
    return this.#owners[cell] ?? FREE;
  }

  next(cell: number): number {
    return this.#next[cell] ?? 0;
  }

  place(state: number, steps: ReadonlyMap<number, number>): number {
    if (steps.size === 0) return 0;
    const bytes = [...steps.keys()].sort((a, b) => a - b);
    const first = bytes[0] ?? 0;
    while (this.owner(this.#low) !== FREE) this.#low++;
    // Rows with many steps rarely fit into gaps: they begin behind what is in use.
    let base = Math.max(0, (bytes.length > 8 ? this.#end : this.#low) - first);
    let tries = 0;
    while (bytes.some((byte) => this.owner(base + byte) !== FREE)) {
      base = ++tries > 64 ? Math.max(base + 1, this.#end - first) : base + 1;
    }
    if (tries > 64 && this.#end - this.#low > 4096) this.#low = this.#end - 2048;
    const last = base + (bytes.at(-1) ?? 0);
    this.#grow(last + 257);
    for (const [byte, next] of steps) {
      this.#owners[base + byte] = state;
      this.#next[base + byte] = next;
    }
    this.#end = Math.max(this.#end, last + 1);
    return base;
  }

  #grow(length: number): void {
    if (length <= this.#owners.length) return;
    const size = Math.max(length, this.#owners.length * 2);
    const owners = new Uint32Array(size).fill(FREE);
    owners.set(this.#owners);
    const next = new Uint32Array(size);
    next.set(this.#next);
    this.#owners = owners;
    this.#next = next;
  }
}
