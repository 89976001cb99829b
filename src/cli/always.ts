import { remedyOption, remedyYaml } from '../network/describe-denial.ts';
import { parseRule } from '../network/parse-rule.ts';
import type { Plan } from '../plan/plan-types.ts';
import { printError } from './output.ts';

/** Keeps a rule for later starts; returns a sentence about how it was done, or the reason why it was not. */
export type KeepRule = (rule: string) => { readonly kept: string } | { readonly failed: string };

/** The rules that a person has granted for good. */
export class AlwaysGranted {
  readonly #command: string;
  readonly #spelling: Plan['spelling'];
  readonly #keep: KeepRule | undefined;
  readonly #rules = new Set<string>();

  /** @param keep Without it, the user is told at the end how to grant the rules. */
  constructor(command: string, { spelling }: Pick<Plan, 'spelling'>, keep: KeepRule | undefined) {
    this.#command = command;
    this.#spelling = spelling;
    this.#keep = keep;
  }

  /** Adds a rule. */
  add(rule: string): void {
    this.#rules.add(rule);
  }

  /** Keeps the rules, or says how they are granted, once the terminal is the user's alone. */
  tell(): void {
    for (const rule of this.#rules) {
      const done = this.#keep?.(rule);
      if (done !== undefined && 'kept' in done) printError(`${this.#command}: ${done.kept}`);
      else {
        if (done !== undefined) printError(`${this.#command}: ${done.failed}`);
        printError(`${this.#command}: To grant it each time: ${spelt(rule, this.#spelling)}`);
      }
    }
  }
}

function spelt(text: string, spelling: Plan['spelling']): string {
  const { value } = parseRule(text);
  if (value === undefined) return text;
  const remedy = { kind: 'rule', rule: value } as const;
  return (spelling === 'options' ? remedyOption(remedy) : remedyYaml(remedy)) ?? text;
}
