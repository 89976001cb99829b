import type { Changer, RulesState } from '../policy/live.ts';

/** A change of the rules about files of a running program, or an attempt that was refused. */
export type PolicyChange = {
  /** The change as it was written: `RULE`, `remove RULE` or `state STATE`. */
  readonly text: string;
  /** The launcher, the first process of the program, or another one. */
  readonly by: Changer;
  /** The state after it. */
  readonly state: RulesState;
  /** The reason for which nothing was changed; `undefined` when it was. */
  readonly refused: string | undefined;
};

/** Rules that can be changed. */
export type ChangeablePolicy = {
  readonly state: RulesState;
  readonly rules: readonly string[];
  /** Makes a change that is given as a text, and resolves when it counts. */
  change(text: string): Promise<void>;
};

/** The rules about files of a Linux program, as they can be changed while it runs (`rulesState`). */
export class ProgramPolicy {
  readonly #policy: ChangeablePolicy;

  constructor(policy: ChangeablePolicy) {
    this.#policy = policy;
  }

  /** The changes that the rules still take. */
  get state(): RulesState {
    return this.#policy.state;
  }

  /** The rules that count now, from the top, with absolute patterns. */
  get rules(): readonly string[] {
    return this.#policy.rules;
  }

  /**
   * Puts a rule above the others. It counts for every call that begins once this has resolved.
   *
   * @throws RangeError for a text that is no rule, or when the state forbids it; nothing is changed then.
   * @throws Error when the program has ended.
   */
  async add(rule: string): Promise<void> {
    await this.#policy.change(rule);
  }

  /** Takes a rule out, by its text in `rules`. Throws as `add`. */
  async remove(rule: string): Promise<void> {
    await this.#policy.change(`remove ${rule}`);
  }

  /** Goes on to a state that allows less: `exec`, `drop` or `sealed`. Throws as `add`. */
  async enter(state: RulesState): Promise<void> {
    await this.#policy.change(`state ${state}`);
  }
}
