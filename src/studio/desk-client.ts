import type { Readable, Writable } from 'node:stream';
import { fieldOf, readValues } from '../control/json-lines.ts';

/** Characters of an answer of the desk: the largest document twice, and its plan. */
const LONGEST_ANSWER = 64 * 1024 * 1024;

/** The server's side of the desk: asks, and hears of events. */
export class DeskClient {
  readonly #requests: Writable;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #last = 0;

  /** @param onEvent Called for each value that answers no request. */
  constructor(requests: Writable, answers: Readable, onEvent: (event: unknown) => void) {
    this.#requests = requests;
    readValues(
      answers,
      (value) => {
        const id = fieldOf(value, 'id');
        const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
        if (waiting === undefined || typeof id !== 'number') return onEvent(value);
        this.#waiting.delete(id);
        waiting(value);
      },
      LONGEST_ANSWER,
    );
  }

  /**
   * Asks for something.
   *
   * @throws Error with the reason of a refusal.
   */
  async ask(action: string, fields: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const answer = await new Promise<unknown>((resolve) => {
      this.#waiting.set(id, resolve);
      this.tell({ ...fields, id, do: action });
    });
    const error = fieldOf(answer, 'error');
    if (typeof error === 'string') throw new Error(error);
    return fieldOf(answer, 'value');
  }

  /** Says something that has no answer. */
  tell(value: object): void {
    this.#requests.write(`${JSON.stringify(value)}\n`);
  }
}
