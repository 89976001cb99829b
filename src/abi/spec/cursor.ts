import { SpecError, type SpecPosition } from './error.ts';
import type { ValueReference } from './model.ts';

/** Code to be read: a line, or a part of one. */
export interface CodeLine extends SpecPosition {
  readonly code: string;
}

/** Reads one line of code word by word. A word is a run of letters, digits and `_`; other characters stand alone. */
export class Cursor {
  readonly #code: CodeLine;
  #offset = 0;

  constructor(code: CodeLine) {
    this.#code = code;
    this.#skipSpaces();
  }

  /** The place of the next token. */
  get position(): SpecPosition {
    return { line: this.#code.line, column: this.#code.column + this.#offset };
  }

  /** True once everything has been read. */
  get done(): boolean {
    return this.#offset >= this.#code.code.length;
  }

  /** The next token without taking it; `undefined` at the end. */
  peek(): string | undefined {
    const pattern = /[A-Za-z0-9_]+|[^ ]/y;
    pattern.lastIndex = this.#offset;
    return pattern.exec(this.#code.code)?.[0];
  }

  /** Takes the next token if it is this one. */
  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#advance(token);
    return true;
  }

  /** Takes this token. @throws {SpecError} if another one comes. */
  expect(token: string): void {
    if (!this.take(token)) this.fail(`'${token}'`);
  }

  /** Takes a word. @throws {SpecError} naming what was wanted. */
  word(wanted: string): string {
    const token = this.peek();
    if (token === undefined || !/^[A-Za-z0-9_]/.test(token)) this.fail(wanted);
    this.#advance(token);
    return token;
  }

  /** Takes a name in lower case, as types, values, fields and calls have. */
  name(wanted: string): ValueReference {
    const { position } = this;
    const name = this.peek();
    if (name === undefined || !/^[a-z0-9_]+$/.test(name)) this.fail(wanted);
    this.#advance(name);
    return { name, ...position };
  }

  /** Takes one of these words. */
  oneOf<T extends string>(words: readonly T[], wanted: string): T {
    const token = this.peek();
    const found = words.find((word) => word === token);
    if (found === undefined) this.fail(wanted);
    this.#advance(found);
    return found;
  }

  /** Takes an unsigned integer, decimal or `0x` hexadecimal. */
  integer(): bigint {
    const token = this.peek();
    if (token === undefined || !/^(?:0x[0-9a-f]+|0|[1-9][0-9]*)$/.test(token)) this.fail('an integer');
    this.#advance(token);
    return BigInt(token);
  }

  /** Everything left, as written. */
  rest(): string {
    const text = this.#code.code.slice(this.#offset);
    this.#offset = this.#code.code.length;
    return text;
  }

  /** @throws {SpecError} if something is left. */
  end(): void {
    if (!this.done) this.fail('the end of the line');
  }

  /** @throws {SpecError} always: names the found word and the wanted one. */
  fail(wanted: string): never {
    const token = this.peek();
    const found = token === undefined ? 'the end of the line' : `'${token}'`;
    throw new SpecError(`Found ${found}, wanted ${wanted}`, this.position);
  }

  #advance(token: string): void {
    this.#offset += token.length;
    this.#skipSpaces();
  }

  #skipSpaces(): void {
    while (this.#code.code[this.#offset] === ' ') this.#offset++;
  }
}
