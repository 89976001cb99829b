import type { Question } from '../asking/question.ts';
import { remedyOption, remedyYaml } from '../network/describe-denial.ts';
import { parseRule } from '../network/parse-rule.ts';
import type { Plan } from '../plan/plan-types.ts';
import { quotedInYaml } from '../resources/add-rule.ts';
import { printable } from '../text/printable.ts';
import { shellWord } from '../text/shell-word.ts';
import { printError } from './output.ts';

/** Keeps the rule of a question for later starts; returns a sentence about how it was done, or the reason why it was not. */
export type KeepRule = (question: Question) => { readonly kept: string } | { readonly failed: string };

/** The rules that a person has granted for good. */
export class AlwaysGranted {
  readonly #command: string;
  readonly #spelling: Plan['spelling'];
  readonly #keep: KeepRule | undefined;
  /** The questions by their rules. */
  readonly #granted = new Map<string, Question>();

  /** @param keep Without it, the user is told at the end how to grant the rules. */
  constructor(command: string, { spelling }: Pick<Plan, 'spelling'>, keep: KeepRule | undefined) {
    this.#command = command;
    this.#spelling = spelling;
    this.#keep = keep;
  }

  /** Adds the rule of a question. */
  add(question: Question): void {
    this.#granted.set(question.rule, question);
  }

  /** Keeps the rules, or says how they are granted, once the terminal is the user's alone. */
  tell(): void {
    for (const question of this.#granted.values()) {
      const done = this.#keep?.(question);
      if (done !== undefined && 'kept' in done) printError(`${this.#command}: ${done.kept}`);
      else {
        if (done !== undefined) printError(`${this.#command}: ${done.failed}`);
        printError(`${this.#command}: ${howToGrant(question, this.#spelling)}`);
      }
    }
  }
}

function howToGrant(question: Question, spelling: Plan['spelling']): string {
  const { rule } = question;
  if (question.kind === 'connection') return `To grant it each time: ${spelt(rule, spelling)}`;
  const grant = spelling === 'options' ? `--rule ${shellWord(rule)}` : `rules: [${quotedInYaml(rule)}]`;
  return `To grant it each time, before '${printable(question.asked.text)}': ${grant}`;
}

function spelt(text: string, spelling: Plan['spelling']): string {
  const { value } = parseRule(text);
  if (value === undefined) return text;
  const remedy = { kind: 'rule', rule: value } as const;
  return (spelling === 'options' ? remedyOption(remedy) : remedyYaml(remedy)) ?? text;
}
