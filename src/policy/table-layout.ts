/*
 * The table that the supervisor reads: words of 32 bits, little-endian, with offsets in words from its beginning.
 * src/host/supervisor/match.h has the same numbers; tests/policy/match.test.ts runs both.
 */

/** "cabr" in ASCII. */
export const TABLE_MAGIC = 0x72626163;

/** Words of the header, by their places. */
export const Header = {
  magic: 0,
  /** All words of the table. */
  words: 1,
  rules: 2,
  rulesAt: 3,
  groups: 4,
  groupsAt: 5,
  /** The group of the conditions, or NONE. */
  conditions: 6,
  /** The categories that rules with a condition are about: two words. */
  conditional: 7,
  size: 9,
} as const;

/** Words of a rule. */
export const RuleWord = {
  action: 0,
  errno: 1,
  /** Two words, the lower one first. */
  categories: 2,
  /** The number of its condition and one; 0 for a rule without. */
  condition: 4,
  /** The source of a mask: its number and one; 0 for an empty file. */
  argument: 5,
  size: 6,
} as const;

/** Words of a group: one deterministic automaton. */
export const GroupWord = {
  states: 0,
  statesAt: 1,
  cells: 2,
  cellsAt: 3,
  size: 4,
} as const;

/** Words of a state. */
export const StateWord = {
  /** The place at which its cells begin: the cell of a byte is `base + byte`. */
  base: 0,
  /** The next state for bytes whose cell belongs to another state. */
  fallback: 1,
  /** Offset of the list of its rules: their count, then their numbers; NONE for none. */
  accepts: 2,
  size: 3,
} as const;

/** Words of a cell: the state that it belongs to, and the next state. */
export const CELL_WORDS = 2;

/** No rule, no list, no group. */
export const NONE = 0xffffffff;

/** The first state of each group. */
export const START = 1;
