/** Texts that can be gone back to. */
const MOST_STEPS = 200;

/** The text of a document with its steps back and forth. */
export class DocumentHistory {
  #text: string;
  #before: string[] = [];
  #after: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  get canRedo(): boolean {
    return this.#after.length > 0;
  }

  /** Goes on to another text. */
  change(text: string): void {
    if (text === this.#text) return;
    this.#before.push(this.#text);
    if (this.#before.length > MOST_STEPS) this.#before.shift();
    this.#after = [];
    this.#text = text;
  }

  /** Looks at the text of a step back or forth; `undefined` where there is none. */
  peek(way: 'undo' | 'redo'): string | undefined {
    return way === 'undo' ? this.#before.at(-1) : this.#after.at(-1);
  }

  /** Takes a step. */
  step(way: 'undo' | 'redo'): void {
    const [from, to] = way === 'undo' ? [this.#before, this.#after] : [this.#after, this.#before];
    const text = from.pop();
    if (text === undefined) return;
    to.push(this.#text);
    this.#text = text;
  }
}
