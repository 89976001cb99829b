import type { ConnectAnswer, ConnectQuestion, OnConnect } from '../network/question.ts';

/** Questions that wait at once, and that are asked within a minute; connections beyond are refused. */
const MOST_WAITING = 16;
const MOST_PER_MINUTE = 30;
const MINUTE = 60_000;

/** Milliseconds until a question without an answer counts as denied. */
const PATIENCE = 120_000;

/** Answers that are remembered. */
const MOST_ANSWERS = 4096;

/**
 * Asks about connections that no rule allows. The same question is asked once: connections that come meanwhile wait for
 * its answer. A program cannot flood the person who answers.
 */
export class Questions {
  readonly #onConnect: OnConnect;
  readonly #waiting = new Map<string, Promise<ConnectAnswer>>();
  readonly #denied = new Set<string>();
  #minute = 0;
  #count = 0;

  constructor(onConnect: OnConnect) {
    this.#onConnect = onConnect;
  }

  /**
   * Gives the answer to a question. One that was denied stays so.
   *
   * @param question Makes the question; called only when it is asked.
   */
  ask(rule: string, question: () => ConnectQuestion): Promise<ConnectAnswer> {
    if (this.#denied.has(rule)) return Promise.resolve(false);
    const waiting = this.#waiting.get(rule);
    if (waiting !== undefined) return waiting;
    if (this.#waiting.size >= MOST_WAITING || !this.#mayAsk()) return Promise.resolve(false);
    const answer = this.#answer(question()).then((granted) => {
      this.#waiting.delete(rule);
      if (granted === false && this.#denied.size < MOST_ANSWERS) this.#denied.add(rule);
      return granted;
    });
    this.#waiting.set(rule, answer);
    return answer;
  }

  async #answer(question: ConnectQuestion): Promise<ConnectAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ConnectAnswer>((resolve) => {
      timer = setTimeout(() => resolve(false), PATIENCE);
      timer.unref();
    });
    try {
      const answer = await Promise.race([this.#onConnect(question), late]);
      return answer === true || answer === 'once' ? answer : false;
    } catch {
      // A decision that fails is none.
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  #mayAsk(): boolean {
    const minute = Math.floor(performance.now() / MINUTE);
    if (minute !== this.#minute) this.#count = 0;
    this.#minute = minute;
    return this.#count++ < MOST_PER_MINUTE;
  }
}
