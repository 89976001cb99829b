import { OciError } from '../oci-error.ts';

/**
 * A value of a JSON document that an engine wrote, with its place in it. Reading one of another type throws an `OciError`
 * that names the place. `null` counts as missing, as engines in Go write it.
 */
export class JsonField {
  readonly #value: unknown;
  readonly place: string;

  constructor(value: unknown, place: string) {
    this.#value = value;
    this.place = place;
  }

  /** True if there is a value. */
  get isThere(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** The field of an object; a missing object has no fields. */
  at(name: string): JsonField {
    const object = this.#object();
    const value = object === undefined || !Object.hasOwn(object, name) ? undefined : object[name];
    return new JsonField(value, this.place === '' ? name : `${this.place}.${name}`);
  }

  /** The fields of an object by name; none of a missing one. */
  get fields(): readonly (readonly [name: string, field: JsonField])[] {
    return Object.keys(this.#object() ?? {}).map((name) => [name, this.at(name)] as const);
  }

  /** The elements of a list; none of a missing one. */
  get elements(): readonly JsonField[] {
    if (!this.isThere) return [];
    if (!Array.isArray(this.#value)) throw this.mistake('a list');
    const values: readonly unknown[] = this.#value;
    return values.map((value, index) => new JsonField(value, `${this.place}[${index}]`));
  }

  get text(): string {
    if (typeof this.#value !== 'string') throw this.mistake('a text');
    // No name of a file, argument or variable holds one.
    if (this.#value.includes('\0')) throw this.mistake('a text without NUL');
    return this.#value;
  }

  get optionalText(): string | undefined {
    return this.isThere && this.#value !== '' ? this.text : undefined;
  }

  get number(): number {
    if (typeof this.#value !== 'number' || !Number.isFinite(this.#value)) throw this.mistake('a number');
    return this.#value;
  }

  get optionalNumber(): number | undefined {
    return this.isThere ? this.number : undefined;
  }

  /** A whole number that is not negative. */
  get count(): number {
    const value = this.number;
    if (!Number.isInteger(value) || value < 0) throw this.mistake('a whole number from 0');
    return value;
  }

  get optionalCount(): number | undefined {
    return this.isThere ? this.count : undefined;
  }

  /** False when it is missing. */
  get flag(): boolean {
    if (!this.isThere) return false;
    if (typeof this.#value !== 'boolean') throw this.mistake('true or false');
    return this.#value;
  }

  /** The value as it was read. */
  get raw(): unknown {
    return this.#value;
  }

  /** The error for a value that is not as it was expected. */
  mistake(expected: string): OciError {
    const shown = this.isThere ? JSON.stringify(this.#value) : 'nothing';
    const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
    return new OciError(`${this.place || 'the document'} is ${short}, expected ${expected}`);
  }

  #object(): Readonly<Record<string, unknown>> | undefined {
    if (!this.isThere) return undefined;
    if (!isObject(this.#value)) throw this.mistake('an object');
    return this.#value;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON text. @param name Its name in messages. */
export function readJson(text: string, name: string): JsonField {
  try {
    const value: unknown = JSON.parse(text);
    return new JsonField(value, '');
  } catch (error) {
    throw new OciError(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
