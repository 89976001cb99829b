import { LinuxErrno } from '../linux/errno.ts';
import { callNumber, type SystemCall, systemCalls } from '../linux/system-calls.ts';
import { type ArgumentTest, FARTHEST, ruleBody } from './argument-test.ts';
import { Code, encodeFilter, FilterVerdict, type Instruction, prologue } from './bpf.ts';

/**
 * The answer of a filter to a call: lets it through, answers success without making it, tells the supervisor, raises
 * SIGSYS, ends the process, or answers an error number.
 */
export type Answer = 'allow' | 'pretend' | 'notify' | 'trap' | 'kill' | keyof typeof LinuxErrno;

/** The answer to a call when all tests hold. Of several rules for one call, the first whose tests hold counts. */
export type FilterRule = {
  readonly call: SystemCall;
  readonly when?: readonly ArgumentTest[];
  readonly answer: Answer;
};

/** Answers to calls that no rule is about. */
export type Defaults = {
  /** To calls that this version knows. */
  readonly unlisted: Answer;
  /** To numbers that it does not know, those of x32 among them. */
  readonly unknown: Answer;
};

/** A world's filter: EPERM, or ENOSYS as of an older kernel, so that programs fall back. */
const worldDefaults: Defaults = { unlisted: 'EPERM', unknown: 'ENOSYS' };

/** Numbers from one up to, but not including, another. */
export type NumberRange = { readonly from: number; readonly end: number };

/** Tells a listener of these numbers; all others go on behind. */
function notifying({ from, end }: NumberRange): Instruction[] {
  return [
    [Code.jumpIfAtLeast, 0, 2, from],
    [Code.jumpIfAtLeast, 1, 0, end],
    [Code.answer, 0, 0, FilterVerdict.notify],
  ];
}

/** Neighbouring call numbers with the same answer, which begins at `from`. */
export type AnswerRange = { readonly from: number; readonly body: readonly Instruction[] };

/** More than any table has numbers. */
export const MOST_NUMBERS = 512;

/**
 * Compiles rules for a whole system-call table. A call through another architecture's entry point ends the process.
 *
 * The numbers are searched by halves: the host tries every number when it installs a filter, and a list that it would
 * have to walk through for each costs more than all the rest of a launch.
 *
 * @param defaults EPERM by default for calls without a rule, ENOSYS for numbers that this version does not know.
 * @param notified Numbers beyond those of Linux of which a listener is told; none by default.
 * @returns The program as `struct sock_filter` records of 8 bytes.
 * @throws RangeError for rules that no filter of the host can hold.
 */
export function compileFilter(
  rules: readonly FilterRule[],
  defaults: Defaults = worldDefaults,
  notified?: NumberRange,
): Uint8Array {
  const byNumber = new Map<number, FilterRule[]>();
  for (const rule of rules) {
    const number = callNumber(rule.call);
    if (number < 0) continue;
    const others = byNumber.get(number);
    if (others === undefined) byNumber.set(number, [rule]);
    else others.push(rule);
  }
  const first = notified === undefined ? [] : notifying(notified);
  return encodeFilter([...prologue, ...first, ...searchNumber(rangesOf(byNumber, defaults), MOST_NUMBERS)]);
}

/**
 * Compiles a filter that answers one call as a kernel without it would, and lets all others through: the opposite of the
 * one above, for programs that put up their own later.
 */
export function withoutCall(call: SystemCall): Uint8Array {
  const answer = codeOf('ENOSYS');
  return encodeFilter([
    ...prologue,
    [Code.jumpIfEqual, 0, 1, callNumber(call)],
    [Code.answer, 0, 0, answer],
    [Code.answer, 0, 0, FilterVerdict.allow],
  ]);
}

function rangesOf(
  rules: ReadonlyMap<number, readonly FilterRule[]>,
  { unlisted, unknown }: Defaults,
): readonly AnswerRange[] {
  const known = new Set(systemCalls.map((call) => callNumber(call)));
  const last = Math.max(...known);
  const ranges: AnswerRange[] = [];
  let previous: Answer | undefined;
  for (let number = 0; number <= last + 1; number++) {
    const otherwise = known.has(number) ? unlisted : unknown;
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
  return [Code.answer, 0, 0, codeOf(answer)];
}

function codeOf(answer: Answer): number {
  switch (answer) {
    case 'allow':
    case 'notify':
    case 'trap':
    case 'kill':
      return FilterVerdict[answer];
    case 'pretend':
      return FilterVerdict.errno;
    default:
      return FilterVerdict.errno | LinuxErrno[answer];
  }
}

/** Makes instructions that find the body for a number: each comparison halves the numbers that are left. */
export function searchNumber(ranges: readonly AnswerRange[], end: number): Instruction[] {
  const [first, ...others] = ranges;
  if (first === undefined) return [];
  if (others.length === 0) return [...first.body];
  const middle = (first.from + end) / 2;
  const found = others.findIndex(({ from }) => from >= middle);
  const half = found === -1 ? others.length : found + 1;
  const from = ranges[half]?.from ?? end;
  const lower = searchNumber(ranges.slice(0, half), from);
  const upper = searchNumber(ranges.slice(half), end);
  // A conditional jump reaches 255 instructions; an unconditional one, any.
  const jump: Instruction[] =
    lower.length <= FARTHEST
      ? [[Code.jumpIfAtLeast, lower.length, 0, from]]
      : [
          [Code.jumpIfAtLeast, 0, 1, from],
          [Code.jump, 0, 0, lower.length],
        ];
  return [...jump, ...lower, ...upper];
}
