import { type Category, categories, categoryNumber } from './category.ts';
import { type ActionKind, actionKinds } from './rule.ts';
import {
  CELL_WORDS,
  GroupWord,
  Header,
  NONE,
  RuleWord,
  START,
  StateWord,
  TABLE_MAGIC,
} from './table-layout.ts';

/** The decision of a table about one access. */
export type Decision = {
  readonly action: ActionKind;
  /** The error of `deny` (errno(3)). */
  readonly errno: number;
  /** The number of the rule that decides; `undefined` when none matches, and the static grants alone count. */
  readonly rule: number | undefined;
  /** The source of a mask, by number; `undefined` for an empty file. */
  readonly argument: number | undefined;
};

/** Reads a table in the same way as the supervisor does (src/host/supervisor/match.h). */
export class Matcher {
  readonly #words: Uint32Array;

  /** @throws RangeError for bytes that are no table. */
  constructor(table: Uint8Array) {
    const words = new Uint32Array(new Uint8Array(table).buffer, 0, table.length >>> 2);
    if (words[Header.magic] !== TABLE_MAGIC || words[Header.words] !== words.length || table.length % 4 !== 0)
      throw new RangeError('These bytes are no table of rules');
    this.#words = words;
  }

  /**
   * Decides about an access.
   *
   * @param path The resolved path, as the program sees it.
   * @param held The conditions that hold, as `conditionsOf` says.
   */
  decide(category: Category, path: Uint8Array, held = 0n): Decision {
    const number = categoryNumber(category);
    const groups = this.#at(Header.groups);
    let best = NONE;
    for (let group = 0; group < groups; group++)
      best = Math.min(best, this.#firstIn(this.#acceptsAt(group, path), number, held, best));
    if (best === NONE) return { action: 'allow', errno: 0, rule: undefined, argument: undefined };
    const at = this.#ruleAt(best);
    const argument = this.#at(at + RuleWord.argument);
    const action = actionKinds[this.#at(at + RuleWord.action)];
    if (action === undefined) throw new RangeError('The table names an action that does not exist');
    return {
      action,
      errno: this.#at(at + RuleWord.errno),
      rule: best,
      argument: argument === 0 ? undefined : argument - 1,
    };
  }

  /** Says which conditions hold for a process, by the path of its executable: a set of their numbers. */
  conditionsOf(executable: Uint8Array): bigint {
    const group = this.#at(Header.conditions);
    if (group === NONE) return 0n;
    const list = this.#acceptsAt(group, executable);
    if (list === NONE) return 0n;
    let held = 0n;
    for (let index = 0; index < this.#at(list); index++) held |= 1n << BigInt(this.#at(list + 1 + index));
    return held;
  }

  /** The categories about which the decision depends on the executable. */
  conditionalCategories(): readonly Category[] {
    const set = this.#long(Header.conditional);
    return categories.filter((_, number) => ((set >> BigInt(number)) & 1n) === 1n);
  }

  #firstIn(list: number, category: number, held: bigint, below: number): number {
    if (list === NONE) return NONE;
    const count = this.#at(list);
    for (let index = 0; index < count; index++) {
      const rule = this.#at(list + 1 + index);
      if (rule >= below) return NONE;
      const at = this.#ruleAt(rule);
      const half = this.#at(at + RuleWord.categories + (category >>> 5));
      if (((half >>> (category & 31)) & 1) === 0) continue;
      const condition = this.#at(at + RuleWord.condition);
      if (condition === 0 || ((held >> BigInt(condition - 1)) & 1n) === 1n) return rule;
    }
    return NONE;
  }

  #acceptsAt(group: number, path: Uint8Array): number {
    const at = this.#at(Header.groupsAt) + group * GroupWord.size;
    const states = this.#at(at + GroupWord.statesAt);
    const cells = this.#at(at + GroupWord.cellsAt);
    let state: number = START;
    for (const byte of path) {
      const row = states + state * StateWord.size;
      const cell = cells + (this.#at(row + StateWord.base) + byte) * CELL_WORDS;
      state = this.#at(cell) === state ? this.#at(cell + 1) : this.#at(row + StateWord.fallback);
      if (state === 0) return NONE;
    }
    return this.#at(states + state * StateWord.size + StateWord.accepts);
  }

  #ruleAt(rule: number): number {
    if (rule >= this.#at(Header.rules)) throw new RangeError('The table names a rule that it does not have');
    return this.#at(Header.rulesAt) + rule * RuleWord.size;
  }

  #long(at: number): bigint {
    return BigInt(this.#at(at)) | (BigInt(this.#at(at + 1)) << 32n);
  }

  #at(word: number): number {
    const value = this.#words[word];
    if (value === undefined) throw new RangeError('The table names a place outside of it');
    return value;
  }
}
