import type { AskContext } from '../network/question.ts';
import type { AnswerWord, Question } from './question.ts';

/** Hears of the questions of a board. */
export type BoardListener = {
  readonly onQuestion: (id: number, question: Question) => void;
  /** The question needs no answer any more: it has one, or it is not waited for. */
  readonly onClosed: (id: number) => void;
};

type Open = { readonly question: Question; readonly answer: (word: AnswerWord) => void };

/** The open questions of a program, for several listeners of which any may answer. */
export class QuestionBoard {
  readonly #open = new Map<number, Open>();
  readonly #listeners = new Set<BoardListener>();
  #last = 0;

  /** Posts a question and waits for the first answer; a question that is not waited for any more is denied. */
  ask(question: Question, { signal }: AskContext): Promise<AnswerWord> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      const close = (word: AnswerWord): void => {
        if (!this.#open.delete(id)) return;
        signal.removeEventListener('abort', deny);
        resolve(word);
        for (const { onClosed } of this.#listeners) onClosed(id);
      };
      const deny = (): void => close('no');
      this.#open.set(id, { question, answer: close });
      if (signal.aborted) return deny();
      signal.addEventListener('abort', deny, { once: true });
      for (const { onQuestion } of this.#listeners) onQuestion(id, question);
    });
  }

  /** Answers a question; returns false when there is none of that number. */
  answer(id: number, word: AnswerWord): boolean {
    const open = this.#open.get(id);
    open?.answer(word);
    return open !== undefined;
  }

  /**
   * Adds a listener, which hears of the open questions first.
   *
   * @returns Removes it.
   */
  watch(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    for (const [id, { question }] of this.#open) listener.onQuestion(id, question);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
