import { type Architecture, architecture } from '../linux/architecture.ts';

/*
 * The one piece of machine code: it runs a list of system calls. TypeScript cannot stand here, because system calls
 * through a C function cost 20 ns an argument, and because threads of Node that have no JavaScript must make some
 * too (threads.ts).
 *
 * A list is an array of doubles, 8 to a record: call number, six arguments, result. JavaScript stores doubles at no
 * cost, and they hold every address and offset exactly. A negative number in place of a call number ends the list, a
 * negative result ends it early. A first argument of -4096 (nothing that a call takes there) stands for the result
 * of the first record, so that one list can open, use and close a descriptor.
 *
 * Its sources are machine-code.x64.S and machine-code.arm64.S; a test assembles them and compares.
 *
 * `handler` is a signal handler whose siginfo carries the address of { u32 threads done; i32 error; list }.
 */

/** Machine code and the offsets of its entry points; `listAddress` is where the address of the fixed list goes. */
export type MachineCode = {
  readonly bytes: string;
  readonly handler: number;
  readonly restorer: number;
  readonly call: number;
  readonly listAddress: number;
};

/** The machine code of each architecture. */
export const codes: Readonly<Record<Architecture, MachineCode>> = {
  x64: {
    bytes:
      '5341544889fb4989fcf2490f2c04244885c07852f2490f2c7c24084881ff00f0ffff7506f2480f2c7b38f2490f2c7424' +
      '10f2490f2c542418f24d0f2c542420f24d0f2c442428f24d0f2c4c24300f05f2480f2ac0f2410f114424384983c44048' +
      '85c079a5eb0231c0415c5bc353488b5e18488d7b08e886ffffff85c07903894304f0ff035bc3b80f0000000f0548bf88' +
      '77665544332211e964ffffff',
    handler: 0x6c,
    restorer: 0x86,
    call: 0x8d,
    listAddress: 0x8f,
  },
  arm64: {
    bytes:
      'e90300aaea0300aa400140fd0800789e8802f8b74085406d0000789e2100789e1f0440b161000054201d40fd0000789e' +
      '4085416d0200789e2300789e4085426d0400789e2500789e010000d40000629e401d00fd4a01019180fdffb6c0035fd6' +
      '000080d2c0035fd6fd7bbea9f30b00f9330c40f960220091e2ffff974000f8b6600600b960fe5f880004001160fe0188' +
      'a1ffff35f30b40f9fd7bc2a8c0035fd640000058d7ffff178877665544332211',
    handler: 0x68,
    restorer: 0,
    call: 0xa0,
    listAddress: 0xa8,
  },
};

/** The machine code of this architecture. */
export const machineCode: MachineCode = codes[architecture];

/** Doubles of one record, and their places: call number, arguments, result. */
export const Record = { doubles: 8, bytes: 64, number: 0, arguments: 1, result: 7 } as const;

/** Ends a list in place of a call number. */
export const END_OF_LIST = -1;

/** As a first argument: the result of the list's first record. */
export const FIRST_RESULT = -4096;
