import type { NameAnswer } from './answer.ts';
import type { NameQuestion } from './request.ts';
import type { AnswerName } from './serve.ts';

/**
 * The questions that have no answer yet. A client may go before it is answered, and its question stays with the service: without
 * this bound, a program that asks and goes would fill the memory of its launcher.
 */
export class AskedNames {
  readonly #most: number;
  #count = 0;

  /** @param most The questions that may wait at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Asks, unless too many questions wait: the C library is told to try again then. */
  async answer(question: NameQuestion, ask: AnswerName): Promise<NameAnswer> {
    if (this.#count >= this.#most) return { kind: 'later' };
    this.#count++;
    try {
      return await ask(question);
    } finally {
      this.#count--;
    }
  }
}
