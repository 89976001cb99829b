import { LinuxErrno } from '../host/errno.ts';
import { callNumber, type SystemCall, systemCalls } from '../host/system-calls.ts';
import {
  type ArgumentTest,
  encodeFilter,
  type Instruction,
  prologue,
  RET_ALLOW,
  RET_ERRNO,
  ruleBody,
} from './seccomp.ts';

/** What a filter does with a call: lets it through, answers success without making it, or answers an error number. */
export type Answer = 'allow' | 'pretend' | keyof typeof LinuxErrno;

/** What happens to a call when all tests hold. Of several rules for one call, the first whose tests hold counts. */
export type FilterRule = {
  readonly call: SystemCall;
  readonly when?: readonly ArgumentTest[];
  readonly answer: Answer;
};

/** Neighbouring call numbers with the same fate: what to do begins at `from`. */
type Range = { readonly from: number; readonly body: readonly Instruction[] };

const JMP_JA = 0x05;
const JMP_JEQ_K = 0x15;
const JMP_JGE_K = 0x35;
const RET_K = 0x06;
const FARTHEST = 255;

/** More than any table has numbers. */
const MOST_NUMBERS = 512;

/**
 * Compiles rules for a whole system-call table. Calls without a rule that this version knows answer EPERM; numbers
 * that it does not know answer ENOSYS, as an older kernel would, so that programs fall back. Both hold for the x32
 * numbers, too. A call through another architecture's entry point ends the process.
 *
 * The numbers are searched by halves: the host tries every number when it installs a filter, and a list that it would
 * have to walk through for each costs more than all the rest of a launch.
 *
 * @returns The program as `struct sock_filter` records of 8 bytes.
 * @throws RangeError when the host cannot hold so many rules.
 */
export function compileCallFilter(rules: readonly FilterRule[]): Uint8Array {
  const byNumber = new Map<number, FilterRule[]>();
  for (const rule of rules) {
    const number = callNumber(rule.call);
    if (number < 0) continue;
    const others = byNumber.get(number);
    if (others === undefined) byNumber.set(number, [rule]);
    else others.push(rule);
  }
  return encodeFilter([...prologue, ...search(rangesOf(byNumber), MOST_NUMBERS)]);
}

/**
 * Compiles a filter that answers one call as a kernel without it would, and lets all others through: the opposite of the
 * one above, for programs that put up their own later.
 */
export function withoutCall(call: SystemCall): Uint8Array {
  const answer = RET_ERRNO | LinuxErrno.ENOSYS;
  return encodeFilter([
    ...prologue,
    [JMP_JEQ_K, 0, 1, callNumber(call)],
    [RET_K, 0, 0, answer],
    [RET_K, 0, 0, RET_ALLOW],
  ]);
}

function rangesOf(rules: ReadonlyMap<number, readonly FilterRule[]>): readonly Range[] {
  const known = new Set(systemCalls.map((call) => callNumber(call)));
  const last = Math.max(...known);
  const ranges: Range[] = [];
  let previous: Answer | undefined;
  for (let number = 0; number <= last + 1; number++) {
    const otherwise = known.has(number) ? 'EPERM' : 'ENOSYS';
    const [first, ...more] = rules.get(number) ?? [];
    const tested = first?.when !== undefined && first.when.length > 0;
    const fate = tested ? undefined : (first?.answer ?? otherwise);
    // Neighbours whose arguments do not matter share one answer.
    if (fate !== undefined && fate === previous) continue;
    ranges.push({
      from: number,
      body: tested ? bodyOf([first, ...more], otherwise) : [answering(fate ?? otherwise)],
    });
    previous = fate;
  }
  return ranges;
}

function bodyOf(rules: readonly FilterRule[], otherwise: Answer): readonly Instruction[] {
  const body: Instruction[] = [];
  for (const { when = [], answer } of rules) {
    if (when.length === 0) return [...body, answering(answer)];
    body.push(...ruleBody(when, codeOf(answer)));
  }
  return [...body, answering(otherwise)];
}

function answering(answer: Answer): Instruction {
  return [RET_K, 0, 0, codeOf(answer)];
}

function codeOf(answer: Answer): number {
  if (answer === 'allow') return RET_ALLOW;
  return answer === 'pretend' ? RET_ERRNO : RET_ERRNO | LinuxErrno[answer];
}

/** Instructions that find the body for a number: each comparison halves the numbers that are left. */
function search(ranges: readonly Range[], end: number): Instruction[] {
  const [first, ...others] = ranges;
  if (first === undefined) return [];
  if (others.length === 0) return [...first.body];
  const middle = (first.from + end) / 2;
  const found = others.findIndex(({ from }) => from >= middle);
  const half = found === -1 ? others.length : found + 1;
  const from = ranges[half]?.from ?? end;
  const lower = search(ranges.slice(0, half), from);
  const upper = search(ranges.slice(half), end);
  // A conditional jump reaches 255 instructions; an unconditional one, any.
  const jump: Instruction[] =
    lower.length <= FARTHEST
      ? [[JMP_JGE_K, lower.length, 0, from]]
      : [
          [JMP_JGE_K, 0, 1, from],
          [JMP_JA, 0, 0, lower.length],
        ];
  return [...jump, ...lower, ...upper];
}
