import { writeNumber } from './binary.ts';
import { CALL, FUNCTION_TYPE, I32, I64 } from './binary-numbers.ts';
import { ModuleError } from './module-error.ts';

/** The first byte of instructions for threads, and the second of those that wait. */
const ATOMIC = 0xfe;
const WAIT32 = 1;
const WAIT64 = 2;

/** Beginnings of the instructions that wait: with the second number in one byte or more. */
export const WAIT_BEGINNINGS: readonly Buffer[] = [WAIT32, WAIT64].flatMap((second) =>
  [second, second | 0x80].map((byte) => Buffer.from([ATOMIC, byte])),
);

/** Types of functions that wait as an instruction does: for 32 bits, and for 64. */
const WAIT_TYPES: readonly (readonly number[])[] = [
  [FUNCTION_TYPE, 3, I32, I32, I64, 1, I32],
  [FUNCTION_TYPE, 3, I32, I64, I64, 1, I32],
];

/** The most different instructions that wait in a module; real programs have a few. */
const MOST = 4096;

/**
 * Functions that do nothing but wait, to be called in place of the instruction. The fast compiler of V8 before 12 forgets
 * to keep the local variables of a function whose instruction waits; a function has nothing to lose that does
 * nothing else.
 */
export class WaitFunctions {
  readonly #first: number;
  readonly #bodies: (readonly number[])[] = [];
  readonly #types: (0 | 1)[] = [];
  /** Calls by the instruction in hexadecimal digits. */
  readonly #calls = new Map<string, readonly number[]>();

  /** @param first Number of the first of these functions. */
  constructor(first: number) {
    this.#first = first;
  }

  /**
   * The call in the place of an instruction; `undefined` if it does not wait.
   *
   * @throws ModuleError when there are too many.
   */
  replace(instruction: Uint8Array): readonly number[] | undefined {
    if (instruction[0] !== ATOMIC) return undefined;
    const kind = (instruction[1] ?? 0) & 0x7f;
    if ((kind !== WAIT32 && kind !== WAIT64) || !isNumber(instruction, kind)) return undefined;
    const key = Buffer.from(instruction).toString('hex');
    const there = this.#calls.get(key);
    if (there !== undefined) return there;
    if (this.#bodies.length === MOST)
      throw new ModuleError('unknown_instruction', `The module waits in more than ${MOST} ways`);
    const call = [CALL, ...writeNumber(this.#first + this.#bodies.length)];
    const body = [0, 0x20, 0, 0x20, 1, 0x20, 2, ...instruction, 0x0b];
    this.#calls.set(key, call);
    this.#bodies.push([...writeNumber(body.length), ...body]);
    this.#types.push(kind === WAIT32 ? 0 : 1);
    return call;
  }

  /** Their types, none if there are no functions. */
  get types(): readonly (readonly number[])[] {
    return this.#bodies.length === 0 ? [] : WAIT_TYPES;
  }

  /**
   * The type of each function.
   *
   * @param first Number of the first of `types`.
   */
  signatures(first: number): readonly (readonly number[])[] {
    return this.#types.map((type) => writeNumber(first + type));
  }

  /** Their bodies, as items of a code section. */
  get bodies(): readonly (readonly number[])[] {
    return this.#bodies;
  }
}

/** Tells whether the number behind the first byte, which may be longer than needed, is a small one. */
function isNumber(instruction: Uint8Array, value: number): boolean {
  let scale = 1;
  let sum = 0;
  for (let at = 1; at < instruction.length; at++, scale *= 128) {
    const byte = instruction[at] ?? 0;
    sum += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  return sum === value;
}
