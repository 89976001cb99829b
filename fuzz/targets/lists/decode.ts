import type { Argument, CallList, Label, Pointer } from '../../../src/host/processes/call-list.ts';

/*
 * A second reader of lists of system calls, written after what launch-stub.x64.S does with them: it knows nothing of
 * how they are made.
 */

const HEADER = 32;
const RECORD = 88;

/** A record as the interpreter sees it. */
type Decoded = {
  readonly number: number;
  readonly indirect: number;
  readonly arguments: readonly bigint[];
  readonly result: bigint;
  /** Addresses to go on at after a positive result, after zero, after an error. */
  readonly next: readonly [positive: bigint, zero: bigint, error: bigint];
};

function decodeRecord(view: DataView, at: number): Decoded {
  const word = (index: number): bigint => view.getBigInt64(at + 8 * index, true);
  return {
    number: view.getInt32(at, true),
    indirect: view.getUint32(at + 4, true),
    arguments: [1, 2, 3, 4, 5, 6].map(word),
    result: word(7),
    next: [word(8), word(9), word(10)],
  };
}

/**
 * Reads an encoded list back and compares it with what was added to it.
 *
 * @param base The address for which it was encoded.
 * @throws Error when anything reads differently, or leads out of the list.
 */
export function checkList(list: CallList, base: number): void {
  const bytes = list.encode(base);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { steps } = list;
  const recordAt = (index: number): bigint => BigInt(base + HEADER + index * RECORD);
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`The encoded list ${what}`);
  };
  const place = ({ offset, inHeader }: Pointer): bigint =>
    BigInt(base + (inHeader ? 0 : HEADER + steps.length * RECORD) + offset);
  const inside = (address: bigint, length: number): boolean =>
    address >= BigInt(base) && address + BigInt(length) <= BigInt(base + bytes.length);
  const expected = (argument: Argument): bigint =>
    typeof argument === 'number'
      ? BigInt(argument)
      : place(argument.kind === 'slot' ? argument.at : argument);

  const failure = view.getBigInt64(8, true);
  must(view.getBigInt64(0, true) === recordAt(0), 'begins elsewhere');
  const target = (label: Label | undefined, otherwise: bigint): bigint =>
    label === undefined ? otherwise : recordAt(label.index);
  steps.forEach((step, index) => {
    const found = decodeRecord(view, HEADER + index * RECORD);
    must(found.number === step.number, `has call ${found.number} at ${index}, not ${step.number}`);
    step.arguments.forEach((argument, position) => {
      const value = found.arguments[position];
      must(value === expected(argument), `has argument ${value} at ${index}.${position}`);
      const isSlot = typeof argument !== 'number' && argument.kind === 'slot';
      must(((found.indirect >> position) & 1) === Number(isSlot), `confuses number and place at ${index}`);
      if (typeof argument !== 'number')
        must(inside(value ?? 0n, isSlot ? 8 : 0), `leaves itself at ${index}`);
    });
    must(found.indirect < 1 << step.arguments.length, `reads arguments that step ${index} does not have`);
    for (const rest of found.arguments.slice(step.arguments.length))
      must(rest === 0n, `has more at ${index}`);
    const result = step.result === undefined ? 0n : place(step.result.at);
    must(found.result === result && (result === 0n || inside(result, 8)), `stores elsewhere at ${index}`);
    const [positive, zero, error] = found.next;
    must(positive === target(step.onPositive, recordAt(index + 1)), `goes on elsewhere at ${index}`);
    must(zero === target(step.onZero, recordAt(index + 1)), `goes on elsewhere at ${index}`);
    const behind = failure !== 0n && recordAt(index) >= failure;
    must(error === target(step.onError, behind ? recordAt(index + 1) : 0n), `fails elsewhere at ${index}`);
  });
}

/** The C string, up to its NUL, at a pointer of an encoded list. */
export function textAt(list: CallList, encoded: Uint8Array, pointer: Pointer): string {
  const at = list.offsetOf(pointer);
  const end = encoded.indexOf(0, at);
  if (end < 0) throw new Error('A text has no end');
  return Buffer.from(encoded.subarray(at, end)).toString();
}
