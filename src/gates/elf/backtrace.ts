import { bytesSource } from '../../elf/byte-source.ts';
import { FrameTable } from '../../elf/frame-table.ts';
import { type ElfFunction, enclosingFunction, readFunctions } from '../../elf/functions.ts';
import { printable } from '../../text/printable.ts';
import type { FaultRecord } from './fault-record.ts';
import { readGuestProgram } from './guest-program.ts';
import { vdsoAddress, vdsoSize } from './memory-image.ts';

/** A process's place in its program: its functions, the innermost first, and its registers, a line for each. */
export type GuestPlace = { readonly stack: readonly string[]; readonly registers: readonly string[] };

/** The most functions that are named. */
const MOST_FRAMES = 48;

/** The registers that frames are found by, by their numbers in DWARF (System V ABI, AMD64, figure 3.36). */
const numbered = [
  ...[
    'rax',
    'rdx',
    'rcx',
    'rbx',
    'rsi',
    'rdi',
    'rbp',
    'rsp',
    'r8',
    'r9',
    'r10',
    'r11',
    'r12',
    'r13',
    'r14',
    'r15',
  ],
];
const RBP = 6;
const RSP = 7;

const WORD = 8;

/** The registers of a frame by their numbers; those that are not known are missing. */
type Frame = { readonly at: number; readonly registers: ReadonlyMap<number, number> };

/** A program whose processes can be looked at, and everything that is read from its file for that. */
export class Backtraces {
  readonly #functions: readonly ElfFunction[];
  readonly #frames: FrameTable;
  readonly #vdso: number;

  /**
   * @param program The bytes of an executable that has been started.
   * @throws ExecutableError for bytes that are none.
   */
  constructor(program: Uint8Array) {
    const source = bytesSource(program);
    this.#functions = readFunctions(source);
    this.#frames = new FrameTable(source);
    this.#vdso = vdsoAddress(readGuestProgram(program));
  }

  /**
   * Finds the place of a process. All that it has written may be false: any words give an answer.
   *
   * @param inCall True if it was stopped in a call, whose own code is left out.
   */
  place(words: FaultRecord, inCall: boolean): GuestPlace {
    const registers = [...words.registers].map(([name, value]) => `${name} 0x${value.toString(16)}`);
    return { stack: this.#stack(words, inCall), registers };
  }

  #stack(words: FaultRecord, inCall: boolean): readonly string[] {
    const { base } = words;
    const bottom = Number(words.registers.get('rsp') ?? 0n);
    const load = (address: number): number | undefined => {
      const at = address - bottom;
      const isThere = Number.isSafeInteger(address) && at >= 0 && at + WORD <= words.stack.length;
      return isThere ? Number(words.stack.readBigUInt64LE(at)) : undefined;
    };
    const known = numbered.map((name, number): [number, number] => [
      number,
      Number(words.registers.get(name) ?? 0n),
    ]);
    const lines: string[] = [];
    let frame: Frame | undefined = {
      at: Number(words.registers.get('rip') ?? 0n),
      registers: new Map(known),
    };
    // A call may be the last instruction of its function: the address behind it belongs to the next one.
    for (let isFirst = true; frame !== undefined && lines.length < MOST_FRAMES; isFirst = false) {
      const at: number = frame.at - base;
      const isOurs = at >= this.#vdso && at < this.#vdso + vdsoSize;
      if (!isOurs || (isFirst && !inCall))
        lines.push(isOurs ? `vdso+0x${(at - this.#vdso).toString(16)}` : this.#name(at, isFirst));
      const next: Frame | undefined = isOurs
        ? byPointer(frame, load)
        : this.#caller(frame, isFirst ? at : at - 1, load);
      if (next !== undefined && !this.#isCode(next.at - base)) break;
      frame = next;
    }
    return lines;
  }

  #name(at: number, isFirst: boolean): string {
    const found = enclosingFunction(this.#functions, isFirst ? at : at - 1);
    if (found !== undefined) return `${printable(found.name)}+0x${(at - found.address).toString(16)}`;
    return at < 0 ? 'outside of the program' : `0x${at.toString(16)}`;
  }

  #isCode(at: number): boolean {
    return at > 0 && at < this.#vdso + vdsoSize;
  }

  #caller(frame: Frame, at: number, load: (address: number) => number | undefined): Frame | undefined {
    const found = this.#frames.rulesAt(at);
    if (found === undefined) return byPointer(frame, load);
    const { rules, returnRegister } = found;
    const from = frame.registers.get(rules.cfa.register);
    const before = frame.registers.get(RSP);
    if (from === undefined || before === undefined) return undefined;
    const cfa = from + rules.cfa.offset;
    // A stack grows downwards: without that, frames could go on for ever.
    if (cfa <= before) return undefined;
    const registers = new Map(frame.registers);
    let back: number | undefined;
    for (const [register, rule] of rules.registers) {
      const value =
        rule.is === 'saved'
          ? load(cfa + rule.offset)
          : rule.is === 'in'
            ? frame.registers.get(rule.register)
            : undefined;
      if (register === returnRegister) back = value;
      else if (value === undefined) registers.delete(register);
      else registers.set(register, value);
    }
    registers.set(RSP, cfa);
    return back === undefined ? undefined : { at: back, registers };
  }
}

/** Finds the caller by the chain of frame pointers. */
function byPointer({ registers }: Frame, load: (address: number) => number | undefined): Frame | undefined {
  const pointer = registers.get(RBP);
  const before = registers.get(RSP);
  if (pointer === undefined || before === undefined || pointer < before) return undefined;
  const saved = load(pointer);
  const back = load(pointer + WORD);
  if (saved === undefined || back === undefined) return undefined;
  return {
    at: back,
    registers: new Map([
      [RBP, saved],
      [RSP, pointer + 2 * WORD],
    ]),
  };
}
