import type { Questions } from '../asking/questions.ts';
import type { Endpoints } from '../host/pump/records.ts';
import { printRule } from '../network/print-rule.ts';
import type { ConnectAnswer } from '../network/question.ts';
import type { NetworkRule, NetworkRules } from '../network/rule.ts';
import type { Meant } from './local-service.ts';
import type { FoundProcess } from './process-finder.ts';

/** The broker's part in asking. */
export type AskedRulesOptions = {
  /** The rules as they are now. */
  readonly rules: () => NetworkRules;
  /** Adds a rule; throws when a port of it cannot be served. */
  readonly allow: (rule: NetworkRule) => void;
  /** Serves the ports of a rule; throws when one cannot be served. */
  readonly serve: (rule: NetworkRule) => void;
  readonly processOf: (ends: Endpoints) => FoundProcess | undefined;
  /** True when the program has ended: answers count no more. */
  readonly isClosed: () => boolean;
};

/** Rules that a person is asked about when a connection needs them. */
export class AskedRules {
  readonly #questions: Questions;
  readonly #options: AskedRulesOptions;
  /** Rules that count for the next connection alone, as they are written. */
  readonly #nextOnce = new Set<string>();

  constructor(questions: Questions, options: AskedRulesOptions) {
    this.#questions = questions;
    this.#options = options;
  }

  /** Takes the leave for one connection that was given before it came; false if there is none. */
  takeOnce(rule: NetworkRule): boolean {
    return this.#nextOnce.delete(printRule(rule));
  }

  /** Asks about a rule. Unless it is for once, a positive answer changes the rules. */
  async ask(rule: NetworkRule, meant: Meant, ends: Endpoints): Promise<ConnectAnswer> {
    const { rules, allow, processOf, isClosed } = this.#options;
    const { protocol } = ends;
    const text = printRule(rule);
    const answer = await this.#questions.ask(text, () => ({
      kind: 'connection',
      rule: text,
      ...meant,
      protocol,
      process: processOf(ends),
    }));
    if (answer !== true || isClosed()) return answer;
    if (rules().allow.some((one) => printRule(one) === text)) return true;
    try {
      allow(rule);
      return true;
    } catch {
      return false;
    }
  }

  /** Asks about an attempt that the kernel has refused already: an answer is for the next one. */
  askForNext(rule: NetworkRule, meant: Meant, ends: Endpoints): void {
    void this.ask(rule, meant, ends).then((answer) => {
      if (answer !== 'once' || this.#options.isClosed()) return;
      this.#nextOnce.add(printRule(rule));
      try {
        this.#options.serve(rule);
      } catch {
        // The next attempt is refused as this one was.
      }
    });
  }
}
