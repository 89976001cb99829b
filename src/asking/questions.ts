import type { OnQuestion, Question, QuestionAnswer } from './question.ts';

/** Questions that wait at once, and that are asked within a minute; what is beyond is refused. */
const MOST_WAITING = 16;
const MOST_PER_MINUTE = 30;
const MINUTE = 60_000;

/** Milliseconds until a question without an answer counts as denied. */
const PATIENCE = 120_000;

/** Answers that are remembered. */
const MOST_ANSWERS = 4096;

/**
 * Asks about what the grants of a program leave to a person. The same question is asked once: what comes meanwhile waits for its
 * answer. A program cannot flood the person who answers.
 */
export class Questions {
  readonly #onQuestion: OnQuestion;
  readonly #unlimited: boolean;
  readonly #waiting = new Map<string, Promise<QuestionAnswer>>();
  readonly #denied = new Set<string>();
  readonly #ended = new AbortController();
  #minute = 0;
  #count = 0;
  #notAsked = 0;

  /** @param unlimited True if no person answers, so that any number may be asked. */
  constructor(onQuestion: OnQuestion, unlimited = false) {
    this.#onQuestion = onQuestion;
    this.#unlimited = unlimited;
  }

  /** The number of refusals without a question, because there were too many. */
  get notAsked(): number {
    return this.#notAsked;
  }

  /**
   * Gives the answer to a question. One that was denied stays so.
   *
   * @param subject The same for all that one answer is about.
   * @param question Makes the question; called only when it is asked.
   */
  ask(subject: string, question: () => Question): Promise<QuestionAnswer> {
    if (this.#denied.has(subject) || this.#ended.signal.aborted) return Promise.resolve(false);
    const waiting = this.#waiting.get(subject);
    if (waiting !== undefined) return waiting;
    if (!this.#unlimited && (this.#waiting.size >= MOST_WAITING || !this.#mayAsk())) {
      this.#notAsked++;
      return Promise.resolve(false);
    }
    const answer = this.#answer(question()).then((granted) => {
      this.#waiting.delete(subject);
      if (granted === false && this.#denied.size < MOST_ANSWERS) this.#denied.add(subject);
      return granted;
    });
    this.#waiting.set(subject, answer);
    return answer;
  }

  /** The program has ended: no answer is waited for any more. */
  end(): void {
    this.#ended.abort();
  }

  async #answer(question: Question): Promise<QuestionAnswer> {
    const late = new AbortController();
    const giveUp = (): void => late.abort();
    const timer = setTimeout(giveUp, PATIENCE).unref();
    this.#ended.signal.addEventListener('abort', giveUp, { once: true });
    const none = new Promise<QuestionAnswer>((resolve) => {
      late.signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    try {
      const answer = await Promise.race([this.#onQuestion(question, { signal: late.signal }), none]);
      return answer === true || answer === 'once' ? answer : false;
    } catch {
      // A decision that fails is none.
      return false;
    } finally {
      clearTimeout(timer);
      this.#ended.signal.removeEventListener('abort', giveUp);
    }
  }

  #mayAsk(): boolean {
    const minute = Math.floor(performance.now() / MINUTE);
    if (minute !== this.#minute) this.#count = 0;
    this.#minute = minute;
    if (this.#count >= MOST_PER_MINUTE) return false;
    this.#count++;
    return true;
  }
}
