import { architecture } from '../host/architecture.ts';
import { check, LinuxErrno } from '../host/errno.ts';
import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { callNumber, callNumberOf, type SystemCall } from '../host/system-calls.ts';

/** A condition on one argument (0 to 5) of a system call; the filter sees values, never what pointers point at. */
export type ArgumentTest =
  | { readonly argument: number; readonly is: 'equal'; readonly value: number }
  | { readonly argument: number; readonly is: 'one of' | 'none of'; readonly values: readonly number[] }
  /** The low 32 bits, masked, equal `value`. */
  | { readonly argument: number; readonly is: 'masked'; readonly mask: number; readonly value: number }
  /** A 32-bit descriptor number that is not negative, so not AT_FDCWD. */
  | { readonly argument: number; readonly is: 'descriptor' }
  /** An address from `start`, below `end`, at a multiple of `stride` (a power of two, at most 4 GiB apart) from it. */
  | {
      readonly argument: number;
      readonly is: 'within';
      readonly start: Address;
      readonly end: Address;
      readonly stride: number;
    };

/** Lets a call through when all tests hold. Several rules for one call let it through when any of them does. */
export type CallRule = { readonly call: SystemCall; readonly when?: readonly ArgumentTest[] };

/** What a refused call answers: an errno, the end of the process, or the signal SIGSYS (trap/install.ts). */
export type Refusal = 'EPERM' | 'kill' | 'trap';

const LD_W_ABS = 0x20;
const JMP_JA = 0x05;
const JMP_JEQ_K = 0x15;
const JMP_JGT_K = 0x25;
const JMP_JGE_K = 0x35;
const JMP_JSET_K = 0x45;
const ALU_AND_K = 0x54;
const RET_K = 0x06;

const RET_KILL_PROCESS = 0x80000000;
const RET_TRAP = 0x00030000;
/** What a filter answers: an errno is added to the first. */
export const RET_ERRNO = 0x00050000;
export const RET_ALLOW = 0x7fff0000;

const verdicts: Readonly<Record<Refusal, number>> = {
  EPERM: RET_ERRNO | LinuxErrno.EPERM,
  kill: RET_KILL_PROCESS,
  trap: RET_TRAP,
};

const OFFSET_NUMBER = 0;
const OFFSET_ARCHITECTURE = 4;
const OFFSET_ARGUMENTS = 16;
const AUDIT_ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;

/** One classic BPF instruction: code, jump offsets if true and false, constant. */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, constant: number];

/** As the distance of a jump: to the end of the rule ("this rule does not apply"), known once the rule is complete. */
const FAIL = -1;

/** Conditional jumps reach 255 instructions at most, so that they only step over this one, which reaches any. */
const FAILS: Instruction = [JMP_JA, 0, 0, FAIL];

/** The host takes no longer program (BPF_MAXINSNS). */
const MOST_INSTRUCTIONS = 4096;

function high(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0;
}

function low(value: number): number {
  return (value % 2 ** 32) >>> 0;
}

function load(argument: number, half: 'low' | 'high'): Instruction {
  return [LD_W_ABS, 0, 0, OFFSET_ARGUMENTS + argument * 8 + (half === 'high' ? 4 : 0)];
}

function testInstructions(test: ArgumentTest): Instruction[] {
  const { argument } = test;
  switch (test.is) {
    case 'equal':
      return [
        load(argument, 'high'),
        [JMP_JEQ_K, 1, 0, high(test.value)],
        FAILS,
        load(argument, 'low'),
        [JMP_JEQ_K, 1, 0, low(test.value)],
        FAILS,
      ];
    case 'one of': {
      const passes = (index: number): Instruction => [JMP_JA, 0, 0, 2 * (test.values.length - index) - 1];
      return [
        load(argument, 'low'),
        ...test.values.flatMap((value, index): Instruction[] => [
          [JMP_JEQ_K, 0, 1, low(value)],
          passes(index),
        ]),
        FAILS,
      ];
    }
    case 'none of':
      return [
        load(argument, 'low'),
        ...test.values.flatMap((value): Instruction[] => [[JMP_JEQ_K, 0, 1, low(value)], FAILS]),
      ];
    case 'masked':
      return [
        load(argument, 'low'),
        [ALU_AND_K, 0, 0, low(test.mask)],
        [JMP_JEQ_K, 1, 0, low(test.value)],
        FAILS,
      ];
    case 'descriptor':
      return [load(argument, 'low'), [JMP_JSET_K, 0, 1, 0x80000000], FAILS];
    case 'within': {
      const last = test.end - 1;
      const powerOfTwo = Number.isInteger(Math.log2(test.stride));
      if (!powerOfTwo || high(test.start) !== high(last) || low(test.start) % test.stride !== 0) {
        throw new RangeError('A sealed region crosses a 4 GiB boundary or is not aligned to its stride');
      }
      return [
        load(argument, 'high'),
        [JMP_JEQ_K, 1, 0, high(test.start)],
        FAILS,
        load(argument, 'low'),
        [JMP_JGE_K, 1, 0, low(test.start)],
        FAILS,
        [JMP_JGT_K, 0, 1, low(last)],
        FAILS,
        [JMP_JSET_K, 0, 1, test.stride - 1],
        FAILS,
      ];
    }
  }
}

/** Resolves FAIL to the end of the rule, which is one return behind the tests. */
export function ruleBody(tests: readonly ArgumentTest[], answer: number = RET_ALLOW): Instruction[] {
  const body: Instruction[] = [...tests.flatMap(testInstructions), [RET_K, 0, 0, answer]];
  return body.map((instruction, index) =>
    instruction === FAILS ? [JMP_JA, 0, 0, body.length - 1 - index] : instruction,
  );
}

/**
 * Compiles an allow list into a classic BPF program: calls of the list pass, `clone3` answers ENOSYS (so that
 * the C library falls back to `clone`, whose flags a filter can see), everything else is refused.
 * A call from another architecture's entry point ends the process.
 *
 * @param silent Calls that answer EPERM when no rule lets them through, whatever `refusal` says: the C library makes
 *   them while it blocks all signals, and a trap that is blocked ends the process.
 * @returns The program as `struct sock_filter` records of 8 bytes.
 * @throws RangeError for rules that no filter of the host can hold.
 */
export function compileFilter(
  rules: readonly CallRule[],
  refusal: Refusal = 'EPERM',
  silent: readonly SystemCall[] = [],
): Uint8Array {
  const answers = new Map<number, Answer>();
  const answerOf = (call: SystemCall): Answer | undefined => {
    const number = callNumber(call);
    if (number < 0) return undefined;
    const answer = answers.get(number) ?? { bodies: [], otherwise: verdicts[refusal] };
    answers.set(number, answer);
    return answer;
  };
  for (const { call, when } of rules) answerOf(call)?.bodies.push(ruleBody(when ?? []));
  for (const [calls, otherwise] of [
    [silent, RET_ERRNO | LinuxErrno.EPERM],
    [['clone3'], RET_ERRNO | LinuxErrno.ENOSYS],
  ] as const) {
    for (const call of calls) {
      const answer = answerOf(call);
      if (answer !== undefined) answer.otherwise = otherwise;
    }
  }
  const program = [...prologue];
  search(
    program,
    [...answers].sort(([a], [b]) => a - b),
    verdicts[refusal],
  );
  return encodeFilter(program);
}

/** The rules of a call, any of which lets it through, and what answers it when none does. */
type Answer = { readonly bodies: (readonly Instruction[])[]; otherwise: number };

/**
 * Calls that are told apart one by one. Dividing the others by halves makes filters fast to install, not only to run:
 * the host tries them with every number there is.
 */
const LEAF = 4;

/** Appends what finds the answer of a call. */
function search(
  program: Instruction[],
  answers: readonly (readonly [number: number, answer: Answer])[],
  unknown: number,
): void {
  if (answers.length > LEAF) {
    const middle = answers.length >> 1;
    const branch = program.push([JMP_JGE_K, 0, 1, answers[middle]?.[0] ?? 0], FAILS) - 1;
    search(program, answers.slice(0, middle), unknown);
    program[branch] = [JMP_JA, 0, 0, program.length - branch - 1];
    search(program, answers.slice(middle), unknown);
    return;
  }
  for (const [number, { bodies, otherwise }] of answers) {
    const always = bodies.some((body) => body.length === 1);
    if (always || bodies.length === 0) {
      program.push([JMP_JEQ_K, 0, 1, number], [RET_K, 0, 0, always ? RET_ALLOW : otherwise]);
      continue;
    }
    const length = bodies.reduce((sum, body) => sum + body.length, 1);
    program.push([JMP_JEQ_K, 1, 0, number], [JMP_JA, 0, 0, length]);
    for (const body of bodies) program.push(...body);
    program.push([RET_K, 0, 0, otherwise]);
  }
  program.push([RET_K, 0, 0, unknown]);
}

/** How every filter begins: the call of another architecture ends the process; then the number is loaded. */
export const prologue: readonly Instruction[] = [
  [LD_W_ABS, 0, 0, OFFSET_ARCHITECTURE],
  [JMP_JEQ_K, 1, 0, AUDIT_ARCH[architecture]],
  [RET_K, 0, 0, RET_KILL_PROCESS],
  [LD_W_ABS, 0, 0, OFFSET_NUMBER],
];

/**
 * Instructions as `struct sock_filter` records of 8 bytes.
 *
 * @throws RangeError for more than the host takes.
 */
export function encodeFilter(program: readonly Instruction[]): Uint8Array {
  if (program.length > MOST_INSTRUCTIONS) {
    throw new RangeError(
      `A filter of ${program.length} instructions is longer than the ${MOST_INSTRUCTIONS} the host takes`,
    );
  }
  // Both architectures are little-endian, as these words are.
  const words = new Uint32Array(program.length * 2);
  let at = 0;
  for (const [code, jumpTrue, jumpFalse, constant] of program) {
    words[at++] = code | (jumpTrue << 16) | (jumpFalse << 24);
    words[at++] = constant;
  }
  return new Uint8Array(words.buffer);
}

/**
 * Installs a filter on all threads of this process at once, for ever.
 * Precondition: `no_new_privs` is set on the calling thread.
 *
 * @throws SystemError when the host refuses, for example because it has no seccomp.
 */
export function installFilter(program: Uint8Array): void {
  const memory = new NativeMemory(program.length + 16);
  memory.view.setUint16(0, program.length / 8, true);
  memory.view.setBigUint64(8, BigInt(memory.at(16)), true);
  memory.bytes.set(program, 16);
  check(
    syscall(callNumberOf('seccomp'), SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, memory.address),
    'seccomp',
    'filter on all threads',
  );
}
