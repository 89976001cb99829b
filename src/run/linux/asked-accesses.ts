import type { Questions } from '../../asking/questions.ts';
import { grantingRule } from '../../policy/granting-rule.ts';
import type { Rule } from '../../policy/rule.ts';
import type { AccessQuestion } from '../../process/access-refusal.ts';

/** Answers for the whole run that are remembered; further ones count once. */
const MOST_GRANTED = 4096;

/** Accesses that a person is asked about, because a rule about files says so. */
export class AskedAccesses {
  readonly #questions: Questions;
  /** The rules that were granted for the run. */
  readonly #granted = new Set<string>();

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  /**
   * Asks about an access, unless its answer is known. A path that cannot be written as a rule is refused: its name could
   * not be shown as it is.
   *
   * @param asking The rule that asks.
   */
  async ask(
    { category, path, pid, executable, rule: asked }: AccessQuestion,
    asking: Rule,
  ): Promise<boolean> {
    const rule = grantingRule(asking, category, path);
    if (rule === undefined) return false;
    if (this.#granted.has(rule)) return true;
    const process = executable === '' ? undefined : { pid, executable };
    const answer = await this.#questions.ask(rule, () => ({
      kind: 'access',
      rule,
      category,
      path,
      asked,
      process,
    }));
    if (answer === true && this.#granted.size < MOST_GRANTED) this.#granted.add(rule);
    return answer !== false;
  }
}
