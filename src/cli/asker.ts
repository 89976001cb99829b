import { describeQuestion } from '../asking/describe-question.ts';
import { type AnswerWord, type Question, readAnswer } from '../asking/question.ts';
import type { AskContext } from '../network/question.ts';
import type { AskingTerminal } from './prompt.ts';

/** Lines without an answer after which a question counts as denied. */
const MOST_TRIES = 5;

const CHOICES = '[o]nce, this [r]un, [a]lways, [n]o? ';

/** Asks the user at the terminal about what no grant of a program allows, one question after the other. */
export class Asker {
  readonly #command: string;
  readonly #terminal: Promise<AskingTerminal>;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param command Its name in messages.
   * @param terminal Known once the program has started.
   */
  constructor(command: string, terminal: Promise<AskingTerminal>) {
    this.#command = command;
    this.#terminal = terminal;
  }

  /** Asks one question, when those before it are answered. */
  ask(question: Question, { signal }: AskContext): Promise<AnswerWord> {
    const answer = this.#last.then(() => this.#ask(question, signal));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #ask(question: Question, signal: AbortSignal): Promise<AnswerWord> {
    const terminal = await this.#terminal;
    const text = `\n${this.#command}: ${describeQuestion(question)}\n  ${CHOICES}`;
    for (let left = MOST_TRIES; left > 0; left--) {
      const line = await terminal.ask(left === MOST_TRIES ? text : `  ${CHOICES}`, signal);
      if (line === undefined) return 'no';
      const answer = readAnswer(line);
      if (answer !== undefined) return answer;
    }
    return 'no';
  }
}
