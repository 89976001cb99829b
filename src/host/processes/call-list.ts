import { callNumber, type SystemCall } from '../../linux/system-calls.ts';
import { bytesOf } from '../files/host-path.ts';

/*
 * Lists of system calls for the interpreter of launch-stub.ts: the calls of a new process before it is the program.
 * A list is data: it is made here, in TypeScript, can be printed, and runs where no JavaScript can.
 */

/** A place in a list's memory; as an argument of a call, its address. */
export type Pointer = {
  readonly kind: 'pointer';
  /** Bytes from the start of the data. */
  readonly offset: number;
  /** Its name in the printed list. */
  readonly name: string;
  /** Counted from the header instead. */
  readonly inHeader?: true;
};

/** Eight bytes in a list's memory; as an argument of a call, the number that lies there when the call is made. */
export type Slot = { readonly kind: 'slot'; readonly at: Pointer };

/** A place between two steps, to go on at. */
export type Label = { readonly kind: 'label'; index: number };

/** An argument of a call: an integer below 2^53 (negative ones included), an address, or an earlier result. */
export type Argument = number | Pointer | Slot;

/** The use of a call's result. */
export type Outcome = {
  /** The place to store it. */
  readonly result?: Slot | undefined;
  /**
   * The steps to go on with after a positive result, after zero, after an error; the next step, and giving up on
   * errors.
   */
  readonly onPositive?: Label | undefined;
  readonly onZero?: Label | undefined;
  readonly onError?: Label | undefined;
  /** The mechanism of the host that the step needs, to explain a failure. */
  readonly needs?: string | undefined;
};

/** One step of a list. */
export type Step = Outcome & {
  /** The action of the step, such as `mount /usr at /usr`: begins the message when it fails. */
  readonly words: string;
  /** Name of the system call, or `compare`. */
  readonly call: string;
  readonly number: number;
  readonly arguments: readonly Argument[];
};

/** The contents of a part of the data: bytes, or an address within the list. */
type Part = Uint8Array | Pointer;

const WORD = 8;
const RECORD = 88;
const RECORD_WORDS = RECORD / WORD;
/** First record, record of the failure branch, failed record, its result. */
const HEADER = 4 * WORD;
const RETURN = -1;
const COMPARE = -2;
const MOST_ARGUMENTS = 6;
const NUL = new Uint8Array(1);
const ZERO = new Uint8Array(WORD);

/** The offset, from the start of an encoded list, of the record that failed and its result. */
export const FAILURE_OFFSET = 2 * WORD;

/** The step of a list that failed, and a Linux error number. */
export type StepFailure = { readonly step: Step; readonly errno: number };

/** Builds one list. Steps run in the order in which they are added, unless an outcome says otherwise. */
export class CallList {
  readonly steps: Step[] = [];
  readonly #data: { readonly offset: number; readonly part: Part }[] = [];
  /** The failed record and its result, while the failure branch runs: 16 bytes. */
  readonly failed: Pointer = { kind: 'pointer', offset: FAILURE_OFFSET, name: 'failure', inHeader: true };
  readonly #texts = new Map<string, Pointer>();
  #size = 0;
  #failure: Label | undefined;

  /**
   * Adds a call.
   *
   * @throws RangeError when this architecture does not have it: a mistake of ours.
   */
  call(words: string, call: SystemCall, args: readonly Argument[], outcome: Outcome = {}): void {
    const number = callNumber(call);
    if (number < 0 || args.length > MOST_ARGUMENTS)
      throw new RangeError(`${call} cannot be called like this`);
    // Written out: a list has hundreds of steps, and copying properties costs more than all else.
    const { result, onPositive, onZero, onError, needs } = outcome;
    this.steps.push({ words, call, number, arguments: args, result, onPositive, onZero, onError, needs });
  }

  /** Adds a comparison: goes on at `onZero` (or the next step) if both are equal, fails with ESTALE otherwise. */
  compare(words: string, a: Argument, b: Argument, outcome: Outcome = {}): void {
    this.steps.push({ words, call: 'compare', number: COMPARE, arguments: [a, b], ...outcome });
  }

  /** Ends a list that is run as a function. */
  return(): void {
    this.steps.push({ words: 'return', call: 'return', number: RETURN, arguments: [] });
  }

  /** A place that `place` puts between two steps. */
  label(): Label {
    return { kind: 'label', index: -1 };
  }

  /** Puts a label in front of the step that is added next. */
  place(label: Label): void {
    label.index = this.steps.length;
  }

  /**
   * Sets the next step after the failure of a step that names none itself. The header's failure fields are set by then. A
   * step at or behind this place that fails is followed by the next one: a report that is not read any more must not be
   * repeated for ever.
   */
  failAt(label: Label): void {
    this.#failure = label;
  }

  /** Eight bytes for a result. */
  slot(name: string): Slot {
    return { kind: 'slot', at: this.data(name, [ZERO]) };
  }

  /** Data that starts at a multiple of 8 bytes. Pointers among its parts take 8 bytes each. */
  data(name: string, parts: readonly Part[]): Pointer {
    const start = align(this.#size);
    let offset = start;
    for (const part of parts) {
      this.#data.push({ offset, part });
      offset += part instanceof Uint8Array ? part.length : WORD;
    }
    this.#size = offset;
    return { kind: 'pointer', offset: start, name };
  }

  /** A place within data. */
  at(pointer: Pointer, offset: number): Pointer {
    return { kind: 'pointer', offset: pointer.offset + offset, name: `${pointer.name}+${offset}` };
  }

  /** Eight bytes within data, as a slot. */
  slotAt(pointer: Pointer, offset: number): Slot {
    return { kind: 'slot', at: this.at(pointer, offset) };
  }

  /**
   * A C string. The same text twice is the same string.
   *
   * @param text Bytes, for names that are not UTF-8.
   * @throws RangeError for a text with a NUL in it.
   */
  text(text: string | Uint8Array): Pointer {
    if (typeof text !== 'string') return this.#newText(text, Buffer.from(text).toString());
    let pointer = this.#texts.get(text);
    if (pointer === undefined) {
      pointer = this.#newText(bytesOf(text), text);
      this.#texts.set(text, pointer);
    }
    return pointer;
  }

  #newText(bytes: Uint8Array, text: string): Pointer {
    const name = JSON.stringify(text);
    if (bytes.includes(0)) throw new RangeError(`${name} holds a NUL`);
    return this.data(name, [bytes, NUL]);
  }

  /** An array of C strings with a null pointer behind. */
  texts(name: string, texts: readonly string[]): Pointer {
    const pointers = texts.map((text) => this.text(text));
    return this.data(name, [...pointers, ZERO]);
  }

  /** Bytes of the encoded list. */
  get size(): number {
    return this.#dataAt() + align(this.#size);
  }

  /** Gives the offset in the encoded list that a pointer points to. */
  offsetOf(pointer: Pointer): number {
    return this.#dataAt() + pointer.offset;
  }

  #dataAt(): number {
    return HEADER + this.steps.length * RECORD;
  }

  /**
   * The list as the interpreter reads it.
   *
   * @param base The address at which it will lie.
   * @throws Error when a label was never placed: a mistake of ours.
   */
  encode(base: number): Uint8Array {
    const bytes = new Uint8Array(this.size);
    const words = new Int32Array(bytes.buffer);
    const dataAt = this.#dataAt();
    const put = (word: number, value: number): void => {
      words[2 * word] = value;
      words[2 * word + 1] = Math.floor(value / 2 ** 32);
    };
    const recordAt = (index: number): number => base + HEADER + index * RECORD;
    const target = (label: Label | undefined, otherwise: number): number => {
      if (label === undefined) return otherwise;
      if (label.index < 0 || label.index >= this.steps.length)
        throw new Error('A label is outside of the list');
      return recordAt(label.index);
    };
    const address = ({ offset, inHeader }: Pointer): number => base + (inHeader ? 0 : dataAt) + offset;
    put(0, recordAt(0));
    put(1, target(this.#failure, 0));
    const failing = this.#failure?.index ?? Infinity;
    let index = 0;
    for (const step of this.steps) {
      const at = (HEADER + index * RECORD) / WORD;
      let indirect = 0;
      let position = 0;
      for (const argument of step.arguments) {
        if (typeof argument === 'number') put(at + 1 + position, argument);
        else if (argument.kind === 'pointer') put(at + 1 + position, address(argument));
        else {
          indirect |= 1 << position;
          put(at + 1 + position, address(argument.at));
        }
        position++;
      }
      words[2 * at] = step.number;
      words[2 * at + 1] = indirect;
      if (step.result !== undefined) put(at + 7, address(step.result.at));
      put(at + 8, target(step.onPositive, recordAt(index + 1)));
      put(at + 9, target(step.onZero, recordAt(index + 1)));
      put(at + RECORD_WORDS - 1, target(step.onError, index < failing ? 0 : recordAt(index + 1)));
      index++;
    }
    for (const { offset, part } of this.#data) {
      if (part instanceof Uint8Array) bytes.set(part, dataAt + offset);
      else if ((dataAt + offset) % WORD === 0) put((dataAt + offset) / WORD, address(part));
      else throw new Error('An address in a list is not aligned');
    }
    return bytes;
  }

  /**
   * Finds the step that has failed.
   *
   * @param base The address of the list.
   * @param record, result What the interpreter has put into the header.
   * @returns `undefined` for anything that it would not put there.
   */
  failure(base: number, record: number, result: number): StepFailure | undefined {
    const step = this.steps[(record - base - HEADER) / RECORD];
    return step === undefined || result >= 0 ? undefined : { step, errno: -result };
  }
}

function align(offset: number): number {
  return Math.ceil(offset / WORD) * WORD;
}
