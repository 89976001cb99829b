import type { ByteReader } from './byte-reader.ts';
import { ElfError } from './elf-error.ts';

/*
 * The program of an entry of call frame information: how the frame of a function is found from the registers at one of its
 * instructions (DWARF 5, section 6.4).
 */

/** The place of a register of the caller: at a distance from the frame's address, in another register, or lost. */
export type RegisterRule =
  | { readonly is: 'saved'; readonly offset: number }
  | { readonly is: 'in'; readonly register: number }
  | { readonly is: 'lost' };

/** Rules for one place in a function. Registers without one are as they were. */
export type FrameRules = {
  /** The frame's address: a register and a distance. */
  cfa: { register: number; offset: number };
  registers: Map<number, RegisterRule>;
};

/** The factors of an entry. */
export type FrameFactors = { readonly code: number; readonly data: number };

/** Steps that a program may have, states that it may remember, and registers that a machine has. */
const MOST_STEPS = 2000;
const MOST_REMEMBERED = 8;
const MOST_REGISTERS = 64;

/** Operations (DWARF 5, section 7.24); the first three have an operand in their low bits. */
const Operation = {
  advance: 0x40,
  offset: 0x80,
  restore: 0xc0,
  nop: 0x00,
  advance1: 0x02,
  advance2: 0x03,
  advance4: 0x04,
  offsetExtended: 0x05,
  restoreExtended: 0x06,
  undefined: 0x07,
  same: 0x08,
  register: 0x09,
  remember: 0x0a,
  restoreState: 0x0b,
  cfa: 0x0c,
  cfaRegister: 0x0d,
  cfaOffset: 0x0e,
  expression: 0x10,
  offsetSigned: 0x11,
  cfaSigned: 0x12,
  cfaOffsetSigned: 0x13,
  valueOffset: 0x14,
  valueOffsetSigned: 0x15,
  valueExpression: 0x16,
  /** GNU's size of arguments, which says nothing about frames. */
  argumentSize: 0x2e,
} as const;

/** Rules that nothing has been said about. */
export function noRules(): FrameRules {
  return { cfa: { register: 0, offset: 0 }, registers: new Map() };
}

/** Copies rules. */
export function copyRules({ cfa, registers }: FrameRules): FrameRules {
  return { cfa: { ...cfa }, registers: new Map(registers) };
}

/**
 * Carries a program out up to a place.
 *
 * @param rules The rules that it begins with; changed.
 * @param distance Bytes from the beginning of the function to the place.
 * @throws ElfError for a program with operations that compilers do not make for frames, or without an end.
 */
export function runFrameProgram(
  program: ByteReader,
  rules: FrameRules,
  distance: number,
  { code, data }: FrameFactors,
): void {
  const initial = copyRules(rules);
  const remembered: FrameRules[] = [];
  let at = 0;
  const restore = (register: number): void => {
    const before = initial.registers.get(register);
    if (before === undefined) rules.registers.delete(register);
    else rules.registers.set(register, before);
  };
  const set = (register: number, rule: RegisterRule): void => {
    if (register >= MOST_REGISTERS)
      throw new ElfError('malformed', `has the register ${register} in a frame`);
    rules.registers.set(register, rule);
  };
  for (let steps = 0; program.left > 0; steps++) {
    if (steps > MOST_STEPS) throw new ElfError('too_large', 'has too long a program for a frame');
    const byte = program.u8();
    const low = byte & 0x3f;
    const { cfa, registers } = rules;
    switch (low === byte ? byte : byte & 0xc0) {
      case Operation.advance:
        at += low * code;
        break;
      case Operation.offset:
        set(low, { is: 'saved', offset: program.uleb() * data });
        break;
      case Operation.restore:
        restore(low);
        break;
      case Operation.nop:
        break;
      case Operation.advance1:
        at += program.u8() * code;
        break;
      case Operation.advance2:
        at += program.u16() * code;
        break;
      case Operation.advance4:
        at += program.u32() * code;
        break;
      case Operation.offsetExtended:
        set(program.uleb(), { is: 'saved', offset: program.uleb() * data });
        break;
      case Operation.offsetSigned:
        set(program.uleb(), { is: 'saved', offset: program.sleb() * data });
        break;
      case Operation.restoreExtended:
        restore(program.uleb());
        break;
      case Operation.undefined:
        set(program.uleb(), { is: 'lost' });
        break;
      case Operation.same:
        registers.delete(program.uleb());
        break;
      case Operation.register:
        set(program.uleb(), { is: 'in', register: program.uleb() });
        break;
      case Operation.valueOffset:
      case Operation.valueOffsetSigned:
        set(program.uleb(), { is: 'lost' });
        program.uleb();
        break;
      case Operation.expression:
      case Operation.valueExpression:
        set(program.uleb(), { is: 'lost' });
        program.skip(program.uleb());
        break;
      case Operation.remember:
        if (remembered.length >= MOST_REMEMBERED)
          throw new ElfError('too_large', 'remembers too many states of a frame');
        remembered.push(copyRules(rules));
        break;
      case Operation.restoreState: {
        const before = remembered.pop();
        if (before === undefined)
          throw new ElfError('malformed', 'restores a state of a frame that it has not');
        rules.cfa = before.cfa;
        rules.registers = before.registers;
        break;
      }
      case Operation.cfa:
        cfa.register = program.uleb();
        cfa.offset = program.uleb();
        break;
      case Operation.cfaSigned:
        cfa.register = program.uleb();
        cfa.offset = program.sleb() * data;
        break;
      case Operation.cfaRegister:
        cfa.register = program.uleb();
        break;
      case Operation.cfaOffset:
        cfa.offset = program.uleb();
        break;
      case Operation.cfaOffsetSigned:
        cfa.offset = program.sleb() * data;
        break;
      case Operation.argumentSize:
        program.uleb();
        break;
      default:
        throw new ElfError('malformed', `has the operation ${byte} in a frame`);
    }
    if (at > distance) return;
  }
}
